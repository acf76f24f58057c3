/** The flat on Linden Street: a thread about cold radiators with the landlord and the heating engineer, and its invoice. */
import { invoicePdf, type Invoice } from '../media/invoice-pdf.ts';
import type { SampleClock } from './clock.ts';
import { compose, quote, type Letter } from './compose.ts';
import { attachment, multipart, nestedMessage, text } from './parts.ts';
import { aldgate, heating, mira, ruth } from './people.ts';

const SUBJECT = 'Heating, top floor';
const RE = `Re: ${SUBJECT}`;

const COLD = `Dear Mr. Aldgate,

since yesterday the radiators in the flat are lukewarm in the kitchen and cold everywhere else. The boiler hums in B flat,
which it did not do before. It is 14 degrees in the study and I am writing this in gloves.

Could somebody have a look this week?

Kind regards,
Mira Poplar`;

const WHAT_WAS_DONE = `Good afternoon,

our Mr. Petrov was there today from eight to half past eleven. What he found: the circulation pump was worn out (that
was the humming), and the expansion vessel had lost its air. Both are mended, eleven radiators are bled, pressure is
1.6 bar. The one in the bathroom may gurgle for a day or two. That is normal.

The invoice goes to Aldgate & Daughter with a copy to you.

Copperline Heating`;

function heatingThread(clock: SampleClock): Letter[] {
  const common = { subject: RE };
  return [
    {
      ...common,
      name: 'heating-1',
      from: aldgate,
      when: { daysAgo: 14, at: '11:32' },
      after: ['mira-heating'],
      body: `Dear Ms. Poplar,

I am sorry to hear it. The boiler was serviced in March and the man said it would see us all out. I have asked my
daughter to arrange for an engineer, since she knows how to do these things by telephone.

In the meantime there is an electric heater in the cellar, behind the croquet.

Yours sincerely,
Cornelius Aldgate

${quote('Mira Poplar wrote:', COLD)}`,
    },
    {
      ...common,
      name: 'heating-2',
      from: ruth,
      cc: [aldgate],
      when: { daysAgo: 14, at: '14:05' },
      after: ['mira-heating', 'heating-1'],
      body: `Hello Mira,

Ruth here, the daughter with the telephone. Copperline can come on ${clock.weekday(-12)} between eight and ten. Would you be
in, or shall I come and let them in? I could use the excuse to see your maps.

And please don't go looking for the heater behind the croquet. It sparks. I'll bring you mine this evening.

Ruth

${quote('Cornelius Aldgate wrote:', 'In the meantime there is an electric heater in the cellar, behind the croquet.')}`,
    },
    {
      ...common,
      name: 'heating-3',
      from: heating,
      to: [mira, ruth],
      when: { daysAgo: 12, at: '15:48' },
      after: ['mira-heating', 'heating-1', 'heating-2'],
      body: WHAT_WAS_DONE,
    },
    {
      ...common,
      name: 'heating-4',
      from: aldgate,
      cc: [ruth],
      when: { daysAgo: 12, at: '18:20' },
      after: ['mira-heating', 'heating-1', 'heating-2', 'heating-3'],
      body: `Dear Ms. Poplar,

I understand from my daughter that it is warm again, and that the engineer praised your tea. I am glad on both counts.

For the days without heating I shall of course take something off the rent. My daughter says a fifth of the month. I
had thought of a tenth and a bottle of quince brandy. Perhaps we say a fifth and the brandy.

Yours sincerely,
Cornelius Aldgate

${quote('Copperline Heating wrote:', 'Both are mended, eleven radiators are bled, pressure is\n1.6 bar.')}`,
    },
    {
      ...common,
      name: 'heating-5',
      from: heating,
      to: [ruth],
      cc: [mira],
      subject: `Invoice CL-2047 (${SUBJECT})`,
      when: { daysAgo: 11, at: '09:00' },
      after: ['mira-heating', 'heating-1', 'heating-2', 'heating-3'],
      body: invoiceBody(clock),
    },
    {
      ...common,
      name: 'heating-6',
      from: ruth,
      when: { daysAgo: 2, at: '19:26' },
      after: ['mira-heating', 'heating-1', 'heating-2', 'heating-3', 'heating-4', 'mira-thanks'],
      body: `Paid, done, and the rent for this month is corrected. You have nothing to do.

The bathroom gurgle should be gone by now. If it isn't, open the little valve a quarter turn and hold a cup under it,
or ring me and I will hold the cup.

And yes please, I would love the map of the river with the names of the old bridges. Father pretends not to care and
has already chosen the wall.

Ruth

${quote('Mira Poplar wrote:', 'Thank you both, it is warm, I can feel my pencils again. The brandy is excellent. May I pay for it with a map?')}`,
    },
  ];
}

function invoiceBody(clock: SampleClock): ReturnType<typeof multipart> {
  const invoice: Invoice = {
    number: 'CL-2047',
    date: clock.fullDate(-11),
    due: clock.fullDate(3),
    items: [
      { what: 'Circulation pump, type Kestrel 25-40', quantity: '1', cents: 18_450 },
      { what: 'Fitting the pump, bleeding eleven radiators', quantity: '3.5 h', cents: 22_750 },
      { what: 'Expansion vessel, new membrane', quantity: '1', cents: 6_400 },
      { what: 'Call-out in Brackwater', quantity: '1', cents: 4_500 },
    ],
  };
  const words = `
Good morning,

attached is our invoice CL-2047 for the work at 14 Linden Street, top floor: 619.99 euro, due on ${invoice.due}.
Ms. Poplar gets this copy for her papers and has nothing to pay.

Thank you for your trust, and for the tea.

Copperline Heating
3 Foundry Yard, Brackwater
`;
  return multipart('mixed', [
    text(words),
    attachment('Invoice CL-2047.pdf', 'application/pdf', invoicePdf(invoice)),
  ]);
}

/** Ruth passes on what the chimney sweep wrote to her, as a message within the message. */
function forwarded(clock: SampleClock): Letter {
  const sweep: Letter = {
    name: 'sweep-original',
    from: { name: 'Sooty & Sons', address: 'office@sootysons.example', zone: '+0100' },
    to: [ruth],
    subject: 'Chimney sweep comes to Linden Street',
    when: { daysAgo: 29, at: '07:45' },
    body: `
Dear Ms. Aldgate,

we sweep all chimneys in Linden Street 2 to 20 on ${clock.day(9)}, from seven in the morning. Please see to it that the
cellar and the loft are open. Tenants need not be at home, but may touch a button for luck.

Sooty & Sons, third generation
`,
  };
  const note = `
Mira, from the sweep, for your calendar. The loft hatch is in your hallway, so could you leave the ladder out? He
is afraid of ours, and has reason to be.

Ruth
`;
  return {
    name: 'home-sweep',
    from: ruth,
    subject: 'Fwd: Chimney sweep comes to Linden Street',
    when: { daysAgo: 28, at: '09:10' },
    body: multipart('mixed', [text(note), nestedMessage(compose(sweep, clock))]),
  };
}

/** Everything about the flat. */
export function home(clock: SampleClock): Letter[] {
  return [...heatingThread(clock), forwarded(clock)];
}
