import { expect, it } from 'vitest';
import { BufferPool } from '../../../../proxy/dial/buffer-pool.ts';

const KIB = 1024;
const filled = (octets: number, value: number): Uint8Array => new Uint8Array(octets).fill(value);

it.each([0, 1, 1000, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 300_000, 1024 * KIB])(
  'a copy of %i octets is those and no more',
  (octets) => {
    const bytes = filled(octets, 7);
    const copy = new BufferPool(KIB * KIB).copy(bytes);
    bytes.fill(0);
    expect(copy.equals(filled(octets, 7))).toBe(true);
  },
);

it('memory that came back is used again, and shows nothing of what it held', () => {
  const pool = new BufferPool(KIB * KIB);
  const first = pool.copy(filled(200_000, 1));
  pool.giveBack(first);
  const second = pool.copy(filled(150_000, 2));
  expect(second.buffer).toBe(first.buffer);
  expect(second.equals(filled(150_000, 2))).toBe(true);
});

it('memory that is out is not given to a second one', () => {
  const pool = new BufferPool(KIB * KIB);
  const first = pool.copy(filled(200_000, 1));
  const second = pool.copy(filled(200_000, 2));
  expect(second.buffer).not.toBe(first.buffer);
  expect(first.equals(filled(200_000, 1))).toBe(true);
});

it('a copy that is given back twice is lent once', () => {
  const pool = new BufferPool(KIB * KIB);
  const copy = pool.copy(filled(200_000, 1));
  pool.giveBack(copy);
  pool.giveBack(copy);
  expect(pool.copy(filled(200_000, 2)).buffer).not.toBe(pool.copy(filled(200_000, 3)).buffer);
});

it('the last part of a copy brings all of it back', () => {
  const pool = new BufferPool(KIB * KIB);
  pool.giveBack(pool.copy(filled(200_000, 1)).subarray(150_000));
  expect(pool.freeOctets).toBe(256 * KIB);
});

it('small copies and foreign memory are not kept', () => {
  const pool = new BufferPool(KIB * KIB);
  pool.giveBack(pool.copy(filled(1000, 1)));
  pool.giveBack(Buffer.alloc(256 * KIB));
  expect(pool.freeOctets).toBe(0);
});

it('no more is kept than the limit, whatever comes back', () => {
  const pool = new BufferPool(600 * KIB);
  const copies = Array.from({ length: 20 }, () => pool.copy(filled(100_000, 1)));
  for (const copy of copies) pool.giveBack(copy);
  expect(pool.freeOctets).toBe(512 * KIB);
});
