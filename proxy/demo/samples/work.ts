/** Fieldnote Maps: a thread with Kyoto about a walking map, the printer's letter in ISO-2022-JP, an invitation. */
import type { SampleClock } from './clock.ts';
import { quote, type Letter } from './compose.ts';
import { attachment, html, multipart, text, type Part } from './parts.ts';
import { daniel, haruka, marta, mira, ogawa } from './people.ts';

const SUBJECT = '京都の散歩地図 / Kyoto walking map, second proof';
const RE = `Re: ${SUBJECT}`;

const PROOF = `ミラさん

お世話になっております。二校を確認しました。とてもきれいです。特に鴨川の青がいいですね。

直していただきたいところが三つあります。

1. 「出町柳」の位置が少し西にずれています。橋の東側です。
2. 喫茶店の記号が多すぎて、道が見えません。半分にしましょう。私が選びます。
3. 猫の絵は残してください。全員の意見です。

急ぎませんが、印刷所は来週の金曜日までにデータが欲しいそうです。

In short, for Daniel: move Demachiyanagi to the east side of the bridge, half as many coffee cups, the cat stays.

森 遥`;

const DANIEL = `Thank you, Haruka. Two questions before Mira draws it all again.

Does the paper stay the same? The second proof was on the whiter one, and the greens came out colder than on Mira's
screen. And does the cat have permission to be on the map? I ask because of the last cat.

Daniel`;

function proofThread(): Letter[] {
  const common = { cc: [daniel, marta], subject: RE };
  return [
    {
      ...common,
      name: 'kyoto-1',
      from: haruka,
      subject: SUBJECT,
      when: { daysAgo: 5, at: '10:22' },
      body: PROOF,
    },
    {
      ...common,
      name: 'kyoto-2',
      from: daniel,
      to: [haruka],
      cc: [mira, marta],
      when: { daysAgo: 5, at: '09:40' },
      after: ['kyoto-1'],
      body: `${DANIEL}

${quote('森 遥 wrote:', '3. 猫の絵は残してください。全員の意見です。')}`,
    },
    {
      ...common,
      name: 'kyoto-3',
      from: haruka,
      to: [daniel],
      cc: [mira, marta],
      when: { daysAgo: 4, at: '09:05' },
      after: ['kyoto-1', 'kyoto-2'],
      body: `Daniel さん

The paper: we go back to the cream one. Ogawa-san keeps four thousand sheets for us.

The cat: her name is Mikan and she sits in the window of the bookshop on Imadegawa. I asked the owner, he asked the cat.
許可をもらいました。They would like three copies.

遥

${quote('Daniel Achterberg wrote:', "Does the paper stay the same? The second proof was on the whiter one, and the greens came out colder than on Mira's\nscreen. And does the cat have permission to be on the map?")}`,
    },
    {
      ...common,
      name: 'kyoto-4',
      from: marta,
      to: [haruka, daniel],
      cc: [mira],
      when: { daysAgo: 4, at: '14:31' },
      after: ['kyoto-1', 'kyoto-2', 'kyoto-3'],
      body: `From the money side: cream paper, four thousand sheets, three copies for the cat, all approved. The cat is in the
books under "rights and permissions", 0.00.

Mira, do you need until next Friday or can we send the files on Wednesday? The ship for the paper does not wait, but
Ogawa-san does, if asked nicely and early.

Marta

${quote('森 遥 wrote:', 'The paper: we go back to the cream one. Ogawa-san keeps four thousand sheets for us.')}`,
    },
    {
      ...common,
      name: 'kyoto-5',
      from: haruka,
      when: { minutesAgo: 402 },
      after: ['kyoto-1', 'kyoto-2', 'kyoto-3', 'kyoto-4', 'mira-kyoto'],
      body: `ミラさん

三校、受け取りました。完璧です！出町柳の位置も、喫茶店の数も、猫のひげも。

Ogawa-san printed one sheet by hand this morning to see the blue. I have it in front of me and I do not want to give it
back. The whole team signed the back of it; it is on its way to you by post, rolled and not folded.

紅葉がそろそろ終わります。来年の秋は、ぜひ地図を持って歩きに来てください。

遥

${quote('Mira Poplar wrote:', 'Third proof: Demachiyanagi has crossed the river, nine coffee cups are left, and Mikan has whiskers now, because at 600 dpi\none could see that she had none.')}`,
    },
  ];
}

const PRINTER = `
ポプラ ミラ様

いつもお世話になっております。小川印刷の小川でございます。

「京都の散歩地図」の印刷について、下記のとおりお見積りいたします。

  用紙：クリーム色、四六判、九〇キロ
  部数：四〇〇〇部
  印刷：両面四色
  折り：蛇腹折り（八つ折り）
  納期：校了から十日

青の色は、職人が見本を見ながら調整いたします。見本は一枚しかございませんので、どうか
なくさないようにお願いいたします。前回は猫が持っていきました。

どうぞよろしくお願いいたします。

小川印刷
小川 正
`;

