import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum } from '../../../web/sync/checksum.ts';

describe('checksum', () => {
  it('is the same for the same octets, wherever they lie in memory', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, offset) => {
        const memory = new Uint8Array(bytes.length + offset + 5).fill(0xaa);
        memory.set(bytes, offset);
        expect(checksum(memory.subarray(offset, offset + bytes.length))).toBe(checksum(bytes));
      }),
    );
  });

  it('is another one when a bit is turned, an octet missing, doubled or moved', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 2, maxLength: 300 }),
        fc.nat(),
        fc.nat(7),
        (bytes, seed, bit) => {
          const at = seed % bytes.length;
          const turned = Uint8Array.from(bytes, (octet, index) =>
            index === at ? octet ^ (1 << bit) : octet,
          );
          const shorter = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1)]);
          const longer = Uint8Array.from([...bytes.slice(0, at), bytes[at] ?? 0, ...bytes.slice(at)]);
          const others = [turned, shorter, longer].map(checksum);
          expect(others).not.toContain(checksum(bytes));
        },
      ),
    );
    const text = new TextEncoder().encode('Subject: swapped');
    const swapped = new TextEncoder().encode('Subject: wsapped');
    expect(checksum(text)).not.toBe(checksum(swapped));
  });

  it('does not collide among many alike messages', () => {
    const sums = new Set<string>();
    for (let index = 0; index < 50_000; index += 1) {
      sums.add(
        checksum(new TextEncoder().encode(`Message-ID: <${String(index).padStart(6, '0')}@example.org>`)),
      );
    }
    expect(sums.size).toBe(50_000);
  });

  it('has a form that is kept in databases', () => {
    expect(checksum(new Uint8Array(0))).toMatch(/^[0-9a-f]{24}$/);
    expect(checksum(new TextEncoder().encode('From: a@example.org\r\n\r\nText.\r\n'))).toMatchInlineSnapshot(
      `"eab4e0ef312be77b0000001e"`,
    );
  });
});
