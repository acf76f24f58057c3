import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { MessageDigest } from '../../../web/model/message.ts';
import { digest } from '../../../web/message/digest.ts';
import { exact, raw, utf8 } from './raw-mail.ts';

const part = (header: string, body: string): string => `${header}\n\n${body}\n`;
const multi = (type: string, ...parts: string[]): string =>
  `Content-Type: multipart/${type}; boundary="b"\n\npreamble\n${parts.map((each) => `--b\n${each}`).join('')}--b--\nepilogue\n`;
const text = part('Content-Type: text/plain; charset=utf-8', 'the text');
const html = part('Content-Type: text/html', '<p>the <b>html</b></p>');
const pdf = part('Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment', 'JVBERi0=');
const nested = (inner: string): string => inner.replaceAll('--b', '--c').replace('"b"', '"c"');

const cases: { name: string; input: string; expected: Partial<MessageDigest> }[] = [
  {
    name: 'the fields of a row',
    input:
      'From: Ann <a@b.example>\nTo: c@d.example, E <e@f.example>\nSubject: Hi\nDate: Tue, 5 Mar 2024 10:00:00 +0000\n\nHello',
    expected: {
      from: { name: 'Ann', address: 'a@b.example' },
      to: [
        { name: '', address: 'c@d.example' },
        { name: 'E', address: 'e@f.example' },
      ],
      subject: 'Hi',
      sentAt: Date.UTC(2024, 2, 5, 10),
      preview: 'Hello',
      hasAttachment: false,
    },
  },
  {
    name: 'the newest Received when Date is missing',
    input:
      'Received: by b; Tue, 5 Mar 2024 10:00:01 +0000\nReceived: by a; Tue, 5 Mar 2024 10:00:00 +0000\n\n',
    expected: { sentAt: Date.UTC(2024, 2, 5, 10, 0, 1) },
  },
  {
    name: 'the newest Received when Date is nonsense',
    input: 'Date: today\nReceived: by b; Tue, 5 Mar 2024 10:00:01 +0000\n\n',
    expected: { sentAt: Date.UTC(2024, 2, 5, 10, 0, 1) },
  },
  { name: 'no date', input: 'Subject: x\n\n', expected: { sentAt: null } },
  { name: 'nobody', input: 'Subject: x\n\n', expected: { from: { name: '', address: '' }, to: [] } },
  {
    name: 'the sender when From is missing',
    input: 'Sender: a@b.example\n\n',
    expected: { from: { name: '', address: 'a@b.example' } },
  },
  {
    name: 'a name that lacks quotes',
    input: 'From: Doe, Ann <a@b.example>\n\n',
    expected: { from: { name: 'Doe, Ann', address: 'a@b.example' } },
  },
  {
    name: 'a bait name before the address',
    input: 'From: "Your Bank", <a@evil.example>\n\n',
    expected: { from: { name: 'Your Bank', address: 'a@evil.example' } },
  },
  {
    name: 'raw 8-bit headers in the charset of the body',
    input:
      'From: \xe1\xce\xce\xc1 <a@b.example>\nSubject: \xf0\xd2\xc9\xd7\xc5\xd4\nContent-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\xd7\xc5\xd4',
    expected: { from: { name: 'Анна', address: 'a@b.example' }, subject: 'Привет', preview: 'Привет' },
  },
  {
    name: 'a subject folded within encoded words',
    input: 'Subject: =?utf-8?Q?a?=\n =?utf-8?Q?b?=\n\n',
    expected: { subject: 'ab' },
  },
  {
    name: 'no line break in a subject',
    input: 'Subject: =?utf-8?Q?a=0D=0ABcc:_x?=\n\n',
    expected: { subject: 'a Bcc: x' },
  },
  {
    name: 'quoted-printable',
    input:
      'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=\n=C3=9Fe',
    expected: { preview: 'Grüße' },
  },
  {
    name: 'base64',
    input: 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64\n\nR3LDvMOf\nZQ==',
    expected: { preview: 'Grüße' },
  },
  {
    name: 'base64 whose label has more to say',
    input: 'Content-Type: text/plain\nContent-Transfer-Encoding: "base64"; x=y\n\nR3LDvA==\n',
    expected: { preview: 'Grü' },
  },
  {
    name: 'an encoding that only begins like base64 as none',
    input: 'Content-Type: text/plain\nContent-Transfer-Encoding: base64-x\n\nR3LDvA==',
    expected: { preview: 'R3LDvA==' },
  },
  {
    name: 'an encoding that only ends like quoted-printable as none',
    input: 'Content-Type: text/plain\nContent-Transfer-Encoding: x-quoted-printable\n\na=3Db',
    expected: { preview: 'a=3Db' },
  },
  {
    name: 'quoted-printable cut within an octet',
    input: 'Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=3',
    expected: { preview: 'a=b=3' },
  },
  {
    name: 'quoted-printable cut behind the sign',
    input: 'Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=',
    expected: { preview: 'a=b=' },
  },
  {
    name: 'a charset in quotes behind other parameters',
    input: 'Content-Type: text/plain; x="a;b\\"c"; charset*0=koi8; charset*1="-r"; charset=utf-8\n\n\xf0\xd2',
    expected: { preview: 'Пр' },
  },
  {
    name: 'a charset that mail calls otherwise',
    input: 'Content-Type: text/plain; charset="CP932"\n\n\x83e\x83X\x83g',
    expected: { preview: 'テスト' },
  },
  {
    name: 'an 8-bit text without a charset',
    input: 'Subject: x\n\nGr\xfc\xdfe',
    expected: { preview: 'Grüße' },
  },
  {
    name: 'a UTF-8 text that says us-ascii',
    input: `Content-Type: text/plain; charset=us-ascii\n\n${utf8('Grüße')}`,
    expected: { preview: 'Grüße' },
  },
  {
    name: 'HTML alone',
    input: `Subject: x\n${html}`,
    expected: { preview: 'the html', hasAttachment: false },
  },
  {
    name: 'plain text before HTML',
    input: multi('alternative', html, text),
    expected: { preview: 'the text', hasAttachment: false },
  },
  {
    name: 'HTML when the plain text is empty',
    input: multi('alternative', part('Content-Type: text/plain', ' '), html),
    expected: { preview: 'the html' },
  },
  {
    name: 'a part without a header',
    input: multi('mixed', '\nbare text\n'),
    expected: { preview: 'bare text' },
  },
  {
    name: 'a nested multipart',
    input: multi('mixed', nested(multi('alternative', text, html)), pdf),
    expected: { preview: 'the text', hasAttachment: true },
  },
  {
    name: 'an attachment before the text',
    input: multi('mixed', pdf, text),
    expected: { preview: 'the text', hasAttachment: true },
  },
  {
    name: 'a message that is a file',
    input: 'Content-Type: application/pdf; name=a.pdf\n\n%PDF',
    expected: { preview: '', hasAttachment: true },
  },
  {
    name: 'an attached text file',
    input: multi(
      'mixed',
      text,
      part('Content-Type: text/plain; name=b.txt\nContent-Disposition: attachment; filename=b.txt', 'b'),
    ),
    expected: { preview: 'the text', hasAttachment: true },
  },
  {
    name: 'an inline text file as text',
    input: multi(
      'mixed',
      text,
      part('Content-Type: text/plain; name=b.txt\nContent-Disposition: inline', 'b'),
    ),
    expected: { hasAttachment: false },
  },
  {
    name: 'a file with an encoded name',
    input: multi(
      'mixed',
      text,
      part(
        "Content-Type: application/octet-stream\nContent-Disposition: inline; filename*0*=utf-8''%C3%A4;\n filename*1=.bin",
        'x',
      ),
    ),
    expected: { hasAttachment: true },
  },
  {
    name: 'pictures of the HTML as none',
    input: multi(
      'related',
      html,
      part(
        'Content-Type: image/png; name=a.png\nContent-ID: <a@b>\nContent-Disposition: inline; filename=a.png',
        'x',
      ),
    ),
    expected: { preview: 'the html', hasAttachment: false },
  },
  {
    name: 'a picture beside the text',
    input: multi('mixed', text, part('Content-Type: image/png', 'x')),
    expected: { hasAttachment: true },
  },
  {
    name: 'a forwarded message',
    input: multi('mixed', text, part('Content-Type: message/rfc822', 'Subject: inner\n\ninner')),
    expected: { preview: 'the text', hasAttachment: true },
  },
  {
    name: 'a signature as none',
    input: multi('signed', text, part('Content-Type: application/pgp-signature; name=signature.asc', 'x')),
    expected: { hasAttachment: false },
  },
  {
    name: 'an invitation as none',
    input: multi('alternative', text, part('Content-Type: text/calendar; method=REQUEST', 'BEGIN:VCALENDAR')),
    expected: { hasAttachment: false },
  },
  {
    name: 'a missing closing boundary',
    input: `Content-Type: multipart/mixed; boundary=b\n\n--b\n${text}--b\n${pdf}`,
    expected: { preview: 'the text', hasAttachment: true },
  },
  {
    name: 'a boundary with white space after it',
    input: `Content-Type: multipart/mixed; boundary=b\n\n--b \n${text}--b\t\n${pdf}--b--\n`,
    expected: { preview: 'the text', hasAttachment: true },
  },
  {
    name: 'a boundary that begins like another',
    input: `Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bb is text\n--b--\n`,
    expected: { preview: '--bb is text' },
  },
  {
    name: 'a multipart without a boundary',
    input: 'Content-Type: multipart/mixed\n\nhello',
    expected: { preview: '' },
  },
  {
    name: 'mail without any header',
    input: 'Just some words.\nAnd more.',
    expected: { subject: '', preview: 'Just some words. And more.' },
  },
  {
    name: 'nothing',
    input: '',
    expected: {
      from: { name: '', address: '' },
      subject: '',
      preview: '',
      hasAttachment: false,
      sentAt: null,
    },
  },
];

