/** The proxy, a process of its own, is killed under a fetch without a word to anybody, and started again on its port. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../web/wire/clock.ts';
import type { Dial } from '../../web/wire/transport.ts';
import { PAUSES_MS } from '../support/hurried-clock.ts';
import { dialThrough } from '../support/proxy-dial.ts';
import { startProxyProcess, type ProxyProcess } from '../support/proxy-process.ts';
import { tried } from './points.ts';
import { expectSurvival } from './survival.ts';
import { FRESH, mailNumber, World } from './world.ts';

/** So many messages come in before each fetch but the first. */
const EACH_TIME = 8;
const WHENS = ['at once', 'after the fetch has failed'] as const;
/** At messages first; at the login and the greeting last. */
const points = Array.from({ length: 16 }, (_, index) => 15 - index).flatMap((nth) =>
  WHENS.map((when) => ({ nth, when })),
);

describe('a proxy that is killed', () => {
  let world: World;
  let proxy: ProxyProcess;
  let delivered = 8 + FRESH;

  const startProxy = (port?: number): Promise<ProxyProcess> => {
    const { host, port: mailPort } = world.rig.server;
    return startProxyProcess({
      ...(port === undefined ? {} : { port }),
      allowPrivate: [{ host, port: mailPort }],
    });
  };
  const dial: Dial = (target, observer, signal) =>
    dialThrough(proxy.url)({ ...target, port: world.rig.server.port }, observer, signal);

  /** Resolves when another one listens in its place. */
  async function killAndRestart(): Promise<void> {
    const { port, pid } = proxy;
    process.kill(pid, 'SIGKILL');
    await proxy.close();
    proxy = await startProxy(port);
  }

  beforeAll(async () => {
    world = await World.start();
    proxy = await startProxy();
  });

  afterAll(async () => {
    await proxy.close();
    await world.stop();
  });

  it.each(tried(points))('at command $nth and started again $when loses nothing', async ({ nth, when }) => {
    for (let more = 0; more < EACH_TIME; more += 1) world.deliver(mailNumber((delivered += 1)));
    let restarted: Promise<void> | null = null;
    const from = world.rig.commands.length + nth;
    world.onCommand = (_command, before) => {
      if (before === from) restarted = killAndRestart();
    };
    /** Pauses are over when the proxy is back, or at once. */
    const clock: Clock = {
      after: (ms, fire) => {
        const waits = when === 'at once' && restarted !== null && PAUSES_MS.includes(ms);
        if (!waits) return world.rig.clock.after(ms, fire);
        void restarted?.then(fire);
        return () => undefined;
      },
    };
    const { error } = await world.sync({ dial, clock });
    expect(restarted).not.toBeNull();
    await restarted;
    if (when === 'at once' && nth >= 7) expect(error).toBeNull();
    if (error !== null) expect(error).toMatchObject({ hop: 'proxy', retryable: true });
    await expectSurvival(world);
  });
});
