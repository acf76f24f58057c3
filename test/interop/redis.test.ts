/** What the limits ask of a real Redis: leases that end, and TLS. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RedisCounts } from '../../proxy/limits/redis-counts.ts';
import type { LogFacts } from '../../proxy/report/log.ts';
import { fixture } from '../integration/proxy/rig.ts';
import type { Running } from '../support/running.ts';
import { programs, Rack } from './rack.ts';

const { missing } = programs;
if (missing !== null) console.log(`tests of Redis are skipped: ${missing}`);

describe.skipIf(missing !== null)('Redis', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  const openRack = (): Rack => {
    const rack = new Rack();
    closers.push(() => rack.stop());
    return rack;
  };

  /** One instance's counts, and what it logged. */
  function connect(redis: Running, given: { isTls?: boolean; ca?: string; leaseMs?: number } = {}) {
    const { isTls = false, ca, leaseMs } = given;
    const reasons: LogFacts[string][] = [];
    const counts = new RedisCounts(
      { host: '127.0.0.1', port: redis.port, isTls, user: null, password: 'correct-horse', database: 0 },
      {
        log: {
          error: () => undefined,
          warn: (_, { reason }) => reasons.push(reason ?? null),
          info: () => undefined,
        },
        extraRoots: ca === undefined ? [] : [ca],
        onState: () => undefined,
        ...(leaseMs === undefined ? {} : { leaseMs }),
      },
    );
    closers.push(() => counts.close());
    return { counts, reasons };
  }

  it('forgets the tunnels of an instance that no longer says so, and no others', async () => {
    const redis = await openRack().redis();
    const [crashed, alive, late] = [
      connect(redis, { leaseMs: 300 }).counts,
      connect(redis).counts,
      connect(redis).counts,
    ];
    await Promise.all([crashed, alive, late].map((counts) => counts.verdict()));
    expect(await crashed.claim('192.0.2.1', 2, 3)).toBe(true);
    expect([await alive.claim('192.0.2.1', 2, 3), await alive.claim('192.0.2.1', 1, 3)]).toEqual([
      false,
      true,
    ]);
    expect(await late.claim('192.0.2.1', 1, 3)).toBe(false);
    while ((await late.claim('192.0.2.1', 2, 3)) !== true);
    expect([await late.claim('192.0.2.1', 3, 3), await crashed.claim('192.0.2.1', 1, 3)]).toEqual([
      false,
      false,
    ]);
    expect(await alive.tell('192.0.2.1', 0)).toBe(true);
    expect(await crashed.claim('192.0.2.1', 1, 3)).toBe(true);
  });

  it('counts by kind and client, over all instances', async () => {
    const redis = await openRack().redis();
    const [a, b] = [connect(redis).counts, connect(redis).counts];
    await Promise.all([a.verdict(), b.verdict()]);
    expect([await a.add('begun', 'x'), await b.add('begun', 'x'), await a.add('failed', 'x')]).toEqual([
      1, 2, 1,
    ]);
    expect([await a.count('begun', 'x'), await b.count('failed', 'x'), await a.count('begun', 'y')]).toEqual([
      2, 1, 0,
    ]);
  });

  it('is spoken to under TLS, and only when its certificate is trusted', async () => {
    const pem = (name: string): string =>
      fileURLToPath(new URL(`../fixtures/certs/${name}`, import.meta.url));
    const redis = await openRack().redis(undefined, [
      ...['--tls-cert-file', pem('good.pem'), '--tls-key-file', pem('server.key')],
      ...['--tls-ca-cert-file', pem('ca.pem'), '--tls-auth-clients', 'no'],
    ]);
    const trusting = connect(redis, { isTls: true, ca: fixture('ca.pem') });
    await trusting.counts.verdict();
    expect([await trusting.counts.add('begun', 'x'), trusting.reasons]).toEqual([1, []]);

    const strict = connect(redis, { isTls: true });
    await strict.counts.verdict();
    expect([await strict.counts.add('begun', 'x'), strict.reasons]).toEqual([
      null,
      ['SELF_SIGNED_CERT_IN_CHAIN'],
    ]);
    const inClear = connect(redis);
    await inClear.counts.verdict();
    expect(await inClear.counts.add('begun', 'x')).toBeNull();
  });
});