function invitation(clock: SampleClock): Letter {
  const ahead = clock.daysUntil(3, 2);
  const words = `
Hello Mira, hello Marta,

the review of the river atlas, as agreed: ${clock.day(ahead)} at 13:00 UTC, one hour, in the large room or by telephone. Please
bring the sheets with the old bridges. Ruth Aldgate's father has written to us about bridge number four, at length.

Daniel
`;
  const calendar = [
    'BEGIN:VCALENDAR',
    'PRODID:-//Fieldnote Maps//Calendar//EN',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:river-atlas-review@fieldnote.example',
    `DTSTAMP:${clock.calendarStamp(-1, '09:00')}`,
    `DTSTART:${clock.calendarStamp(ahead, '13:00')}`,
    `DTEND:${clock.calendarStamp(ahead, '14:00')}`,
    'SUMMARY:River atlas: review',
    'LOCATION:Large room\\, Fieldnote Maps',
    'DESCRIPTION:Bring the sheets with the old bridges.',
    `ORGANIZER;CN=${daniel.name}:mailto:${daniel.address}`,
    `ATTENDEE;CN=${mira.name};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:`,
    ` mailto:${mira.address}`,
    `ATTENDEE;CN=${marta.name};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:`,
    ` mailto:${marta.address}`,
    'SEQUENCE:0',
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ].join('\n');
  const file = Buffer.from(`${calendar.replaceAll('\n', '\r\n')}\r\n`, 'utf8');
  return {
    name: 'work-invitation',
    from: daniel,
    cc: [marta],
    subject: 'Invitation: River atlas, review',
    when: { daysAgo: 1, at: '10:00' },
    body: multipart('mixed', [
      multipart('alternative', [
        text(words),
        text(calendar, { subtype: 'calendar', parameters: 'method=REQUEST' }),
      ]),
      attachment('invite.ics', 'application/ics', file),
    ]),
  };
}

function newSignIn(clock: SampleClock): Part {
  const rows = [
    ['When', `${clock.fullDate(-9)}, 08:14`],
    ['Where', 'Brackwater'],
    ['With', 'Firefox on Linux'],
  ] as const;
  const plain = rows.map(([name, value]) => `  ${name.padEnd(6)} ${value}`).join('\n');
  const cells = rows.map(
    ([name, value]) => `<tr><td style="color:#666;padding:2px 16px 2px 0">${name}</td><td>${value}</td></tr>`,
  );
  return multipart('alternative', [
    text(`
Hello Mira,

your account at Fieldnote Maps was used on a new device:

${plain}

If this was you, there is nothing to do. If not, tell Marta, and change your password from a device that you trust.
This message has no link in it, on purpose.
`),
    html(`
<p>Hello Mira,</p>
<p>your account at Fieldnote Maps was used on a new device:</p>
<table>${cells.join('')}</table>
<p>If this was you, there is nothing to do. If not, tell Marta, and change your password from a device that you trust.
This message has no link in it, on purpose.</p>
`),
  ]);
}

const MARTA = `
Mira,

small thing, big favour. The museum in Lisbon wants to hang the harbour map next to the original of 1755, and their
curator asks who drew the sea monsters. I told her they are all traced from real documents.

They are, aren't they?

Marta

PS. If not, please give them names and a provenance by Monday.
`;

const BIRTHDAY = `
Dear Mira,

on behalf of everybody on the second floor: happy birthday! The cake was yours, the candles were Daniel's, and the
fire alarm was nobody's. We have agreed on that.

The present is behind the plan chest. It is large and flat, and it is not a map.

Marta, Daniel, and everyone
`;

/** Everything from work. */
export function work(clock: SampleClock): Letter[] {
  return [
    ...proofThread(),
    {
      name: 'work-printer',
      from: ogawa,
      subject: 'お見積りの件（京都の散歩地図）',
      when: { daysAgo: 21, at: '11:00' },
      headerCharset: 'iso-2022-jp',
      body: text(PRINTER, { charset: 'iso-2022-jp', encoding: '7bit' }),
    },
    invitation(clock),
    {
      name: 'work-sign-in',
      from: { name: 'Fieldnote Maps', address: 'no-reply@fieldnote.example', zone: '+0000' },
      subject: 'Your account was used on a new device',
      when: { daysAgo: 9, at: '08:15' },
      headers: ['Auto-Submitted: auto-generated'],
      body: newSignIn(clock),
    },
    {
      name: 'work-monsters',
      from: marta,
      subject: 'The sea monsters',
      when: { daysAgo: 10, at: '16:55' },
      body: text(MARTA),
    },
    {
      name: 'work-birthday',
      from: marta,
      cc: [daniel],
      subject: 'Happy birthday 🎂 (and about the fire alarm)',
      when: { daysAgo: 204, at: '12:30' },
      body: text(BIRTHDAY),
    },
  ];
}
