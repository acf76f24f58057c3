import { describe, expect, it, test } from 'vitest';
import { allValues, firstValue, splitMessageHeader, textValue } from '../../../web/message/header.ts';
import { exact, raw, utf8 } from './raw-mail.ts';

const body = (octets: Uint8Array, start: number): string =>
  String.fromCharCode(...octets.subarray(start)).replaceAll('\r\n', '\n');

const cases: { name: string; input: string; subject: string | null; body: string }[] = [
  { name: 'CRLF', input: 'From: a\r\nSubject: x\r\n\r\nhello', subject: 'x', body: 'hello' },
  { name: 'bare LF', input: 'From: a\nSubject: x\n\nhello', subject: 'x', body: 'hello' },
  { name: 'mixed line ends', input: 'From: a\r\nSubject: x\n\r\nhello', subject: 'x', body: 'hello' },
  {
    name: 'folded value',
    input: 'Subject: one\r\n two\r\n\tthree\r\n\r\n',
    subject: 'one two\tthree',
    body: '',
  },
  { name: 'value that starts on the next line', input: 'Subject:\r\n x\r\n\r\nb', subject: 'x', body: 'b' },
  {
    name: 'fold of white space alone',
    input: 'Subject: x\r\n \r\n\ty\r\n\r\nb',
    subject: 'x \ty',
    body: 'b',
  },
  {
    name: 'From_ line first',
    input: 'From a@b Tue Mar  5 10:00:00 2024\nSubject: x\n\nb',
    subject: 'x',
    body: 'b',
  },
  { name: 'escaped From_ line first', input: '>From a@b Tue\nSubject: x\n\nb', subject: 'x', body: 'b' },
  {
    name: 'a Received without its name first',
    input: 'by mx.example; Mon\r\nSubject: x\r\n\r\nb',
    subject: 'x',
    body: 'b',
  },
  { name: 'blank lines first', input: '\r\n\r\nSubject: x\r\n\r\nb', subject: 'x', body: 'b' },
  { name: 'a blank first field indent', input: ' From: a\nSubject: x\n\nb', subject: 'x', body: 'b' },
  { name: 'space before the colon', input: 'Subject : x\n\nb', subject: 'x', body: 'b' },
  { name: 'fold before the colon', input: 'From: a\nSubject\n : x\n\nb', subject: 'x', body: 'b' },
  { name: 'the first of two fields', input: 'Subject: x\nSubject: y\n\nb', subject: 'x', body: 'b' },
  { name: 'upper case name', input: 'SUBJECT: x\n\nb', subject: 'x', body: 'b' },
  { name: 'empty value', input: 'Subject:\n\nb', subject: '', body: 'b' },
  { name: 'junk line between fields', input: 'From: a\njunk line\nSubject: x\n\nb', subject: 'x', body: 'b' },
  {
    name: 'fold that lost its indent',
    input: 'Received: from a\nby b; now\nX-Y: z\nSubject: x\n\nb',
    subject: 'x',
    body: 'b',
  },
  {
    name: 'missing blank line',
    input: 'Subject: x\nHello,\nhow are you?\n',
    subject: 'x',
    body: 'Hello,\nhow are you?\n',
  },
  {
    name: 'boundary without blank line',
    input: 'Subject: x\n--b\nContent',
    subject: 'x',
    body: '--b\nContent',
  },
  {
    name: 'no header at all',
    input: 'Hello you,\nthis is text.\n',
    subject: null,
    body: 'Hello you,\nthis is text.\n',
  },
  { name: 'blank line, then text', input: '\nHello\n', subject: null, body: 'Hello\n' },
  { name: 'header only', input: 'Subject: x', subject: 'x', body: '' },
  { name: 'nothing', input: '', subject: null, body: '' },
  { name: 'NUL in a value', input: 'Subject: a\0b\n\nb', subject: 'a\0b', body: 'b' },
  { name: 'a CR that ends no line', input: 'Subject: x\n\ry\n\nb', subject: 'x', body: '\ry\n\nb' },
  { name: 'a blank line at the very end', input: 'Subject: x\n\n', subject: 'x', body: '' },
  { name: 'a CR at the very end', input: 'From: a\nSubject: x\n\r', subject: 'x', body: '\r' },
  {
    name: 'a wide fold before the colon',
    input: `Subject\t\r\n${' '.repeat(79)}: x\n\nb`,
    subject: 'x',
    body: 'b',
  },
  {
    name: 'a fold too wide before the colon',
    input: `From: a\nSubject\n${' '.repeat(80)}: x\nX-A: b\n\nb`,
    subject: null,
    body: 'b',
  },
  { name: 'a fold without a colon', input: 'From: a\nSubject\n x\nX-A: b\n\nb', subject: null, body: 'b' },
  {
    name: 'non-ASCII field name',
    input: 'From: a\n\xa0From: b\nX-A: c\nSubject: x\n\nb',
    subject: 'x',
    body: 'b',
  },
];

