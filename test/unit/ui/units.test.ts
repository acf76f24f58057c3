/** Numbers with units, at their edges. */
import { describe, expect, it } from 'vitest';
import { formatAgo, formatCount, formatDay, formatDuration, formatOctets } from '../../../web/ui/units.ts';

describe('units', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [1_234, '1.2 kB'],
    [48_400_000, '48 MB'],
    [999_600, '1 MB'],
    [1_250_000_000, '1.3 GB'],
    [5e15, '5,000 TB'],
    [-1, ''],
    [Number.NaN, ''],
    [Infinity, ''],
  ])('write %d octets as %s', (octets, text) => {
    expect(formatOctets(octets)).toBe(text);
  });

  it.each([
    [0, '1 s'],
    [8_000, '8 s'],
    [59_001, '1 min'],
    [61_000, '2 min'],
    [3_600_001, '2 h'],
  ])('round a wait of %d ms up to %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });

  it.each([
    [0, 'just now'],
    [5 * 60_000, '5 min ago'],
    [3 * 3_600_000, '3 h ago'],
  ])('say how long ago %d ms is', (gone, text) => {
    expect(formatAgo(1_700_000_000_000 - gone, 1_700_000_000_000)).toBe(text);
  });

  it('keep singular and plural apart', () => {
    expect([formatCount(1, 'message'), formatCount(12_345, 'message')]).toEqual([
      '1 message',
      '12,345 messages',
    ]);
  });

  it('give nothing for a date that does not exist', () => {
    expect(formatDay(Number.NaN)).toBe('');
  });
});
