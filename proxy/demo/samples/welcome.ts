/** The letter on top: what Poplar is, what stays where, what to try. It must say only what is true today. */
import type { SampleClock } from './clock.ts';
import type { Letter } from './compose.ts';
import { html, multipart, text } from './parts.ts';
import type { Person } from './people.ts';

const poplar: Person = { name: 'Poplar', address: 'hello@poplar.example', zone: '+0000' };

const WORDS = `
Hello, and welcome.

This is a demo mailbox. It belongs to Mira Poplar, who draws maps, repairs bicycles on Thursdays and has not quite
given up on her tomatoes. Mira is made up, and so is everybody who writes to her. You can open, read and save
everything here; you cannot break anything.

WHAT IS HAPPENING

Poplar is a webmail without a mail store on a server. This page speaks POP3, the old and simple mail protocol, by
itself. A browser may not open such a connection on its own, so a small program, the proxy, passes the bytes along
between this page and the mail server. The mail you see came from a little mail server that runs beside that proxy, on
the same machine.

WHAT STAYS WHERE

- Your mail is kept in this browser, on this device. Close the page, switch the network off, come back: it is still
  here and readable.
- The mail server keeps its copy as well. Poplar fetches each message once, and deletes nothing on the server unless
  you choose that in the settings.
- The proxy keeps nothing. It writes no message and no password to disk. While a connection is protected by TLS that
  ends in the proxy, though, the proxy could read what passes, so use one that you run yourself or trust.
- Clearing this site's data in the browser removes the mail from this device.

WHAT TO TRY

1. Open the photos from the hill, the invoice with its PDF, and the letters in Japanese, Arabic and Albanian.
2. Look at the newsletters: their pictures are blocked, and with them the pixel that would have told the sender that
   you are reading.
3. Find the message that only pretends to be from a bank. It wants you to hurry; there is no need.
4. Go offline and reload the page.
5. Then add an account of your own. Poplar checks each step with your mail server, shows you what it found, and names
   the step that failed if one does.

Some things are not there yet: this version reads mail and does not write it. The README says honestly what works and
what does not.

May your inbox be short and your tomatoes red.

Poplar
`;

const HTML = `
<div style="max-width:600px;font-family:system-ui,sans-serif;font-size:16px;line-height:1.6">
<p style="font-size:20px"><strong>Hello, and welcome.</strong></p>
<p>This is a demo mailbox. It belongs to <strong>Mira Poplar</strong>, who draws maps, repairs bicycles on Thursdays
and has not quite given up on her tomatoes. Mira is made up, and so is everybody who writes to her. You can open, read
and save everything here; you cannot break anything.</p>
<h3>What is happening</h3>
<p>Poplar is a webmail without a mail store on a server. This page speaks POP3, the old and simple mail protocol, by
itself. A browser may not open such a connection on its own, so a small program, the <em>proxy</em>, passes the bytes
along between this page and the mail server. The mail you see came from a little mail server that runs beside that
proxy, on the same machine.</p>
<h3>What stays where</h3>
<ul>
<li><strong>Your mail is kept in this browser</strong>, on this device. Close the page, switch the network off, come
back: it is still here and readable.</li>
<li><strong>The mail server keeps its copy as well.</strong> Poplar fetches each message once, and deletes nothing on
the server unless you choose that in the settings.</li>
<li><strong>The proxy keeps nothing.</strong> It writes no message and no password to disk. While a connection is
protected by TLS that ends in the proxy, though, the proxy could read what passes, so use one that you run yourself or
trust.</li>
<li>Clearing this site&rsquo;s data in the browser removes the mail from this device.</li>
</ul>
<h3>What to try</h3>
<ol>
<li>Open the photos from the hill, the invoice with its PDF, and the letters in Japanese, Arabic and Albanian.</li>
<li>Look at the newsletters: their pictures are blocked, and with them the pixel that would have told the sender that
you are reading.</li>
<li>Find the message that only pretends to be from a bank. It wants you to hurry; there is no need.</li>
<li>Go offline and reload the page.</li>
<li>Then add an account of your own. Poplar checks each step with your mail server, shows you what it found, and names
the step that failed if one does.</li>
</ol>
<p>Some things are not there yet: this version reads mail and does not write it. The README says honestly what works
and what does not.</p>
<p>May your inbox be short and your tomatoes red.</p>
<p>Poplar</p>
</div>
`;

/** The newest letter in the mailbox. */
export function welcome(_clock: SampleClock): Letter[] {
  return [
    {
      name: 'welcome',
      from: poplar,
      subject: 'Welcome to Poplar',
      when: { minutesAgo: 1 },
      body: multipart('alternative', [text(WORDS), html(HTML)]),
    },
  ];
}
