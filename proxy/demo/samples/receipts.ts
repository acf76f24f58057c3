/** Things bought, booked, sent and due: a train ticket, books, coffee, a parcel, the bank, the dentist, the library. */
import type { SampleClock } from './clock.ts';
import type { Letter } from './compose.ts';
import { html, multipart, text } from './parts.ts';
import type { Person } from './people.ts';

const shop = (name: string, address: string): Person => ({ name, address, zone: '+0100' });

const AUTOMATIC = ['Auto-Submitted: auto-generated'];

/** The real bank: no link, no hurry. Its opposite is in trouble.ts. */
export const bank = shop('Brackwater Savings Bank', 'post@brackwaterbank.example');

function ticket(clock: SampleClock): string {
  return `
Thank you for travelling with Coast & Valley Railways.

Booking        KQ7 M2X
Passengers     Mira Poplar, Ana Poplar
Date           ${clock.day(26)}

  Brackwater Central   07:52   platform 4     train 118, coach 7, seats 41 and 43 (window)
  Linz                 13:07   change, 24 minutes, the good coffee is on platform 9
  Belgrade             21:40   night train 432 from 22:05, compartment 3, beds 11 and 12
  Bar                  08:47   the sea

Price          2 x 94.00 = 188.00 euro, paid by card
Luggage        as much as you can carry without sighing

Show this message or the number on paper. You may change the booking free of charge until the evening before.
`;
}

function books(): string {
  const row = (title: string, price: string): string =>
    `<tr><td style="padding:8px 0;border-bottom:1px solid #e3e3df">${title}</td>` +
    `<td align="right" style="padding:8px 0;border-bottom:1px solid #e3e3df">${price}</td></tr>`;
  return `
<div style="max-width:520px;font-family:Verdana,sans-serif;font-size:14px;line-height:21px;color:#222">
<p style="font-size:18px"><b>Inkwell Books</b></p>
<p>Hello Mira, we have packed your order <b>IB-30917</b> and it leaves the shop tomorrow with the cargo bike.</p>
<table width="100%" cellpadding="0" cellspacing="0">
${row('Bridges of the Lower Valley, second hand, with pencil notes', '18.00')}
${row('A Field Guide to Whiskers', '24.50')}
${row('Albanian in Forty Walks', '21.00')}
${row('Delivery by bicycle', '0.00')}
<tr><td style="padding:12px 0"><b>Together</b></td><td align="right" style="padding:12px 0"><b>63.50 euro</b></td></tr>
</table>
<p>The pencil notes in the first one are by somebody who knew a great deal about bridge number four. We have not rubbed them
out.</p>
<p><a href="https://inkwell.example/orders/IB-30917">See your order</a></p>
</div>
`;
}

const COFFEE = `
Hello Mira,

your coffee for this month is roasted and on its way: 500 g "Harbour Master", whole beans, as always. 13.90 euro were
taken from your card on file.

Roasted on the day before yesterday, at its best from the end of the week. If you have too much, skip a month on your
page. If you have too little, we understand completely.

Harbour Roasters
`;

const PARCEL = `
Your parcel has arrived.

  From        Ogawa Printing, Kyoto
  Contents    printed matter, rolled, "please do not fold"
  Where       with your neighbour on the ground floor, Mr. Lindgren, who signed with a drawing of a cat
  Number      CV 4410 2298 7

You need not confirm anything or pay anything. If it is not there, reply to this message and a person will answer.

Valley Couriers
`;

const STATEMENT = `
Dear Ms. Poplar,

your statement for last month is ready. You find it where you always find it: sign in as you are used to, and look under
"Papers".

We never send links, and we never ask for your password, a code or a hurry. If a message in our name does, it is not
from us.

Brackwater Savings Bank
`;

function dentist(clock: SampleClock): string {
  return `
Dear Ms. Poplar,

we look forward to seeing you on ${clock.day(6)} at 08:40 for your yearly check.

Please allow for half an hour. If you cannot come, tell us a day before; there are people who would like to have your
place, hard as that is to believe.

Dr. Amara Lindholm and the team
`;
}

function dueBooks(clock: SampleClock): string {
  return `
Dear reader,

these are due on ${clock.day(5)}:

  The Cartographer's Left Hand            renewed twice, somebody else is waiting
  Knots and Splices                       may be renewed
  Bread Without Hurry                     may be renewed

Your account: 0.00 owed. We thought you would like to see that for once.

Brackwater Library
`;
}

/** Receipts and notices. */
export function receipts(clock: SampleClock): Letter[] {
  const plain = (
    name: string,
    from: Person,
    subject: string,
    when: Letter['when'],
    words: string,
  ): Letter => ({ name, from, subject, when, headers: AUTOMATIC, body: text(words) });
  return [
    plain(
      'train-ticket',
      shop('Coast & Valley Railways', 'tickets@coastvalley.example'),
      'Your booking KQ7 M2X: Brackwater to Bar',
      { daysAgo: 13, at: '19:41' },
      ticket(clock),
    ),
    {
      name: 'book-order',
      from: shop('Inkwell Books', 'orders@inkwell.example'),
      subject: 'Order IB-30917 is packed',
      when: { daysAgo: 36, at: '17:12' },
      headers: AUTOMATIC,
      body: multipart('alternative', [
        text(
          '\nHello Mira, we have packed your order IB-30917 (three books, 63.50 euro). It leaves the shop tomorrow.\n',
        ),
        html(books()),
      ]),
    },
    plain(
      'coffee',
      shop('Harbour Roasters', 'beans@harbour-roasters.example'),
      'Your coffee is on its way',
      { daysAgo: 22, at: '07:30' },
      COFFEE,
    ),
    plain(
      'parcel',
      shop('Valley Couriers', 'info@valleycouriers.example'),
      'Your parcel is with your neighbour',
      { minutesAgo: 310 },
      PARCEL,
    ),
    plain('bank-statement', bank, 'Your statement is ready', { daysAgo: 16, at: '05:00' }, STATEMENT),
    plain(
      'dentist',
      shop('Dr. Lindholm, dentist', 'desk@lindholm-dental.example'),
      'Your appointment, and how to leave it',
      { daysAgo: 1, at: '12:00' },
      dentist(clock),
    ),
    plain(
      'library-due',
      shop('Brackwater Library', 'desk@library.brackwater.example'),
      'Three books are due soon',
      { daysAgo: 2, at: '07:00' },
      dueBooks(clock),
    ),
  ];
}
