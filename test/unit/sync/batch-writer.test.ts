import { describe, expect, it } from 'vitest';
import { uidl } from '../../../web/model/ids.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';
import { BatchWriter } from '../../../web/sync/batch-writer.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const LIMITS = { firstMessages: 2, maxMessages: 8, maxOctets: 1_000, maxWaitMs: 400 };

function message(number: number, octets = 10): NewMessage {
  const digest = {
    from: { name: '', address: '' },
    to: [],
    subject: '',
    sentAt: null,
    preview: '',
    hasAttachment: false,
  };
  return { uidl: uidl(`u${number}`), raw: new Uint8Array(octets), digest, receivedAt: 0, folder: 'inbox' };
}

/** A slow disk: each write waits until the test lets it end. */
class SlowDisk {
  readonly batches: string[][] = [];
  readonly #ends: ((error?: Error) => void)[] = [];

  readonly write = (batch: readonly NewMessage[]): Promise<void> => {
    this.batches.push(batch.map(({ uidl }) => uidl));
    return new Promise((resolve, reject) => {
      this.#ends.push((error) => (error === undefined ? resolve() : reject(error)));
    });
  };

  get writing(): number {
    return this.#ends.length;
  }

  async end(error?: Error): Promise<void> {
    this.#ends.shift()?.(error);
    await settle();
  }
}

/** Lets everything happen that needs no more than promises. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

describe('BatchWriter', () => {
  it('makes each batch up to twice as large as the one before', async () => {
    const sizes: number[] = [];
    const writer = new BatchWriter(async (batch) => void sizes.push(batch.length), new FakeClock(), LIMITS);
    for (let number = 0; number < 25; number += 1) await writer.add(message(number));
    await writer.finish();
    expect(sizes).toEqual([2, 4, 8, 8, 3]);
  });

  it('closes a batch by its octets', async () => {
    const sizes: number[] = [];
    const writer = new BatchWriter(async (batch) => void sizes.push(batch.length), new FakeClock(), LIMITS);
    for (const octets of [10, 5_000, 600, 600, 1]) await writer.add(message(1, octets));
    await writer.finish();
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('closes a batch when its first message has waited long enough, though nothing more comes', async () => {
    const disk = new SlowDisk();
    const clock = new FakeClock();
    const writer = new BatchWriter(disk.write, clock, { ...LIMITS, firstMessages: 8 });
    await writer.add(message(1));
    clock.advance(300);
    await writer.add(message(2));
    clock.advance(99);
    expect(disk.batches).toEqual([]);
    clock.advance(1);
    expect(disk.batches).toEqual([['u1', 'u2']]);
    expect(clock.pending).toBe(0);
  });

  it('writes what is overdue as soon as the batch in flight is written', async () => {
    const disk = new SlowDisk();
    const clock = new FakeClock();
    const writer = new BatchWriter(disk.write, clock, LIMITS);
    for (const number of [1, 2, 3]) await writer.add(message(number));
    clock.advance(400);
    expect(disk.batches).toHaveLength(1);
    await writer.add(message(4));
    await disk.end();
    expect(disk.batches).toEqual([
      ['u1', 'u2'],
      ['u3', 'u4'],
    ]);
    const finishing = writer.finish();
    await disk.end();
    await finishing;
    expect([disk.batches.length, clock.pending]).toEqual([2, 0]);
  });

  it('writes nothing when nothing came', async () => {
    const disk = new SlowDisk();
    await new BatchWriter(disk.write, new FakeClock(), LIMITS).finish();
    expect(disk.batches).toEqual([]);
  });

  it('gathers the next batch while one is being written, and then waits', async () => {
    const disk = new SlowDisk();
    const writer = new BatchWriter(disk.write, new FakeClock(), LIMITS);
    for (const number of [1, 2, 3, 4, 5]) await writer.add(message(number));
    let taken = false;
    expect(writer.isWaiting).toBe(false);
    const sixth = writer.add(message(6)).then(() => (taken = true));
    expect(writer.isWaiting).toBe(true);
    await settle();
    expect([disk.batches, taken]).toEqual([[['u1', 'u2']], false]);
    await disk.end();
    await sixth;
    expect(disk.batches).toEqual([
      ['u1', 'u2'],
      ['u3', 'u4', 'u5', 'u6'],
    ]);
    expect(disk.writing).toBe(1);
  });

  it('finishes only when everything is written', async () => {
    const disk = new SlowDisk();
    const writer = new BatchWriter(disk.write, new FakeClock(), LIMITS);
    for (const number of [1, 2, 3]) await writer.add(message(number));
    let finished = false;
    const finishing = writer.finish().then(() => (finished = true));
    await disk.end();
    expect([disk.batches.length, finished]).toEqual([2, false]);
    await disk.end();
    await finishing;
  });

  it('tells the first failure at the next call, and writes nothing after it', async () => {
    const disk = new SlowDisk();
    const writer = new BatchWriter(disk.write, new FakeClock(), LIMITS);
    await writer.add(message(1));
    await writer.add(message(2));
    await disk.end(new Error('disk full'));
    await expect(writer.add(message(3))).rejects.toThrow('disk full');
    await expect(writer.finish()).rejects.toThrow('disk full');
    expect(disk.batches).toHaveLength(1);
  });

  it('leaves no alarm behind when a write fails', async () => {
    const disk = new SlowDisk();
    const clock = new FakeClock();
    const writer = new BatchWriter(disk.write, clock, LIMITS);
    for (const number of [1, 2, 3]) await writer.add(message(number));
    await disk.end(new Error('disk full'));
    clock.advance(400);
    await expect(writer.finish()).rejects.toThrow('disk full');
    expect([disk.batches.length, clock.pending]).toEqual([1, 0]);
  });

  it('tells a failure to who waits for the batch in flight', async () => {
    const disk = new SlowDisk();
    const writer = new BatchWriter(disk.write, new FakeClock(), {
      ...LIMITS,
      firstMessages: 1,
      maxMessages: 1,
    });
    await writer.add(message(1));
    const waiting = expect(writer.add(message(2))).rejects.toThrow('disk full');
    await disk.end(new Error('disk full'));
    await waiting;
  });
});
