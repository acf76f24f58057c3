import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DotDecoder } from '../../../web/wire/dot-decoder.ts';
import { allCuts } from '../../support/cuts.ts';
import type { Cut } from '../../support/cuts.ts';
import { bytes, concat, latin1 } from '../../support/octets.ts';

interface Decoded {
  body: string;
  ended: boolean;
  rest: string;
}

function decode(input: Uint8Array, cut: Cut): Decoded {
  const decoder = new DotDecoder();
  const pieces: Uint8Array[] = [];
  const rest: Uint8Array[] = [];
  for (const chunk of cut(input)) {
    const cursor = { bytes: chunk, at: 0 };
    for (let piece = decoder.next(cursor); piece !== null; piece = decoder.next(cursor)) {
      expect(piece.length).toBeGreaterThan(0);
      pieces.push(piece);
    }
    rest.push(chunk.subarray(cursor.at));
  }
  return { body: latin1(concat(pieces)), ended: decoder.ended, rest: latin1(concat(rest)) };
}

/** What RFC 1939 §3 says, line by line and slowly. */
function reference(input: string): Decoded {
  let body = '';
  let at = 0;
  while (at < input.length) {
    const lf = input.indexOf('\n', at);
    const end = lf < 0 ? input.length : lf + 1;
    const line = input.slice(at, end);
    if (line === '.\r\n' || line === '.\n') return { body, ended: true, rest: input.slice(end) };
    at = end;
    if (line === '.' || line === '.\r') break; // May still become the end: held back.
    body += line.startsWith('..') ? line.slice(1) : line;
  }
  return { body, ended: false, rest: '' };
}

describe('DotDecoder', () => {
  const table: { name: string; input: string; body: string; rest?: string; ended?: false }[] = [
    { name: 'ends an empty body', input: '.\r\n', body: '' },
    { name: 'ends an empty body at a bare LF', input: '.\n', body: '' },
    { name: 'gives the lines before the end', input: 'a\r\nb\r\n.\r\n', body: 'a\r\nb\r\n' },
    { name: 'stops right behind the end', input: 'a\r\n.\r\n+OK\r\n', body: 'a\r\n', rest: '+OK\r\n' },
    { name: 'stops right behind an end with a dot after it', input: 'a\n.\n.\n', body: 'a\n', rest: '.\n' },
    { name: 'un-stuffs two dots', input: '..\r\n.\r\n', body: '.\r\n' },
    { name: 'un-stuffs only the first dot', input: '...\r\n..a\r\n.\r\n', body: '..\r\n.a\r\n' },
    { name: 'keeps a lone dot that no right server sends', input: '.a\r\n.\r\n', body: '.a\r\n' },
    { name: 'keeps dots inside lines', input: 'a.\r\n.b.\r\n..c..\r\n.\r\n', body: 'a.\r\n.b.\r\n.c..\r\n' },
    { name: 'knows bare LF', input: 'a\n..b\n.\n', body: 'a\n.b\n' },
    { name: 'ends at a bare LF line behind CRLF lines', input: 'a\r\n.\nx', body: 'a\r\n', rest: 'x' },
    { name: 'does not end at a lone CR', input: 'a\r.\r\n.\r\n', body: 'a\r.\r\n' },
    { name: 'does not end at dot CR without LF', input: '.\rx\r\n.\r\n', body: '.\rx\r\n' },
    { name: 'does not end at dot CR CR LF', input: '.\r\r\n.\r\n', body: '.\r\r\n' },
    { name: 'does not end at a dot with a blank', input: '. \r\n.\r\n', body: '. \r\n' },
    { name: 'passes status words', input: '+OK\r\n-ERR no\r\n.\r\n', body: '+OK\r\n-ERR no\r\n' },
    { name: 'passes NUL and 8-bit octets', input: '\0\xff\r\n.\0\r\n.\r\n', body: '\0\xff\r\n.\0\r\n' },
    { name: 'passes empty lines', input: '\r\n\r\n\n.\r\n', body: '\r\n\r\n\n' },
    { name: 'holds back what may be the end', input: 'a\r\n.\r', body: 'a\r\n', ended: false },
    { name: 'is not ended by the end of the chunk', input: 'a\r\n', body: 'a\r\n', ended: false },
    // Exchange 2000 forgets the line end of a message that has none, so the dot sticks to the text. These octets could
    // be text as well, so they are text: only silence and the size by LIST could tell, and that is the client's matter.
    {
      name: 'takes a dot glued to the last line for text',
      input: 'text.\r\n',
      body: 'text.\r\n',
      ended: false,
    },
  ];
  for (const { name, input, body, rest = '', ended = true } of table) {
    it.each(allCuts(input.length))(`${name}, %s`, (_, cut) => {
      expect(decode(bytes(input), cut)).toEqual({ body, ended, rest });
    });
  }

  it('decodes like the standard says, whatever comes and however it is cut', () => {
    const hostile = fc
      .array(fc.constantFrom('.', '\r', '\n', '\r\n', '.\r\n', '\n.', 'a', 'bc', '\0'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(80), { maxLength: 8 }), (input, offsets) => {
        const cuts = [...new Set([0, ...offsets.filter((offset) => offset < input.length)])].sort(
          (a, b) => a - b,
        );
        const cut: Cut = (all) => cuts.map((from, index) => all.slice(from, cuts[index + 1] ?? all.length));
        expect(decode(bytes(input), cut)).toEqual(reference(input));
      }),
      { numRuns: 3000 },
    );
  });

  it('passes a line of 8 MB without copying it', () => {
    const octets = 8 * 1024 * 1024;
    const input = new Uint8Array(octets + 5).fill(0x41);
    input.set(bytes('\r\n.\r\n'), octets);
    const decoder = new DotDecoder();
    const cursor = { bytes: input, at: 0 };
    const piece = decoder.next(cursor);
    expect(piece?.length).toBe(octets + 2);
    expect(piece?.buffer).toBe(input.buffer);
    expect(decoder.next(cursor)).toBeNull();
    expect(decoder.ended).toBe(true);
  });

  it('takes another body after a reset', () => {
    const decoder = new DotDecoder();
    const cursor = { bytes: bytes('a\r\n.\r\n.\r\n'), at: 0 };
    expect(latin1(decoder.next(cursor) ?? bytes(''))).toBe('a\r\n');
    expect(decoder.next(cursor)).toBeNull();
    decoder.reset();
    expect(decoder.ended).toBe(false);
    expect(decoder.next(cursor)).toBeNull();
    expect(decoder.ended).toBe(true);
  });
});
