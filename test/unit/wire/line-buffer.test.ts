import { describe, expect, it } from 'vitest';
import { LineBuffer } from '../../../web/wire/line-buffer.ts';
import { allCuts } from '../../support/cuts.ts';
import type { Cut } from '../../support/cuts.ts';
import { bytes, latin1 } from '../../support/octets.ts';

function linesOf(input: string, cut: Cut, limit?: number): { lines: string[]; held: string } {
  const buffer = new LineBuffer(limit);
  const lines: string[] = [];
  for (const chunk of cut(bytes(input))) {
    const cursor = { bytes: chunk, at: 0 };
    for (let line = buffer.next(cursor); line !== null; line = buffer.next(cursor)) lines.push(latin1(line));
    expect(cursor.at).toBe(chunk.length);
  }
  return { lines, held: latin1(buffer.held) };
}

describe('LineBuffer', () => {
  const table: { name: string; input: string; lines: string[]; held?: string }[] = [
    { name: 'gives nothing for nothing', input: '', lines: [] },
    { name: 'ends a line at CRLF', input: '+OK\r\n', lines: ['+OK'] },
    { name: 'ends a line at a bare LF', input: '+OK\nx\n', lines: ['+OK', 'x'] },
    { name: 'keeps a CR inside a line', input: 'a\rb\r\n', lines: ['a\rb'] },
    { name: 'takes one CR only', input: 'a\r\r\n', lines: ['a\r'] },
    { name: 'knows empty lines', input: '\r\n\n\r\n', lines: ['', '', ''] },
    { name: 'keeps NUL and 8-bit octets', input: 'a\0\xff\r\n', lines: ['a\0\xff'] },
    { name: 'holds a line without an end', input: 'a\r\nbc\r', lines: ['a'], held: 'bc\r' },
  ];
  for (const { name, input, lines, held = '' } of table) {
    it.each(allCuts(input.length))(`${name}, %s`, (_, cut) => {
      expect(linesOf(input, cut)).toEqual({ lines, held });
    });
  }

  it('holds a long line in pieces up to its limit', () => {
    const line = 'x'.repeat(64 * 1024);
    const { lines } = linesOf(`${line}\r`.slice(0, -1) + '\n', (all) => [
      all.slice(0, 1000),
      all.slice(1000),
    ]);
    expect(lines).toEqual([line]);
  });

  it.each(allCuts(12))('refuses a line beyond its limit, %s', (_, cut) => {
    expect(() => linesOf('0123456789\r\n', cut, 8)).toThrow(
      expect.objectContaining({ code: 'protocol-error', detail: { what: 'line-too-long', limitOctets: 8 } }),
    );
  });

  it('gives a view of the chunk when the line is whole in it', () => {
    const chunk = bytes('+OK\r\nrest');
    const line = new LineBuffer().next({ bytes: chunk, at: 0 });
    expect(line?.buffer).toBe(chunk.buffer);
  });
});