describe('digest', () => {
  test.each(cases)('finds $name', ({ input, expected }) => {
    expect(digest(raw(input))).toMatchObject(expected);
  });

  test.each(cases)('finds $name with bare line feeds', ({ input, expected }) => {
    expect(digest(exact(input))).toMatchObject(expected);
  });

  // Only every third octet of a body is looked at, so a boundary has to be found at every place.
  test.each(['', '1', '22', '-', '--', '\n-', '\r--b'])('finds the boundary behind %j', (before) => {
    const input = `Content-Type: multipart/mixed; boundary=b\n\n--b\n\nword${before}\n--b\n${pdf}--b--`;
    expect(digest(exact(input))).toMatchObject({ hasAttachment: true });
    expect(digest(exact(input)).preview).not.toContain('JVBERi0');
  });

  it('has nothing of one text in the next', () => {
    const encoded = (encoding: string, body: string): Uint8Array =>
      raw(`Content-Type: text/plain\nContent-Transfer-Encoding: ${encoding}\n\n${body}`);
    digest(encoded('quoted-printable', 'a=3Dlong=20text '.repeat(9)));
    expect(digest(encoded('base64', 'R3LDvA==')).preview).toBe('Grü');
    expect(digest(encoded('quoted-printable', 'a=3D')).preview).toBe('a=');
  });

  it('takes a mixed message that goes on after 64 KB for one with an attachment', () => {
    const long = multi('mixed', part('Content-Type: text/plain', 'word '.repeat(20_000)), pdf);
    expect(digest(raw(long))).toMatchObject({ hasAttachment: true });
    const short = `Content-Type: text/plain\n\n${'word '.repeat(20_000)}`;
    expect(digest(raw(short))).toMatchObject({ hasAttachment: false });
  });

  it('looks behind a long style sheet', () => {
    const style = `<style>${'.a { color: red }\n'.repeat(1000)}</style>`;
    expect(
      digest(raw(`Content-Type: text/html\n\n<html><head>${style}</head><body><p>words</p>`)).preview,
    ).toBe('words');
  });

  it('bounds what a row carries', () => {
    const many = `To: ${'a@b.example, '.repeat(5000)}\nSubject: ${'s'.repeat(50_000)}\n\n${'x'.repeat(100_000)}`;
    const row = digest(raw(many));
    expect(row.to.length).toBeLessThanOrEqual(50);
    expect(row.subject.length).toBeLessThanOrEqual(2000);
    expect(row.preview.length).toBeLessThanOrEqual(200);
  });

  it('never throws, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => check(digest(octets))),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever is done to a message', () => {
    const whole = raw(`From: =?utf-8?Q?A?= <a@b>\nSubject: x\n${multi('mixed', text, html, pdf)}`);
    const edit = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 20 }), fc.nat(whole.length), (edits, length) => {
        const broken = whole.slice(0, length);
        for (const [at, octet] of edits) if (at < length) broken[at] = octet;
        check(digest(broken));
      }),
      { numRuns: 500 },
    );
  });
});

function check(row: MessageDigest): void {
  expect(row.preview.length).toBeLessThanOrEqual(200);
  expect(row.subject).not.toMatch(/[\r\n\0]/);
  expect(row.sentAt === null || Number.isFinite(row.sentAt)).toBe(true);
}
