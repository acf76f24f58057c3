/** Byte-stuffing, termination and TOP, exact to the octet; lines that clients send. */
import { describe, expect, it } from 'vitest';
import { LineReader, MAX_LINE_OCTETS } from '../../../proxy/demo/pop3-lines.ts';
import { CHUNK_OCTETS, listing, messageReply, topOf } from '../../../proxy/demo/pop3-reply.ts';
import { coalesced } from '../../../proxy/demo/stream-io.ts';

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const joined = (chunks: Iterable<Uint8Array>): string => Buffer.concat([...chunks]).toString('latin1');

describe('a message on the wire', () => {
  it.each([
    ['', '\r\n'],
    ['a\r\n', 'a\r\n'],
    ['a', 'a\r\n'],
    ['a\n', 'a\n\r\n'],
    ['.\r\n', '..\r\n'],
    ['..\r\n', '...\r\n'],
    ['.', '..\r\n'],
    ['a.\r\n.b\r\n..c\r\n', 'a.\r\n..b\r\n...c\r\n'],
    ['a\r\n.\r\n.\r\n', 'a\r\n..\r\n..\r\n'],
    ['a\n.\nb\r\n', 'a\n..\nb\r\n'],
    ['a\r.b\r\n', 'a\r.b\r\n'],
    ['\0\xff.\r\n', '\0\xff.\r\n'],
  ])('%j becomes %j', (raw, wire) => {
    expect(joined(messageReply('ok', latin1(raw)))).toBe(`+OK ok\r\n${wire}.\r\n`);
  });

  it('is stuffed where a dot begins a chunk, too', () => {
    for (const before of [CHUNK_OCTETS - 2, CHUNK_OCTETS - 1, CHUNK_OCTETS, CHUNK_OCTETS + 1]) {
      const raw = `${'x'.repeat(before - 2)}\r\n.dot\r\n`;
      expect(joined(messageReply('', latin1(raw)))).toBe(
        `+OK\r\n${'x'.repeat(before - 2)}\r\n..dot\r\n.\r\n`,
      );
    }
  });

  it('comes in chunks that are no copies and not larger than promised', () => {
    const raw = new Uint8Array(5 * CHUNK_OCTETS).fill(120);
    const chunks = [...messageReply('', raw)];
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBe(CHUNK_OCTETS);
    expect(chunks.filter((chunk) => chunk.buffer === raw.buffer)).toHaveLength(5);
  });

  it('can forget the line end before the dot', () => {
    expect(joined(messageReply('', latin1('a\r\n'), { glued: true }))).toBe('+OK\r\na.\r\n');
  });
});

describe('a listing', () => {
  it.each([
    [[], '+OK n\r\n.\r\n'],
    [['1 a', '2 b'], '+OK n\r\n1 a\r\n2 b\r\n.\r\n'],
    [['.a'], '+OK n\r\n..a\r\n.\r\n'],
  ])('of %j', (lines, wire) => {
    expect(joined(listing('n', lines))).toBe(wire);
  });
});

describe('TOP', () => {
  const raw = 'A: 1\r\nB: 2\r\n\r\none\r\ntwo\r\nthree';
  it.each([
    [raw, 0, 'A: 1\r\nB: 2\r\n\r\n'],
    [raw, 1, 'A: 1\r\nB: 2\r\n\r\none\r\n'],
    [raw, 3, raw],
    [raw, 99, raw],
    ['A: 1\r\n', 5, 'A: 1\r\n'],
    ['A: 1\n\none\ntwo\n', 1, 'A: 1\n\none\n'],
    ['', 5, ''],
  ])('%j with %d lines', (message, lines, expected) => {
    expect(Buffer.from(topOf(latin1(message), lines)).toString('latin1')).toBe(expected);
  });
});

describe('lines from a client', () => {
  const feed = (chunks: readonly string[]): (string | null)[] => {
    const reader = new LineReader();
    const lines: (string | null)[] = [];
    for (const chunk of chunks) {
      reader.push(latin1(chunk));
      for (let line = reader.next(); line !== undefined; line = reader.next()) {
        lines.push(line === null ? null : Buffer.from(line).toString('latin1'));
      }
    }
    return lines;
  };
  const long = 'x'.repeat(MAX_LINE_OCTETS + 10);

  it.each([
    ['nothing', '', []],
    ['no end yet', 'NOOP', []],
    ['CRLF and LF', 'A\r\nB\nC', ['A', 'B']],
    ['empty lines', '\r\n\n', ['', '']],
    ['a lone CR stays', 'A\rB\r\n', ['A\rB']],
    ['NUL and eight bits stay', 'A\0\xe4\r\n', ['A\0\xe4']],
    ['too long, then a good one', `${long}\r\nNOOP\r\n`, [null, 'NOOP']],
  ])('%s', (_name, input, expected) => {
    expect(feed([input])).toEqual(expected);
    expect(feed([...input])).toEqual(expected);
  });

  it('keeps no more than the limit of a line without end', () => {
    const reader = new LineReader();
    for (let index = 0; index < 50; index += 1) {
      reader.push(latin1(long));
      expect(reader.next()).toBeUndefined();
      expect(reader.pendingOctets).toBe(0);
    }
    reader.push(latin1('\nNOOP\n'));
    expect([reader.next(), reader.next()?.length]).toEqual([null, 4]);
  });
});

describe('coalesced', () => {
  it.each([
    [[], []],
    [['a', 'b', 'c'], ['abc']],
    [
      ['abcd', 'e'],
      ['abcd', 'e'],
    ],
    [
      ['a', 'bcde', 'f', 'g'],
      ['abcde', 'fg'],
    ],
  ])('%j in fours', (chunks, expected) => {
    const source = chunks.map(latin1)[Symbol.iterator]();
    expect([...coalesced(source, 4)].map((chunk) => Buffer.from(chunk).toString('latin1'))).toEqual(expected);
  });
});
