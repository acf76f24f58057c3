import { describe, expect, it } from 'vitest';
import { messageNumber } from '../../../web/model/ids.ts';
import {
  countOfStat,
  listedMessages,
  sizeListing,
  uidlListing,
  unnamedMessages,
  uidOfReply,
} from '../../../web/pop3/listing.ts';
import { allCuts } from '../../support/cuts.ts';
import { bytes } from '../../support/octets.ts';

function entries(body: string): [number, string][] {
  const reader = uidlListing();
  reader.push(bytes(body));
  return [...reader.entries];
}

function sizesOf(body: string): ReadonlyMap<number, number> {
  const reader = sizeListing();
  reader.push(bytes(body));
  return reader.entries;
}

const listed = (uids: string, sizes: string): [number, string | null, number][] =>
  listedMessages(new Map(entries(uids)), sizesOf(sizes)).map(({ number, uidl, octets }) => [
    number,
    uidl,
    octets,
  ]);

describe('uidlListing', () => {
  it.each([
    {
      name: 'reads number and rest',
      body: '1 abc\r\n2 def\r\n',
      expected: [
        [1, 'abc'],
        [2, 'def'],
      ],
    },
    {
      name: 'reads runs of blanks',
      body: '1   2011abc\r\n2\tdef  \r\n',
      expected: [
        [1, '2011abc'],
        [2, 'def'],
      ],
    },
    { name: 'keeps a lone CR in a unique-id', body: '1 a\rb\r\n', expected: [[1, 'a\rb']] },
    { name: 'reads blanks before the number', body: '  1 abc\r\n', expected: [[1, 'abc']] },
    {
      name: 'drops +OK before each line',
      body: '+OK 1 abc\r\n+OK 2 def\r\n',
      expected: [
        [1, 'abc'],
        [2, 'def'],
      ],
    },
    { name: 'keeps blanks inside a unique-id', body: '1 a b/c\r\n', expected: [[1, 'a b/c']] },
    {
      name: 'keeps a dot, 8-bit octets and great length',
      body: `1 .\r\n2 \xe9\r\n3 ${'x'.repeat(500)}\r\n`,
      expected: [
        [1, '.'],
        [2, '\xe9'],
        [3, 'x'.repeat(500)],
      ],
    },
    {
      name: 'keeps a number without a rest',
      body: '1\r\n2 \r\n',
      expected: [
        [1, ''],
        [2, ''],
      ],
    },
    { name: 'keeps the first of a number that comes twice', body: '1 a\r\n1 b\r\n', expected: [[1, 'a']] },
    {
      name: 'keeps the order of the server',
      body: '3 c\r\n1 a\r\n',
      expected: [
        [3, 'c'],
        [1, 'a'],
      ],
    },
    {
      name: 'passes over what is no entry',
      body: 'hello\r\n\r\n-1 a\r\n0 z\r\n1x b\r\n99999999999 c\r\n2 b\r\n',
      expected: [[2, 'b']],
    },
    {
      name: 'reads bare LF',
      body: '1 a\n2 b\n',
      expected: [
        [1, 'a'],
        [2, 'b'],
      ],
    },
  ])('$name', ({ body, expected }) => {
    expect(entries(body)).toEqual(expected);
  });

  const body = '1 abc\r\n2   def\r\n+OK 3 g\n';
  it.each(allCuts(body.length))('puts lines together, %s', (_, cut) => {
    const reader = uidlListing();
    for (const chunk of cut(bytes(body))) reader.push(chunk);
    expect([...reader.entries]).toEqual([
      [1, 'abc'],
      [2, 'def'],
      [3, 'g'],
    ]);
  });

  it('reads chunks with 8-bit octets beside others', () => {
    const reader = uidlListing();
    for (const chunk of ['1 abc\r\n2 d', '\xe9f\r\n3 g\r\n', '4 h\r\n']) reader.push(bytes(chunk));
    expect([...reader.entries.values()]).toEqual(['abc', 'd\xe9f', 'g', 'h']);
  });

  it.each(['x', '\xe9'])('refuses a line of %s that is too long, among others', (octet) => {
    const reader = uidlListing();
    expect(() => reader.push(bytes(`1 a\r\n2 ${octet.repeat(70_000)}\r\n3 c\r\n`))).toThrow(
      expect.objectContaining({ code: 'protocol-error' }),
    );
  });

  it('refuses a line without an end', () => {
    const reader = uidlListing();
    expect(() => reader.push(new Uint8Array(70_000).fill(0x31))).toThrow(
      expect.objectContaining({ code: 'protocol-error' }),
    );
  });
});

