/**
 * Mail rows and messages made up from a seed: always the same for the same number. Among them right-to-left and CJK
 * writing, names without end, empty subjects. For tests of the page and for looking at it; no real mail.
 */
import type { Account } from '../../web/model/account.ts';
import { accountId, messageId, uidl } from '../../web/model/ids.ts';
import type { Mailbox, MessageContent, MessageSummary } from '../../web/model/message.ts';
import { pick, seeded } from './seeded.ts';

/** Monday, 23 November 2026, 16:20 UTC: the present of all generated mail. */
export const GENERATED_NOW = Date.UTC(2026, 10, 23, 16, 20);

const PEOPLE: readonly Mailbox[] = [
  { name: 'Mara Lindqvist', address: 'mara@lindqvist.example' },
  { name: 'Stadtwerke Brunnfeld', address: 'rechnung@stadtwerke-brunnfeld.example' },
  { name: '田中 美咲', address: 'misaki.tanaka@minato.example' },
  { name: 'ليلى حداد', address: 'leila@haddad.example' },
  { name: 'Arben Hoxha', address: 'arben@hoxha.example' },
  { name: 'poplar-users (list)', address: 'poplar-users@lists.example' },
  {
    name: 'Wolfeschlegelsteinhausenbergerdorff Handels- und Verwaltungsgesellschaft mbH & Co. KG, Abteilung Kundendienst',
    address: 'kundendienst@wolfeschlegelsteinhausenbergerdorff-handelsgesellschaft.example',
  },
  { name: '', address: 'noreply@parcels.example' },
  { name: 'יעל כהן', address: 'yael@cohen.example' },
  { name: 'Tomasz Wiśniewski', address: 'tomasz@wisniewski.example' },
  { name: 'Choir newsletter', address: 'news@choir.example' },
  { name: 'Olu Adeyemi', address: 'olu@adeyemi.example' },
];

const SUBJECTS: readonly (readonly [subject: string, preview: string])[] = [
  [
    'The boat is out of the water',
    'We got her onto the trailer before the rain came. The hull needs a scrub, but the paint held up better than I thought.',
  ],
  [
    'Ihre Rechnung Nr. 2026-11-0342',
    'Guten Tag, anbei erhalten Sie die Rechnung für den Zeitraum Oktober. Der Betrag von 48,20 € wird am 1. Dezember abgebucht.',
  ],
  [
    '来週の打ち合わせについて',
    'お世話になっております。来週の火曜日、午後三時からでご都合はいかがでしょうか。',
  ],
  ['صور من الرحلة إلى بيروت', 'مرحبا، أرسل لك الصور التي وعدتك بها. كان الطقس جميلا طوال الأسبوع.'],
  [
    'Takimi i së enjtes',
    'Përshëndetje! A mund ta shtyjmë takimin për orën 14? Kam një punë në mëngjes që nuk e zgjidh dot.',
  ],
  [
    'Re: [poplar-users] Maildrop locked after a dropped line',
    'On Mon, Nov 16, Olu wrote: the server keeps the lock for ten minutes, so the second login gets [IN-USE]. What helps is',
  ],
  ['', 'No subject, only a line of text: call me when you are home.'],
  [
    'A subject that goes on and on because whoever wrote it put the whole message into it, including the greeting, the question, and a postscript about the weather in the mountains',
    'ok?',
  ],
  ['שלום רב, מסמכים לחתימה', 'שלום, מצורפים המסמכים. נא לחתום ולהחזיר עד סוף השבוע.'],
  [
    'Rehearsal moves to the old school',
    'The hall is being painted, so from this week we sing in the old school, second floor. Bring a lamp, the corridor is dark.',
  ],
  [
    'Your parcel arrives tomorrow between 10 and 12',
    'Parcel 0042 9917 is on its way. You can choose a neighbour or a parcel shop until midnight.',
  ],
  ['Lunch?', 'There is a new place by the river. Thursday at noon?'],
];