describe('splitMessageHeader', () => {
  test.each(cases)('reads $name', ({ input, subject, body: expected }) => {
    const octets = exact(input);
    const block = splitMessageHeader(octets);
    expect(firstValue(block, 'subject')).toBe(subject);
    expect(body(octets, block.bodyStart)).toBe(expected.replaceAll('\r\n', '\n'));
  });

  // Only every second octet is looked at, so a blank line has to be found at even and at odd places.
  const blanks = ['\n\n', '\r\n\r\n', '\n\r\n', '\r\n\n'];
  test.each(blanks.flatMap((blank) => ['', '1', '22', '333'].map((value) => ({ blank, value }))))(
    'finds the blank line of $blank behind $value',
    ({ blank, value }) => {
      const octets = exact(`Subject:${value}${blank}\nbody\n\n`);
      expect(body(octets, splitMessageHeader(octets).bodyStart)).toBe('\nbody\n\n');
    },
  );

  test.each([
    { name: 'ASCII', value: 'x', eightBit: false },
    { name: 'UTF-8', value: utf8('Grüße'), eightBit: true },
    { name: 'an octet that is no UTF-8', value: 'Gr\xfc', eightBit: true },
    { name: 'the replacement character', value: utf8('\uFFFD'), eightBit: true },
    { name: 'a byte order mark', value: utf8('\uFEFFx'), eightBit: true },
    { name: 'characters beyond U+FFFF', value: utf8('👩💻'), eightBit: true },
  ])('keeps the octets of a header with $name', ({ value, eightBit }) => {
    const block = splitMessageHeader(exact(`Subject: a\nX-A:${value}\n\nb`));
    expect(block.eightBit).toBe(eightBit);
    expect(block.fields[1]?.value).toBe(`${value}\n`);
  });

  it('does not take a line with a leading NBSP for a From field', () => {
    const block = splitMessageHeader(exact('From: real\n\xa0From: forged\nX-A: c\n\n'));
    expect(allValues(block, 'from')).toEqual(['real']);
  });

  it('keeps all fields of a name in order', () => {
    const block = splitMessageHeader(raw('Received: a\nReceived: b\n c\n\n'));
    expect(allValues(block, 'received')).toEqual(['a', 'b c']);
  });

  it('stops at 256 KB of header', () => {
    const octets = raw(`X-Long: ${'x'.repeat(300_000)}\nSubject: late\n\n`);
    const block = splitMessageHeader(octets);
    expect(firstValue(block, 'subject')).toBeNull();
    expect(block.bodyStart).toBeLessThanOrEqual(256 * 1024);
  });

  it('says where the block starts and ends', () => {
    const block = splitMessageHeader(exact('From x y\nA: b\n\nrest'));
    expect([block.start, block.end, block.bodyStart]).toEqual([9, 14, 15]);
  });
});

describe('textValue', () => {
  test.each([
    { name: 'ASCII', value: 'plain', hint: null, text: 'plain' },
    { name: 'raw UTF-8', value: utf8('Grüße 你好'), hint: null, text: 'Grüße 你好' },
    { name: 'raw Latin-1', value: 'Gr\xfc\xdfe', hint: null, text: 'Grüße' },
    {
      name: 'raw KOI8-R with the charset of the body',
      value: '\xf0\xd2\xc9\xd7\xc5\xd4',
      hint: 'koi8-r',
      text: 'Привет',
    },
    {
      name: 'raw GB2312 with the charset of the body',
      value: '\xc4\xe3\xba\xc3',
      hint: 'gb2312',
      text: '你好',
    },
    { name: 'UTF-8 whatever the body says', value: utf8('Привет'), hint: 'koi8-r', text: 'Привет' },
    { name: 'a hint that says nothing', value: '\xe9', hint: 'us-ascii', text: 'é' },
    { name: 'a hint nobody knows', value: '\xe9', hint: 'x-nonsense', text: 'é' },
    { name: 'UTF-8 with one broken octet', value: `${utf8('Привет')}\xff`, hint: null, text: 'Привет\uFFFD' },
    { name: 'bare ISO-2022-JP', value: '\x1b$B%F%9%H\x1b(B', hint: null, text: 'テスト' },
  ])('decodes $name', ({ value, hint, text }) => {
    expect(textValue(value, hint)).toBe(text);
  });
});