describe('listedMessages', () => {
  it.each([
    {
      name: 'joins by number',
      uids: '1 a\r\n2 b\r\n',
      sizes: '2 20\r\n1 10\r\n',
      expected: [
        [1, 'a', 10],
        [2, 'b', 20],
      ],
    },
    { name: 'has 0 for a size that is missing', uids: '1 a\r\n', sizes: '', expected: [[1, 'a', 0]] },
    {
      name: 'has 0 for a size that is none',
      uids: '1 a\r\n2 b\r\n',
      sizes: '1 -5\r\n2 big\r\n',
      expected: [
        [1, 'a', 0],
        [2, 'b', 0],
      ],
    },
    {
      name: 'has 0 for a size beyond all numbers',
      uids: '1 a\r\n',
      sizes: '1 99999999999999999999\r\n',
      expected: [[1, 'a', 0]],
    },
    {
      name: 'does not mind junk behind a size',
      uids: '1 a\r\n',
      sizes: '1 10 octets\r\n',
      expected: [[1, 'a', 10]],
    },
    {
      name: 'knows no message that only LIST names',
      uids: '1 a\r\n',
      sizes: '1 10\r\n2 20\r\n',
      expected: [[1, 'a', 10]],
    },
    {
      name: 'keeps a message without a unique-id',
      uids: '1 a\r\n2\r\n3 c\r\n',
      sizes: '',
      expected: [
        [1, 'a', 0],
        [2, null, 0],
        [3, 'c', 0],
      ],
    },
    {
      name: 'keeps equal unique-ids',
      uids: '1 a\r\n2 a\r\n',
      sizes: '',
      expected: [
        [1, 'a', 0],
        [2, 'a', 0],
      ],
    },
  ])('$name', ({ uids, sizes, expected }) => {
    expect(listed(uids, sizes)).toEqual(expected);
  });
});

it.each([
  ['2 320', 2],
  ['0 0', 0],
  ['0', 0],
  ['12 5 junk', 12],
  ['', null],
  ['many', null],
  ['-1 0', null],
])('reads STAT %j as %s messages', (text, expected) => {
  expect(countOfStat(text)).toBe(expected);
});

it('refuses a listing without end, even one that says nothing', () => {
  const reader = uidlListing();
  const nothing = bytes(`${'x'.repeat(60_000)}\r\n`.repeat(100));
  const endless = (): void => {
    for (let chunks = 0; chunks < 1000; chunks++) reader.push(nothing);
  };
  expect(endless).toThrow(
    expect.objectContaining({ code: 'protocol-error', detail: { what: 'listing-too-long' } }),
  );
});

describe('a maildrop without UIDL', () => {
  const numbers = (sizes: string, count: number): [number, number][] =>
    unnamedMessages(sizesOf(sizes), count).map(({ number, octets }) => [number, octets]);

  it('has the messages that LIST names, whatever STAT counts', () => {
    expect(numbers('1 10\r\n4 40\r\n', 9)).toEqual([
      [1, 10],
      [4, 40],
    ]);
  });

  it('has as many messages as STAT counts when LIST names none', () => {
    expect(numbers('', 2)).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });
});

it('does not believe STAT that there are a thousand million messages', () => {
  expect(() => unnamedMessages(new Map(), 999_999_999)).toThrow(
    expect.objectContaining({ code: 'protocol-error', detail: { what: 'listing-too-long' } }),
  );
});

it.each([
  { server: 'as in RFC 1939 §7', text: '2 QhdPYR:00WBw1Ph7x7', expected: 'QhdPYR:00WBw1Ph7x7' },
  { server: 'Twisted, without the number', text: 'QhdPYR:00WBw1Ph7x7', expected: 'QhdPYR:00WBw1Ph7x7' },
  { server: 'Twisted, with a unique-id of digits', text: '2', expected: '2' },
  { server: 'runs of blanks', text: '2 \t  abc ', expected: 'abc' },
  { server: 'blanks within', text: '2 a b', expected: 'a b' },
  { server: '8-bit octets', text: '2 \xe9', expected: '\xe9' },
  { server: 'another message', text: '3 abc', expected: null },
  { server: 'words', text: 'here it is', expected: null },
  { server: 'nothing', text: '', expected: null },
])('reads the reply to UIDL 2: $server', ({ text, expected }) => {
  expect(uidOfReply(text, messageNumber(2))).toBe(expected);
});
