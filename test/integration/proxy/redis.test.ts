/** A Redis that is not there, hangs, refuses or hangs up: limits hold, tunnels go on, and the log says it once. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Log, LogFacts } from '../../../proxy/report/log.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import { FakeRedis } from './fake-redis.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const fakes: FakeRedis[] = [];
afterEach(async () => {
  await Promise.all(fakes.splice(0).map((redis) => redis.stop()));
});

async function fake(): Promise<FakeRedis> {
  const redis = await FakeRedis.start();
  fakes.push(redis);
  return redis;
}

const AWAY = 'Redis is away, limits are counted by this instance alone';
const BACK = 'Redis is back, limits are shared again';

interface Watched {
  proxy: RunningProxy;
  /** What the operator reads about Redis. */
  lines: { level: string; event: string; facts: LogFacts }[];
  /** Whether it was up and whether it is now, by the same lines. */
  states(): boolean[];
  /** The metric that says so. */
  gauge(): Promise<string | undefined>;
  /** Opens a tunnel; resolves to how that went. */
  enter(): Promise<string>;
}

async function start(redis: Pick<FakeRedis, 'target'>): Promise<Watched> {
  const lines: Watched['lines'] = [];
  const note = (level: string) => (event: string, facts: LogFacts) => {
    if ('redis' in facts) lines.push({ level, event, facts });
  };
  const log: Log = { error: note('error'), warn: note('warn'), info: note('info') };
  const peer = await rig.peer((socket) => socket.write('+OK\r\n'));
  const proxy = await rig.proxyTo(peer, {
    log,
    redis: redis.target,
    metricsPort: 0,
    tunnelsPerClient: 3,
  });
  const enter = async (): Promise<string> => {
    const page = await rig.page(proxy);
    page.connect(peer.port);
    await page.until(() => page.text !== '' || page.failure !== undefined);
    return page.failure?.code ?? 'in';
  };
  const states = (): boolean[] => lines.map(({ event }) => event !== AWAY);
  const gauge = async (): Promise<string | undefined> => {
    const answer = await fetch(`http://127.0.0.1:${proxy.metricsPort}/metrics`);
    return /^poplar_redis_up (\d)$/m.exec(await answer.text())?.[1];
  };
  return { proxy, lines, states, gauge, enter };
}

