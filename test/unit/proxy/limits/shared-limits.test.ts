/** Several instances over one store: what they count together, and what each does when the store is away. */
import { describe, expect, it } from 'vitest';
import { ClientLimits, type Limits } from '../../../../proxy/limits/client-limits.ts';
import { MemoryRateLimiter, WINDOW_MS } from '../../../../proxy/limits/rate-limiter.ts';
import { SharedRateLimiter } from '../../../../proxy/limits/shared-rate-limiter.ts';
import { StandingTunnels } from '../../../../proxy/limits/standing-tunnels.ts';
import { settled } from '../../../support/settled.ts';
import { LEASE_MS, SharedStore } from './shared-store.ts';

const PLENTY: Limits = {
  tunnelsPerClient: 100,
  tunnelsPerMinute: 100,
  failedDialsPerMinute: 100,
  wrongPasswordsPerMinute: 100,
};
const CLIENT = '192.0.2.1';

function instance(store: SharedStore, name: string, limits: Partial<Limits> = {}) {
  const counts = store.instance(name);
  const standing = new StandingTunnels(counts);
  const here = () => new MemoryRateLimiter(() => store.nowMs);
  const counted = new ClientLimits(
    { ...PLENTY, ...limits },
    (what) => new SharedRateLimiter(what, counts, here()),
    standing,
  );
  const enter = async (client = CLIENT): Promise<string> => (await counted.enter(client))?.code ?? 'in';
  return { counted, standing, enter };
}

function two(limits: Partial<Limits>) {
  const store = new SharedStore();
  return { store, a: instance(store, 'a', limits), b: instance(store, 'b', limits) };
}

describe('two instances', () => {
  it('carry so many tunnels of one client together, and another when one has ended at either', async () => {
    const { a, b } = two({ tunnelsPerClient: 2 });
    expect([await a.enter(), await b.enter()]).toEqual(['in', 'in']);
    expect([await a.enter(), await b.enter()]).toEqual(['too-many-from-client', 'too-many-from-client']);
    expect(await b.enter('192.0.2.2')).toBe('in');
    a.counted.leave(CLIENT, 'done');
    expect([await b.enter(), await a.enter()]).toEqual(['in', 'too-many-from-client']);
  });

  it('count those that come at the same time', async () => {
    const { a, b } = two({ tunnelsPerClient: 3 });
    const outcomes = await Promise.all([a.enter(), b.enter(), a.enter(), b.enter(), a.enter(), b.enter()]);
    expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(3);
  });

  it('let as many in after any number of refusals as before', async () => {
    const { a, b } = two({ tunnelsPerClient: 1 });
    await a.enter();
    for (let n = 0; n < 20; n += 1) expect(await b.enter()).toBe('too-many-from-client');
    a.counted.leave(CLIENT, 'done');
    expect(await b.enter()).toBe('in');
  });

  it('open so many tunnels a minute together', async () => {
    const { a, b } = two({ tunnelsPerMinute: 2 });
    expect([await a.enter(), await b.enter(), await a.enter()]).toEqual(['in', 'in', 'too-fast']);
  });

  it('stop who scans ports through both', async () => {
    const { a, b } = two({ failedDialsPerMinute: 2 });
    for (const { enter, counted } of [a, b]) {
      await enter();
      counted.leave(CLIENT, 'connection-refused');
    }
    expect([await a.enter(), await b.enter()]).toEqual(['too-many-failures', 'too-many-failures']);
  });

  it('stop asking who was wrong about passwords at either', async () => {
    const { a, b } = two({ wrongPasswordsPerMinute: 1 });
    await a.counted.countWrongPassword(CLIENT);
    expect(await b.counted.mayTryPassword(CLIENT)).toBe(false);
    expect(await b.counted.mayTryPassword('192.0.2.2')).toBe(true);
  });
});

describe('an instance that crashes', () => {
  it('is forgotten when what it said has expired', async () => {
    const { store, a, b } = two({ tunnelsPerClient: 1 });
    await a.enter();
    store.nowMs = LEASE_MS - 1;
    expect(await b.enter()).toBe('too-many-from-client');
    store.nowMs = LEASE_MS;
    expect(await b.enter()).toBe('in');
  });

  it('is remembered as long as it lives, because it says everything again', async () => {
    const { store, a, b } = two({ tunnelsPerClient: 1 });
    await a.enter();
    for (let beat = 0; beat < 5; beat += 1) {
      store.nowMs += LEASE_MS / 2;
      await a.standing.renew();
    }
    expect(await b.enter()).toBe('too-many-from-client');
  });
});

describe('a store that is away', () => {
  it('turns nobody away by itself, and each instance goes on counting', async () => {
    const { store, a, b } = two({ tunnelsPerClient: 2, tunnelsPerMinute: 100 });
    store.isAway = true;
    expect([await a.enter(), await a.enter(), await a.enter()]).toEqual(['in', 'in', 'too-many-from-client']);
    expect([await b.enter(), await b.enter(), await b.enter()]).toEqual(['in', 'in', 'too-many-from-client']);
  });

  it('gives nobody a fresh minute: what was counted here before still counts', async () => {
    const { store, a } = two({ tunnelsPerMinute: 3 });
    expect([await a.enter(), await a.enter()]).toEqual(['in', 'in']);
    store.isAway = true;
    expect([await a.enter(), await a.enter()]).toEqual(['in', 'too-fast']);
    store.nowMs += WINDOW_MS;
    expect(await a.enter()).toBe('in');
  });

  it('knows again what stands when it is back, with an empty memory too', async () => {
    const { store, a, b } = two({ tunnelsPerClient: 3 });
    await a.enter();
    store.isAway = true;
    await a.enter();
    store.restart();
    await Promise.all([a.standing.renew(), b.standing.renew()]);
    expect([await b.enter(), await b.enter()]).toEqual(['in', 'too-many-from-client']);
  });

  it('hears of those that ended meanwhile', async () => {
    const { store, a, b } = two({ tunnelsPerClient: 1 });
    await a.enter();
    store.isAway = true;
    a.counted.leave(CLIENT, 'done');
    await settled();
    store.isAway = false;
    expect(await b.enter()).toBe('too-many-from-client');
    await a.standing.renew();
    expect(await b.enter()).toBe('in');
  });

  it('hears each of them once, and not for ever', async () => {
    const { store, a } = two({});
    await a.enter();
    store.isAway = true;
    a.counted.leave(CLIENT, 'done');
    await settled();
    store.isAway = false;
    await a.standing.renew();
    store.heard.length = 0;
    await a.standing.renew();
    expect(store.heard).toEqual([]);
  });
});
