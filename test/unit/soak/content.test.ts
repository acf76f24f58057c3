/** What the soak sends: the same for the same seed, and nothing else passes for it. */
import { expect, it } from 'vitest';
import { Content } from '../../soak/content.ts';

const content = new Content(7);

function sent(octets: number): Buffer {
  const stream = content.stream(1, 'down');
  const pieces: Buffer[] = [];
  while (stream.octets < octets) pieces.push(stream.next(Math.min(50_000, octets - stream.octets)));
  return Buffer.concat(pieces);
}

it('is recognised however it is cut, beyond the length of its block too', () => {
  const bytes = sent(2_500_000);
  const again = new Content(7).stream(1, 'down');
  for (let at = 0; at < bytes.length; at += 77_777) {
    expect(again.continuesWith(bytes.subarray(at, at + 77_777))).toBe(true);
  }
  expect(again.octets).toBe(bytes.length);
});

it.each<[string, (bytes: Buffer) => Buffer]>([
  [
    'an octet that is another',
    (bytes) => Buffer.concat([bytes.subarray(0, 99_999), Buffer.from([~(bytes[99_999] ?? 0)])]),
  ],
  ['a part that is missing', (bytes) => Buffer.concat([bytes.subarray(0, 5_000), bytes.subarray(9_096)])],
  ['a part that comes twice', (bytes) => Buffer.concat([bytes.subarray(0, 5_000), bytes])],
  ['parts in another order', (bytes) => Buffer.concat([bytes.subarray(16_384), bytes.subarray(0, 16_384)])],
])('is not recognised with %s', (_what, change) => {
  expect(content.stream(1, 'down').continuesWith(change(sent(100_000)))).toBe(false);
});

it('is another for another tunnel, direction and seed', () => {
  const bytes = sent(1000);
  expect(content.stream(2, 'down').continuesWith(bytes)).toBe(false);
  expect(content.stream(1, 'up').continuesWith(bytes)).toBe(false);
  expect(new Content(8).stream(1, 'down').continuesWith(bytes)).toBe(false);
});
