import { describe, expect, it } from 'vitest';
import { mask, unmask } from '../../../../proxy/tunnel/masking.ts';

const KEY = Uint8Array.of(0x12, 0xab, 0x00, 0xff);
const OCTETS = Uint8Array.from({ length: 3000 }, (_, i) => (i * 2654435761) >>> 24);

/** RFC 6455 §5.3, word for word. */
const masked = (octets: Uint8Array): Uint8Array => octets.map((octet, i) => octet ^ (KEY[i % 4] ?? 0));

/** A copy that begins at `offset` of a larger buffer, with neighbours that must not change. */
function placed(octets: Uint8Array, offset: number): { whole: Uint8Array; part: Uint8Array } {
  const whole = new Uint8Array(octets.length + 16).fill(0x77);
  whole.set(octets, offset);
  return { whole, part: whole.subarray(offset, offset + octets.length) };
}

// Around every alignment, the length from which words are used, and every rest that a turn of four words can leave.
const lengths = [0, 1, 2, 3, 4, 5, 24, 511, ...Array.from({ length: 20 }, (_, i) => 512 + i), 2999];

describe.each([0, 1, 2, 3, 4, 5, 6, 7])('at offset %i in memory', (offset) => {
  it('unmasking takes the mask off and touches nothing beside', () => {
    for (const length of lengths) {
      const octets = OCTETS.subarray(0, length);
      const { whole, part } = placed(masked(octets), offset);
      unmask(part, KEY);
      expect(whole, `${length} octets`).toEqual(placed(octets, offset).whole);
    }
  });

  it('masking writes to its place and leaves the source alone', () => {
    for (const length of lengths) {
      const source = OCTETS.slice(0, length + 3);
      const { whole } = placed(new Uint8Array(length).fill(0x77), offset);
      mask(source, KEY, whole, offset, length);
      expect(whole, `${length} octets`).toEqual(placed(masked(OCTETS.subarray(0, length)), offset).whole);
      expect(source).toEqual(OCTETS.subarray(0, length + 3));
    }
  });
});