export const GENERATED_ACCOUNT: Account = {
  id: accountId('generated'),
  address: 'nora@demo.example',
  displayName: 'Nora Berg',
  incoming: { host: 'pop.demo.example', port: 995, security: 'tls' },
  user: 'nora',
  demo: false,
  addedAt: GENERATED_NOW - 86_400_000,
};

/** Newest first; ids fall with age, as in the store. */
export function generateSummaries(count: number, account = GENERATED_ACCOUNT, seed = 1): MessageSummary[] {
  const random = seeded(seed);
  let at = GENERATED_NOW - 4 * 60_000;
  return Array.from({ length: count }, (_, place) => {
    const [subject, preview] = pick(random, SUBJECTS);
    const row: MessageSummary = {
      id: messageId(count - place + (seed - 1) * 1_000_000),
      account: account.id,
      folder: 'inbox',
      uidl: uidl(`u${seed}-${count - place}`),
      from: pick(random, PEOPLE),
      to: [{ name: account.displayName, address: account.address }],
      subject,
      preview,
      sentAt: place % 97 === 96 ? null : at,
      receivedAt: at + 40_000,
      octets: Math.floor(1_200 + random() * 60_000),
      hasAttachment: random() < 0.18,
      seen: place > 3 ? random() < 0.8 : random() < 0.3,
      starred: random() < 0.06,
    };
    at -= Math.floor(random() * random() * 14 * 3_600_000);
    return row;
  });
}

const MAIL_HTML =
  '<div style="font-family:Georgia,serif"><h1 style="color:#2b6a4d">The autumn letter</h1>' +
  '<p>The leaves are down, the <a href="https://choir.example/programme">winter programme</a> is up.</p>' +
  '<img src="https://choir.example/banner.png" width="560" height="120" alt="Our choir on the steps">' +
  '<p>We sing on the second Sunday of Advent.</p><img src="https://t.example/o.gif" width="1" height="1"></div>';

const MAIL_TEXT = [
  'Hello Nora,',
  '',
  '$PREVIEW',
  '',
  'Everything else is at https://lindqvist.example/boat/winter?step=2, or write to mara@lindqvist.example.',
  '',
  'On Mon, Nov 16, 2026 at 21:04, Nora Berg wrote:',
  '> Is she out of the water yet?',
  '> The forecast says frost by Friday.',
  '>> I ask for the third time.',
  '',
  'Mara',
  '-- ',
  'Mara Lindqvist · +46 8 555 010 · Skeppsbron 4',
].join('\n');

/** An opened message that fits its row: some with HTML, some with attachments, every 50th damaged. */
export function contentOf(row: MessageSummary): MessageContent {
  const damaged = row.id % 50 === 0;
  const html = row.id % 3 === 0 && !damaged ? MAIL_HTML : null;
  return {
    id: row.id,
    from: [row.from],
    sender: null,
    replyTo: [],
    to: row.to,
    cc: row.id % 4 === 0 ? PEOPLE.slice(0, 3) : [],
    subject: row.subject,
    sentAt: row.sentAt,
    messageIdHeader: `${row.uidl}@demo.example`,
    text: html !== null && row.id % 2 === 0 ? null : MAIL_TEXT.replace('$PREVIEW', row.preview),
    html,
    attachments: row.hasAttachment
      ? [
          attachment(0, 'Rechnung 2026-11-0342.pdf', 'application/pdf', 182_440),
          attachment(1, 'صور من الرحلة.jpg', 'image/jpeg', 3_402_118),
        ]
      : [],
    defects: damaged ? ['parse-failed'] : [],
  };
}

export function sourceOf(row: MessageSummary): Uint8Array<ArrayBuffer> {
  const head = [
    `From: ${row.from.name} <${row.from.address}>`,
    `To: <${row.to[0]?.address ?? ''}>`,
    `Subject: ${row.subject}`,
    `Message-ID: <${row.uidl}@demo.example>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  return new TextEncoder().encode(
    `${head.join('\r\n')}\r\n\r\n${row.preview}\r\n`,
  ) as Uint8Array<ArrayBuffer>;
}

function attachment(index: number, filename: string, mimeType: string, octets: number) {
  return { index, filename, mimeType, octets, contentId: null, inline: false };
}
