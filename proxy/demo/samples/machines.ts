/** Letters by machines and offices: a bounce (RFC 3464), a backup report, the town hall with its subject lines. */
import type { SampleClock } from './clock.ts';
import { compose, messageIdOf, type Letter } from './compose.ts';
import { html, lines, multipart, nestedMessage, text } from './parts.ts';
import { mira, type Person } from './people.ts';

const postmaster: Person = {
  name: 'Mail Delivery System',
  address: 'mailer-daemon@mx.poplar.example',
  zone: '+0000',
  bounces: '',
};

function bounce(clock: SampleClock): Letter {
  const sent: Letter = {
    name: 'bounced-letter',
    from: mira,
    to: [{ name: 'Bernard Okafor', address: 'bernard@sparowlane.example', zone: '+0100' }],
    subject: 'Rota: I swap week 2 with Ines',
    when: { daysAgo: 8, at: '21:44' },
    body: '\nBernard, Ines and I have swapped weeks 2 and 3. Only once, we promise.\n\nMira\n',
  };
  const report = `
Reporting-MTA: dns; mx.poplar.example
X-Original-Message-ID: ${messageIdOf(sent.name)}

Final-Recipient: rfc822; bernard@sparowlane.example
Original-Recipient: rfc822;bernard@sparowlane.example
Action: failed
Status: 5.1.2
Diagnostic-Code: smtp; 550 5.1.2 sparowlane.example: host not found
`;
  const words = `
This is the mail system at host mx.poplar.example.

Your message could not be delivered to one recipient. It is attached below.

    <bernard@sparowlane.example>: there is no mail server for the domain
    sparowlane.example. Is there a letter missing?

You need not ask the postmaster about it. The postmaster is a program.
`;
  return {
    name: 'bounce',
    from: postmaster,
    subject: 'Undelivered Mail Returned to Sender',
    when: { daysAgo: 8, at: '21:45' },
    headers: ['Auto-Submitted: auto-replied'],
    body: multipart(
      'report',
      [text(words), lines('message/delivery-status', report), nestedMessage(compose(sent, clock))],
      'report-type=delivery-status',
    ),
  };
}

const BACKUP = `
attic: nightly backup of /home/mira

started     02:00:01
finished    02:06:48
result      ok

files         214,377 in all       1,902 changed       14 removed
data           61.2 GB in all      238.4 MB sent       deduplicated 97 %
largest     maps/kyoto/proof-3.tif (88.1 MB)
            maps/river/sheet-04-old-bridges.tif (61.0 MB)
            music/alto/second-verse-attempt-31.flac (22.4 MB)

disk        71 % used, will be full in about 19 months at this pace
last test   restored 25 random files 4 days ago, all equal

This is the 1,204th backup in a row without an error. Nobody ever reads this line.
`;

const ROADWORKS = `
Dear residents,

from Monday on the pavement on the even side of Linden Street is opened between numbers 2 and 20, in order to lay the
pipes for district heating which were announced in spring, postponed in summer, and dug for in the wrong street in
autumn.

What this means for you:

- You can reach every front door at all times, over a small bridge. The bridge bears 400 kg. Please do not try it out.
- Bins are collected from the odd side. Carry them over in the evening.
- The lime tree in front of number 14 stays. There were 211 letters about it. We have understood.

The works take six weeks, of which we hope to need five.

Town of Brackwater
Department of Civil Engineering, Roads, Paths and Squares
`;

const WEATHER = `
Weather warning for the Lower Valley, level yellow

What      ground frost, in places down to minus 5
When      tonight from 22:00 until tomorrow 09:00
Where     all places below 300 m, most of all near the river

Bridges freeze first. Plants in pots freeze next. People on bicycles notice last.

Lower Valley Weather Service. You chose warnings of level yellow and above.
`;

const SURVEY = `
<p>Good afternoon,</p>
<p>thank you for taking part in our survey &ldquo;How do you hear your neighbours?&rdquo;. You were one of 312 households in
Linden Street and around it.</p>
<p>The three most frequent answers were:</p>
<ol><li>&ldquo;At the piano, gladly&rdquo; (94)</li><li>&ldquo;At the piano, less gladly&rdquo; (91)</li>
<li>&ldquo;We have no neighbours, we have an owl&rdquo; (1, but with a drawing)</li></ol>
<p>The full results hang in the town hall, first floor, next to the lift that does not work.</p>
<p>Town of Brackwater, Office for Living Together</p>
`;

const LONG_SUBJECT =
  'Notice to all residents of Linden Street, Foundry Yard, Mill Lane (odd numbers), and Market Square north of the ' +
  'fountain, concerning the temporary closure of the even-side pavement for the laying of district heating pipes, the ' +
  'resulting change in the collection of bins, and the lime tree in front of number 14, which stays';

/** Letters by machines and offices. */
export function machines(clock: SampleClock): Letter[] {
  const town: Person = {
    name: 'Town of Brackwater',
    address: 'notices@town.brackwater.example',
    zone: '+0100',
  };
  return [
    bounce(clock),
    {
      name: 'backup-report',
      from: { name: '', address: 'root@attic.poplar.example', zone: '+0100' },
      subject: '[attic] backup ok, 238.4 MB in 6:47',
      when: { daysAgo: 1, at: '02:07' },
      headers: ['Auto-Submitted: auto-generated', 'X-Cron-Env: <LOGNAME=root>'],
      body: text(BACKUP),
    },
    {
      name: 'town-roadworks',
      from: town,
      subject: LONG_SUBJECT,
      when: { daysAgo: 31, at: '09:30' },
      body: text(ROADWORKS),
    },
    {
      name: 'weather-frost',
      from: { name: 'Lower Valley Weather', address: 'warnings@weather.example', zone: '+0000' },
      subject: 'Yellow: ground frost tonight',
      when: { daysAgo: 1, at: '17:00' },
      headers: ['Auto-Submitted: auto-generated'],
      body: text(WEATHER),
    },
    {
      name: 'town-survey',
      from: town,
      subject: 'How you hear your neighbours: the results',
      when: { daysAgo: 118, at: '14:20' },
      body: html(SURVEY),
    },
  ];
}
