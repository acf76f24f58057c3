import { describe, expect, it } from 'vitest';
import { ClientLimits, type Limits } from '../../../../proxy/limits/client-limits.ts';
import { MemoryRateLimiter, WINDOW_MS } from '../../../../proxy/limits/rate-limiter.ts';

const PLENTY: Limits = {
  tunnelsPerClient: 100,
  tunnelsPerMinute: 100,
  failedDialsPerMinute: 100,
  wrongPasswordsPerMinute: 100,
};

/** Limits with a clock that the test turns. */
function rig(limits: Partial<Limits>) {
  const clock = { now: 0 };
  const counted = new ClientLimits({ ...PLENTY, ...limits }, () => new MemoryRateLimiter(() => clock.now));
  const enter = async (client = '192.0.2.1'): Promise<string> => (await counted.enter(client))?.code ?? 'in';
  return { clock, counted, enter };
}

describe('MemoryRateLimiter', () => {
  it('counts each key by itself, and forgets after a minute', async () => {
    const clock = { now: 0 };
    const limiter = new MemoryRateLimiter(() => clock.now);
    expect([await limiter.add('a'), await limiter.add('a'), await limiter.add('b')]).toEqual([1, 2, 1]);
    clock.now = WINDOW_MS - 1;
    expect([await limiter.count('a'), await limiter.count('c')]).toEqual([2, 0]);
    clock.now = WINDOW_MS;
    expect([await limiter.count('a'), limiter.size]).toEqual([0, 0]);
  });

  it('holds only so many keys, the newest', async () => {
    const limiter = new MemoryRateLimiter(() => 0);
    for (let n = 0; n < 30_000; n += 1) await limiter.add(String(n));
    expect(limiter.size).toBeLessThanOrEqual(20_000);
    expect([await limiter.count('0'), await limiter.count('29999')]).toEqual([0, 1]);
  });
});

describe('ClientLimits', () => {
  it('lets so many tunnels stand, and another when one has ended', async () => {
    const { counted, enter } = rig({ tunnelsPerClient: 2 });
    expect([await enter(), await enter(), await enter()]).toEqual(['in', 'in', 'too-many-from-client']);
    expect(await enter('192.0.2.2')).toBe('in');
    counted.leave('192.0.2.1', 'done');
    expect([await enter(), await enter()]).toEqual(['in', 'too-many-from-client']);
  });

  it('counts those that come at the same time', async () => {
    const { enter } = rig({ tunnelsPerClient: 1 });
    expect(await Promise.all([enter(), enter()])).toEqual(['in', 'too-many-from-client']);
  });

  it('takes all addresses of an IPv6 network for one client', async () => {
    const { enter } = rig({ tunnelsPerClient: 1 });
    expect(await enter('2001:db8::1')).toBe('in');
    expect(await enter('2001:db8::2')).toBe('too-many-from-client');
    expect(await enter('2001:db8:0:1::1')).toBe('in');
  });

  it('opens so many tunnels a minute', async () => {
    const { clock, enter } = rig({ tunnelsPerMinute: 2, tunnelsPerClient: 3 });
    expect([await enter(), await enter(), await enter()]).toEqual(['in', 'in', 'too-fast']);
    clock.now = WINDOW_MS;
    expect(await enter()).toBe('in');
  });

  it.each([
    ['connection-refused', 'too-many-failures'],
    ['connection-timeout', 'too-many-failures'],
    ['name-not-found', 'too-many-failures'],
    ['port-refused', 'too-many-failures'],
    ['address-refused', 'too-many-failures'],
    ['host-refused', 'too-many-failures'],
    ['done', 'in'],
    ['page-left', 'in'],
    ['certificate-expired', 'in'],
    ['connection-reset', 'in'],
    ['idle-timeout', 'in'],
  ])('after two tunnels that ended with %s the third is %s', async (outcome, expected) => {
    const { clock, counted, enter } = rig({ failedDialsPerMinute: 2 });
    for (let n = 0; n < 2; n += 1) {
      await enter();
      counted.leave('192.0.2.1', outcome);
    }
    expect(await enter()).toBe(expected);
    expect(await enter('192.0.2.2')).toBe('in');
    clock.now = WINDOW_MS;
    expect(await enter()).toBe('in');
  });

  it('stops asking who was wrong about passwords too often', async () => {
    const { clock, counted } = rig({ wrongPasswordsPerMinute: 1 });
    expect(await counted.mayTryPassword('192.0.2.1')).toBe(true);
    await counted.countWrongPassword('192.0.2.1');
    expect(await counted.mayTryPassword('192.0.2.1')).toBe(false);
    expect(await counted.mayTryPassword('192.0.2.2')).toBe(true);
    clock.now = WINDOW_MS;
    expect(await counted.mayTryPassword('192.0.2.1')).toBe(true);
  });
});