/** Lets sockets and timers run until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a Redis that works', () => {
  it('is asked by digests alone, and hears the end of each tunnel', async () => {
    const redis = await fake();
    const { proxy, lines, states, enter } = await start(redis);
    expect(await enter()).toBe('in');
    await proxy.close();
    const said = redis.commands.map(([verb = '', ...rest]) => [verb.toUpperCase(), ...rest]);
    const keys = said.flatMap((command) => command.filter((part) => part.startsWith('poplar:')));
    expect(new Set(keys.map((key) => key.split(':')[1]))).toEqual(
      new Set(['instance', 'tunnels', 'begun', 'failed']),
    );
    expect(JSON.stringify(redis.commands)).not.toContain('127.0.0.1');
    expect(said[0]).toEqual(['AUTH', 'poplar', 'correct horse']);
    expect(said.at(-1)).toEqual(['QUIT']);
    // The last word on the client: it has no tunnel here.
    expect(said.findLast((command) => command[3]?.startsWith('poplar:tunnels:'))?.[5]).toBe('0');
    expect([states(), lines.map(({ level }) => level)]).toEqual([[true], ['info']]);
  });
});

describe('a Redis that is away', () => {
  it('does not keep the proxy from starting, and limits hold', async () => {
    const redis = await fake();
    await redis.stop();
    const { lines, states, gauge, enter, proxy } = await start(redis);
    expect([await enter(), await enter(), await enter(), await enter()]).toEqual([
      'in',
      'in',
      'in',
      'too-many-from-client',
    ]);
    const place = `127.0.0.1:${redis.target.port}`;
    expect(lines).toEqual([{ level: 'warn', event: AWAY, facts: { redis: place, reason: 'ECONNREFUSED' } }]);
    expect([states(), await gauge()]).toEqual([[false], '0']);
    expect((await fetch(`${proxy.url}readyz`)).status).toBe(200);
  });

  it('and accepts without ever answering does not keep the proxy from starting either', async () => {
    const redis = await fake();
    redis.isSilent = true;
    const { lines, enter } = await start(redis);
    expect(await enter()).toBe('in');
    expect(lines.map(({ event, facts }) => [event, facts['reason']])).toEqual([
      [AWAY, 'no answer in 1000 ms'],
    ]);
  });
});

describe('a Redis that falls silent', () => {
  it('holds up one tunnel for a second, is given up, and is found again', async () => {
    const redis = await fake();
    const { lines, states, gauge, enter } = await start(redis);
    redis.isSilent = true;
    expect(await enter()).toBe('in');
    const before = redis.commands.length;
    expect([await enter(), await enter(), await enter()]).toEqual(['in', 'in', 'too-many-from-client']);
    // None of these was asked of Redis: all that it heard since are new attempts to log in.
    const asked = redis.commands.slice(before).filter((command) => command[3]?.includes(':tunnels:'));
    expect(asked).toEqual([]);
    expect(lines.slice(1).map(({ event, facts }) => [event, facts['reason']])).toEqual([
      [AWAY, 'no answer in 1000 ms'],
    ]);
    redis.isSilent = false;
    await until(() => states().length === 3);
    expect([states(), await gauge()]).toEqual([[true, false, true], '1']);
    expect(lines.map(({ level, event }) => [level, event]).slice(1)).toEqual([
      ['warn', AWAY],
      ['warn', BACK],
    ]);
  });

  it('does not keep the proxy from closing', async () => {
    const redis = await fake();
    const { proxy, enter } = await start(redis);
    await enter();
    redis.isSilent = true;
    await proxy.close();
    expect(proxy.counters().tunnels).toBe(0);
  });
});

describe('a Redis that refuses', () => {
  it.each([
    ['writes', { EVAL: "-READONLY You can't write against a read only replica.\r\n" }, 'READONLY'],
    [
      'the password',
      { AUTH: '-WRONGPASS invalid username-password pair\r\n', EVAL: '-NOAUTH Authentication required.\r\n' },
      'WRONGPASS',
    ],
    ['because it has no memory left', { EVAL: '-OOM command not allowed\r\n' }, 'OOM'],
  ])('%s is away, and stays away however often it is tried', async (_what, refuse, reason) => {
    const redis = await fake();
    redis.refuse = refuse;
    const { lines, states, gauge } = await start(redis);
    await until(() => redis.connections === 3);
    expect(lines.map(({ event, facts }) => [event, facts['reason']])).toEqual([[AWAY, reason]]);
    expect([states(), await gauge()]).toEqual([[false], '0']);
    expect(JSON.stringify(lines)).not.toContain('correct horse');
  });
});

it.each([
  ['the folder of the page cannot be read', { staticRoot: '/nonexistent/page' }],
  ['the certificate cannot be read', { tls: { certificate: '/nonexistent/a', key: '/nonexistent/b' } }],
  ['the address is not of this machine', { host: '192.0.2.1' }],
] as const)('a proxy that cannot start leaves no connection to Redis behind: %s', async (_what, options) => {
  const redis = await fake();
  await expect(rig.proxy({ ...options, redis: redis.target })).rejects.toThrow();
  await until(() => redis.openConnections === 0);
});

describe('a Redis that hangs up', () => {
  it('is missed at once, and told what stands when it is back', async () => {
    const redis = await fake();
    const { lines, states, enter } = await start(redis);
    await enter();
    redis.hangUp();
    await until(() => states().at(-1) === false);
    await enter();
    const before = redis.commands.length;
    await until(() => states().at(-1) === true);
    const told = (): string[][] =>
      redis.commands.slice(before).filter((command) => command[3]?.startsWith('poplar:tunnels:'));
    await until(() => told().length > 0);
    // Both tunnels of the client, told and not asked.
    expect(told()[0]?.slice(5, 7)).toEqual(['2', '0']);
    expect(lines.slice(1).map(({ event }) => event)).toEqual([AWAY, BACK]);
  });
});
