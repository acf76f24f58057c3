/** A fetch whose proxies go away under it: it goes on through the next one, and fetches nothing twice. */
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { startProxy, type RunningProxy } from '../../../proxy/server.ts';
import { PoplarError } from '../../../web/errors.ts';
import { tunnelUrlOf } from '../../../web/transport/proxy-address.ts';
import { createDial } from '../../../web/transport/websocket-transport.ts';
import type { Dial } from '../../../web/wire/transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { systemClock } from '../../support/proxy-dial.ts';
import { makeMaildrop, SyncRig, type Fetched } from './rig.ts';

const COUNT = 100;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Lets the sockets run until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

interface Journey {
  rig: SyncRig;
  /** The proxy through which the page is connected, or was last. */
  proxy: () => RunningProxy;
  /** The page's ends of all tunnels so far. */
  sockets: WebSocket[];
  /** Fetches; pauses pass as soon as they begin. `onAdded` hears each commit. */
  fetch(onAdded: (commits: number) => void): Promise<Fetched>;
}

/** An account behind as many proxies as it takes: each dial goes to a new one, as behind a balancer. */
async function start(faults: Faults = { punishPipelining: true }): Promise<Journey> {
  const rig = await SyncRig.start(makeMaildrop(COUNT), faults);
  closers.push(() => rig.stop());
  const proxies: RunningProxy[] = [];
  const sockets: WebSocket[] = [];
  const dial: Dial = async (target, observer, signal) => {
    const { host, port } = rig.server;
    const proxy = await startProxy({ allowPrivate: [{ host, port }] });
    closers.push(() => proxy.close());
    proxies.push(proxy);
    class PageSocket extends WebSocket {
      constructor(url: string, subprotocol: string) {
        super(url, subprotocol, { origin: new URL(proxy.url).origin });
        sockets.push(this);
      }
    }
    const tunnelUrl = tunnelUrlOf(proxy.url);
    return createDial({ tunnelUrl, clock: systemClock, WebSocketClass: PageSocket })(
      target,
      observer,
      signal,
    );
  };
  return {
    rig,
    sockets,
    proxy: () => proxies.at(-1) as RunningProxy,
    fetch: (onAdded) => fetchOver(rig, dial, onAdded),
  };
}

function fetchOver(rig: SyncRig, dial: Dial, onAdded: (commits: number) => void): Promise<Fetched> {
  let commits = 0;
  return rig.fetch({ parts: { dial }, onAdded: () => onAdded((commits += 1)) });
}

async function expectWhole({ rig }: Journey, { result, error }: Fetched): Promise<void> {
  expect(error).toBeNull();
  expect(result).toMatchObject({ fetched: COUNT, onServer: COUNT, skipped: [] });
  expect(rig.added.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
  expect(new Set(await rig.stored()).size).toBe(COUNT);
  expect(await rig.damaged()).toEqual([]);
}

const phasesOf = ({ rig }: Journey): string[] =>
  rig.progress.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);

