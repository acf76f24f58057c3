import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ATTEMPT_DELAY_MS, firstToConnect, interleaveFamilies } from '../../../../proxy/dial/race.ts';
import { TunnelFailure } from '../../../../proxy/tunnel-failure.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A network whose attempts the test settles by hand. */
function network() {
  const attempts = new Map<string, PromiseWithResolvers<string>>();
  const given: string[] = [];
  const discarded: string[] = [];
  const controller = new AbortController();
  return {
    attempts,
    given,
    discarded,
    controller,
    started: () => [...attempts.keys()],
    stand: (address: string) => attempts.get(address)?.resolve(address),
    fail: (address: string) =>
      attempts.get(address)?.reject(new TunnelFailure('connection-refused', address)),
    race: (...addresses: string[]) =>
      firstToConnect(addresses, {
        connect(address, signal) {
          const attempt = withResolvers<string>();
          attempts.set(address, attempt);
          signal.addEventListener('abort', () => given.push(address));
          return attempt.promise;
        },
        discard: (address) => discarded.push(address),
        timeoutMs: 10_000,
        signal: controller.signal,
      }),
  };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let settle: Omit<PromiseWithResolvers<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  if (settle === undefined) throw new Error('a promise did not run its executor');
  return { promise, ...settle };
}

describe('firstToConnect', () => {
  it('tries one address at a time', async () => {
    const net = network();
    const won = net.race('1.1.1.1', '2.2.2.2');
    expect(net.started()).toEqual(['1.1.1.1']);
    net.stand('1.1.1.1');
    await expect(won).resolves.toBe('1.1.1.1');
    expect(net.started()).toEqual(['1.1.1.1']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tries the next as soon as one fails', async () => {
    const net = network();
    const won = net.race('1.1.1.1', '2.2.2.2');
    net.fail('1.1.1.1');
    await vi.advanceTimersByTimeAsync(0);
    expect(net.started()).toEqual(['1.1.1.1', '2.2.2.2']);
    net.stand('2.2.2.2');
    await expect(won).resolves.toBe('2.2.2.2');
  });

  it('starts the next beside one that is silent, and gives the loser up', async () => {
    const net = network();
    const won = net.race('1.1.1.1', '2.2.2.2');
    await vi.advanceTimersByTimeAsync(ATTEMPT_DELAY_MS);
    expect(net.started()).toEqual(['1.1.1.1', '2.2.2.2']);
    net.stand('2.2.2.2');
    await expect(won).resolves.toBe('2.2.2.2');
    expect(net.given).toContain('1.1.1.1');
  });

  it('closes a connection that comes too late', async () => {
    const net = network();
    const won = net.race('1.1.1.1', '2.2.2.2');
    await vi.advanceTimersByTimeAsync(ATTEMPT_DELAY_MS);
    net.stand('2.2.2.2');
    await won;
    net.stand('1.1.1.1');
    await vi.advanceTimersByTimeAsync(0);
    expect(net.discarded).toEqual(['1.1.1.1']);
  });

  it('fails with the first failure when all fail', async () => {
    const net = network();
    const won = net.race('1.1.1.1', '2.2.2.2');
    const lost = expect(won).rejects.toMatchObject({ code: 'connection-refused', message: '1.1.1.1' });
    net.fail('1.1.1.1');
    await vi.advanceTimersByTimeAsync(0);
    net.fail('2.2.2.2');
    await lost;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for the silent ones before it fails', async () => {
    const net = network();
    const won = net.race('1.1.1.1', '2.2.2.2');
    await vi.advanceTimersByTimeAsync(ATTEMPT_DELAY_MS);
    net.fail('2.2.2.2');
    await vi.advanceTimersByTimeAsync(ATTEMPT_DELAY_MS);
    net.stand('1.1.1.1');
    await expect(won).resolves.toBe('1.1.1.1');
  });

  it('gives up after the time-out', async () => {
    const net = network();
    const lost = expect(net.race('1.1.1.1')).rejects.toMatchObject({ code: 'connection-timeout' });
    await vi.advanceTimersByTimeAsync(10_000);
    await lost;
    expect(net.given).toEqual(['1.1.1.1']);
  });

  it('gives up when it is told to', async () => {
    const net = network();
    const lost = expect(net.race('1.1.1.1', '2.2.2.2')).rejects.toThrow('gone');
    net.controller.abort(new Error('gone'));
    await lost;
    expect(net.given).toEqual(['1.1.1.1']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('interleaveFamilies', () => {
  it.each([
    [
      ['a::1', 'a::2', '1.1.1.1', '2.2.2.2'],
      ['a::1', '1.1.1.1', 'a::2', '2.2.2.2'],
    ],
    [
      ['1.1.1.1', 'a::1', 'a::2', 'a::3'],
      ['1.1.1.1', 'a::1', 'a::2', 'a::3'],
    ],
    [
      ['a::1', 'a::2', 'a::3', '1.1.1.1'],
      ['a::1', '1.1.1.1', 'a::2', 'a::3'],
    ],
    [['1.1.1.1'], ['1.1.1.1']],
  ])('orders %j as %j', (addresses, expected) => {
    expect(interleaveFamilies(addresses)).toEqual(expected);
  });
});
