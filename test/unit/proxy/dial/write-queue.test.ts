import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_OCTETS, WriteQueue } from '../../../../proxy/dial/write-queue.ts';

/** A kernel that takes one write when it is told to, at once or not. */
function open(): {
  queue: WriteQueue;
  written: Buffer[];
  take: (error?: Error) => boolean;
  taken: () => number;
} {
  const written: Buffer[] = [];
  let under: ((error?: Error | null) => void) | null = null;
  let taken = 0;
  const queue = new WriteQueue(
    (bytes, callback) => {
      if (under !== null) throw new Error('two writes at a time');
      written.push(Buffer.from(bytes));
      under = callback;
    },
    (octets) => (taken += octets),
  );
  const take = (error?: Error): boolean => {
    const callback = under;
    under = null;
    callback?.(error);
    return callback !== null;
  };
  return { queue, written, take, taken: () => taken };
}

describe('WriteQueue', () => {
  it('writes the first bytes at once', () => {
    const { queue, written } = open();
    queue.push(Buffer.from('NOOP\r\n'));
    expect(written.map(String)).toEqual(['NOOP\r\n']);
  });

  it('gathers small pieces that came meanwhile', () => {
    const { queue, written, take } = open();
    for (const octet of 'NOOP\r\n') queue.push(Buffer.from(octet));
    while (take());
    expect(written.map(String)).toEqual(['N', 'OOP\r\n']);
  });

  it('holds few buffers, however small the pieces', () => {
    const { queue } = open();
    for (let n = 0; n < 100_000; n += 1) queue.push(Buffer.alloc(n % 2));
    expect(queue.length).toBeLessThanOrEqual(100_000 / BLOCK_OCTETS + 1);
  });

  it('keeps no more of a read than the piece that waits', () => {
    const { queue, written, take } = open();
    const read = Buffer.alloc(65536, 'a');
    queue.push(Buffer.from('first'));
    queue.push(read.subarray(0, 1));
    read.fill('b');
    while (take());
    expect(written.map(String)).toEqual(['first', 'a']);
  });

  it('writes nothing for nothing, and says nothing of it', () => {
    const { queue, written, taken } = open();
    queue.push(Buffer.alloc(0));
    expect([written, taken()]).toEqual([[], 0]);
  });

  it('says once that it is empty, when it is', () => {
    const { queue, take } = open();
    const said: string[] = [];
    queue.whenEmpty(() => said.push('before'));
    queue.push(Buffer.from('a'));
    queue.push(Buffer.from('b'));
    queue.whenEmpty(() => said.push('after'));
    take();
    expect(said).toEqual(['before']);
    take();
    queue.push(Buffer.from('c'));
    take();
    expect(said).toEqual(['before', 'after']);
  });

  it('writes no more, and says no more, once a write has failed', () => {
    const { queue, written, take, taken } = open();
    queue.push(Buffer.from('a'));
    queue.push(Buffer.from('b'));
    queue.whenEmpty(() => expect.unreachable());
    take(new Error('EPIPE'));
    queue.push(Buffer.from('c'));
    expect([written.map(String), taken()]).toEqual([['a'], 0]);
  });

  it('loses and turns round nothing, and counts every octet once', () => {
    const step = fc.oneof(
      fc.constant('take' as const),
      fc.nat({ max: 40 }),
      fc.integer({ min: BLOCK_OCTETS - 2, max: BLOCK_OCTETS + 2 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { queue, written, take, taken } = open();
        const pushed: Buffer[] = [];
        steps.forEach((what, index) => {
          if (what === 'take') return void take();
          pushed.push(Buffer.alloc(what, index));
          queue.push(Buffer.alloc(what, index));
        });
        while (take());
        const all = Buffer.concat(pushed);
        expect(Buffer.concat(written).equals(all)).toBe(true);
        expect(taken()).toBe(all.length);
      }),
    );
  });
});