describe('a proxy that drains under a fetch', () => {
  it('is left in order, after what was under way, and no message is asked for twice', async () => {
    const journey = await start();
    const { rig, sockets } = journey;
    const drained = new Set<RunningProxy>();
    const fetched = await journey.fetch(() => {
      if (drained.has(journey.proxy()) || drained.size === 2) return;
      drained.add(journey.proxy());
      void journey.proxy().drain(3_600_000);
    });
    await expectWhole(journey, fetched);
    expect(rig.retrieved.toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
    expect([rig.commands.filter((command) => command === 'QUIT').length, sockets.length]).toEqual([3, 3]);
    expect(phasesOf(journey)).toEqual([
      ...['connecting', 'login', 'listing', 'fetching'],
      ...['connecting', 'login', 'listing', 'fetching'],
      ...['connecting', 'login', 'listing', 'fetching', 'closing'],
    ]);
    expect(rig.progress.at(-1)).toMatchObject({ messagesDone: COUNT, messagesTotal: COUNT });
  });

  it('is used to the end when everything was asked for already', async () => {
    const journey = await start({});
    const fetched = await journey.fetch((commits) => {
      if (commits === 1) void journey.proxy().drain(3_600_000);
    });
    await expectWhole(journey, fetched);
    expect(journey.sockets).toHaveLength(1);
  });
});

describe('a proxy that goes away under a fetch', () => {
  it.each<{ name: string; goAway: (journey: Journey) => void }>([
    { name: 'and says so', goAway: ({ proxy }) => void proxy().close() },
    { name: 'without a word', goAway: ({ sockets }) => sockets.at(-1)?.terminate() },
  ])('$name: what was stored is not asked for again', async ({ goAway }) => {
    const journey = await start();
    const { rig, sockets } = journey;
    let atCut: string[] = [];
    const fetched = await journey.fetch((commits) => {
      if (commits !== 2) return;
      goAway(journey);
      atCut = rig.commands.splice(0);
    });
    await expectWhole(journey, fetched);
    expect(sockets).toHaveLength(2);
    expect(atCut.filter((command) => command.startsWith('RETR')).length).toBeGreaterThanOrEqual(48);
    // The first two batches are 16 and 32 messages, the newest.
    const stored = COUNT - 48;
    expect(rig.retrieved.filter((number) => number > stored)).toEqual([]);
  });
});

describe('after a cut', () => {
  const cut = (code: 'proxy-closing' | 'proxy-unreachable' | 'login-refused'): PoplarError =>
    new PoplarError(code, code === 'login-refused' ? 'login' : 'proxy', { retryable: true });

  /** A rig whose dials fail in this order, the last one for ever. */
  async function failing(...errors: PoplarError[]) {
    const rig = await SyncRig.start(makeMaildrop(3));
    closers.push(() => rig.stop());
    let dials = 0;
    const dial: Dial = async () => {
      throw errors[Math.min((dials += 1), errors.length) - 1] as PoplarError;
    };
    return { rig, dial, dials: () => dials };
  }

  it('four more attempts are made, and the last error is told', async () => {
    const { rig, dial, dials } = await failing(cut('proxy-closing'), cut('proxy-unreachable'));
    const { error } = await fetchOver(rig, dial, () => undefined);
    expect([dials(), rig.clock.pauses]).toEqual([5, [500, 1_000, 2_000, 4_000]]);
    expect(error).toMatchObject({ code: 'proxy-unreachable', hop: 'proxy', detail: { user: 'nora' } });
    expect(rig.progress.every(({ phase }) => phase === 'connecting')).toBe(true);
  });

  it('a login that is refused is not tried again', async () => {
    const { rig, dial, dials } = await failing(cut('proxy-closing'), cut('login-refused'));
    const { error } = await fetchOver(rig, dial, () => undefined);
    expect([dials(), error?.code]).toEqual([2, 'login-refused']);
  });

  it('cancelling ends the pause at once', async () => {
    const { rig, dial, dials } = await failing(cut('proxy-closing'));
    const [control, clock] = [new AbortController(), new FakeClock()];
    const fetching = rig.fetch({ parts: { dial, clock }, signal: control.signal });
    await until(() => clock.pending === 1);
    control.abort();
    expect((await fetching).error).toMatchObject({ code: 'cancelled', hop: 'page' });
    expect([dials(), clock.pending]).toEqual([1, 0]);
  });

  it('a maildrop that is still locked for the lost session is waited for', async () => {
    const journey = await start();
    const { rig, sockets } = journey;
    const locked = { PASS: '[IN-USE] locked', AUTH: '[IN-USE] locked' };
    Object.defineProperty(rig.faults, 'refuse', {
      get: () => ([2, 3].includes(sockets.length) ? locked : {}),
    });
    const fetched = await journey.fetch((commits) => {
      if (commits === 1) sockets.at(-1)?.terminate();
    });
    await expectWhole(journey, fetched);
    expect(sockets).toHaveLength(4);
  });
});
