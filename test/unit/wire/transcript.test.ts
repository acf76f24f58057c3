import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../web/wire/transcript.ts';

const chars = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length, 0);

describe('a transcript', () => {
  it('keeps lines in the order they came', () => {
    const transcript = new Transcript();
    transcript.add('C: CAPA');
    transcript.add('S: +OK');
    expect(transcript.lines()).toEqual(['C: CAPA', 'S: +OK']);
    transcript.add('C: QUIT');
    expect(transcript.lines()).toEqual(['C: CAPA', 'S: +OK', 'C: QUIT']);
  });

  it('keeps the beginning and the end, and counts what it left out', () => {
    const transcript = new Transcript(100);
    for (let line = 1; line <= 50; line++) transcript.add(`line ${String(line).padStart(5)}`);
    const lines = transcript.lines();
    expect(lines.slice(0, 5)).toEqual([
      'line     1',
      'line     2',
      'line     3',
      'line     4',
      '-- 40 lines left out',
    ]);
    expect(lines.slice(5)).toEqual([45, 46, 47, 48, 49, 50].map((line) => `line    ${line}`));
  });

  it.each([1, 7, 39, 400, 5_000])('stays within its bound with lines of %i characters', (length) => {
    const transcript = new Transcript(2_000);
    for (let line = 0; line < 3_000; line++) {
      transcript.add('x'.repeat(length));
      if (line % 100 === 0) expect(chars(transcript.lines())).toBeLessThanOrEqual(2_000 + 30);
    }
    expect(chars(transcript.lines())).toBeLessThanOrEqual(2_000 + 30);
  });

  it('cuts a line that is too long', () => {
    const transcript = new Transcript();
    transcript.add(`S: ${'x'.repeat(1_000)}`);
    expect(transcript.lines()[0]).toMatch(/^S: x{396}…$/);
  });
});
