/**
 * Two instances of the built proxy with one Redis behind a load balancer without sticky sessions: what a client may do is
 * counted by both together, with and without Redis, and an instance can be taken away under people who fetch.
 */
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestPage } from '../integration/proxy/page.ts';
import { makeMaildrop, SyncRig } from '../integration/sync/rig.ts';
import { ServiceRig } from '../integration/sync/service-rig.ts';
import type { SyncResult } from '../../web/model/event.ts';
import type { Dial } from '../../web/wire/transport.ts';
import { dialThrough, systemClock } from '../support/proxy-dial.ts';
import { freePort, type Running } from '../support/running.ts';
import { BALANCERS, programs, Rack, type BalancerName } from './rack.ts';

const { missing } = programs;
if (missing !== null) console.log(`tests of several instances are skipped: ${missing}`);

interface Site {
  /** Ends with a slash. */
  url: string;
  redis: Running;
  instances: [Running, Running];
  /** For looking into Redis. */
  store: Redis;
}

describe.skipIf(missing !== null).each(BALANCERS)('two instances behind %s', (balancer) => {
  const rack = new Rack();
  const closers: (() => unknown)[] = [];
  beforeAll(() => rack.build());
  afterAll(() => rack.stop());
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const mailServer = async (count: number, octets?: number): Promise<SyncRig> => {
    const rig = await SyncRig.start(makeMaildrop(count, octets));
    closers.push(() => rig.stop());
    return rig;
  };
  const site = async (servers: readonly SyncRig[], ...args: string[]): Promise<Site> => {
    const started = await startSite(rack, balancer, [
      ...servers.flatMap(({ server }) => ['--allow-private', `127.0.0.1:${server.port}`]),
      ...args,
    ]);
    closers.push(() => started.store.disconnect());
    return started;
  };
  /** Opens a tunnel to the mail server as this client; resolves to `in` when it is greeted, else to the reason. */
  const enter = async ({ url }: Site, { server }: SyncRig, client: string): Promise<Entered> => {
    const page = await TestPage.open(url, { forwardedFor: client });
    closers.push(() => page.socket.terminate());
    page.connect(server.port);
    await page.until(() => page.text !== '' || page.failure !== undefined);
    return { page, outcome: page.failure?.code ?? 'in' };
  };

  it('count tunnels together, each alone while Redis is away, and together again', async () => {
    const mail = await mailServer(1);
    const at = await site([mail], '--tunnels-per-client', '4');
    const enterAll = async (count: number, client: string): Promise<Entered[]> => {
      const entered: Entered[] = [];
      for (let n = 0; n < count; n += 1) entered.push(await enter(at, mail, client));
      return entered;
    };
    const outcomes = async (count: number, client: string): Promise<string[]> =>
      (await enterAll(count, client)).map(({ outcome }) => outcome);
    const IN = (count: number): string[] => Array.from({ length: count }, () => 'in');
    const FULL = 'too-many-from-client';

    const first = await enterAll(6, '192.0.2.1');
    expect(first.map(({ outcome }) => outcome)).toEqual([...IN(4), FULL, FULL]);
    expect(await outcomes(1, '192.0.2.2')).toEqual(['in']);
    // The balancer has spread them.
    expect((await standing(at.store)).toSorted()).toEqual(['1', '2,2']);
    first[0]?.page.socket.close();
    await until(async () => (await standing(at.store)).includes('1,2'));
    expect(await outcomes(2, '192.0.2.1')).toEqual(['in', FULL]);

    await at.redis.end('SIGKILL');
    for (const instance of at.instances) await instance.hasSaid('Redis is away');
    const alone = await enterAll(10, '192.0.2.3');
    expect(alone.map(({ outcome }) => outcome)).toEqual([...IN(8), FULL, FULL]);
    // What stood goes on.
    const standingPage = first[1]?.page;
    standingPage?.socket.send(Buffer.from('CAPA\r\n'));
    await standingPage?.until(() => standingPage.text.includes('UIDL'));

    await rack.redis(at.redis.port);
    for (const instance of at.instances) await instance.hasSaid('Redis is back');
    await until(async () => (await standing(at.store)).includes('4,4'));
    for (const { page } of alone.slice(0, 5)) page.socket.close();
    await until(async () => (await standing(at.store)).some((counts) => counts === '1,2'));
    expect(await outcomes(2, '192.0.2.3')).toEqual(['in', FULL]);
    for (const instance of at.instances) {
      expect(instance.said.match(/Redis is (away|back)/g)).toEqual(['Redis is away', 'Redis is back']);
      expect(instance.said).not.toContain('correct-horse');
    }
    await expectKeysToExpireAndTellNothing(at.store);
  });

  it('count new tunnels and failed ones in a minute together', async () => {
    const mail = await mailServer(1);
    const closed = await freePort();
    const at = await site(
      [mail],
      ...['--tunnels-per-minute', '5', '--failed-dials-per-minute', '3'],
      ...['--allow-private', `127.0.0.1:${closed}`],
    );
    const ends: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { page, outcome } = await enter(at, mail, '192.0.2.1');
      ends.push(outcome);
      page.socket.close();
    }
    expect(ends).toEqual(['in', 'in', 'in', 'in', 'in', 'too-fast']);

    const scan = async (): Promise<string> => {
      const page = await TestPage.open(at.url, { forwardedFor: '192.0.2.2' });
      page.connect(closed);
      return page.failed();
    };
    for (let n = 0; n < 3; n += 1) expect(await scan()).toBe('connection-refused');
    // The failure of the last one is counted when its tunnel is over, which the page may hear first.
    await until(async () => (await counted(at.store, 'failed')) === 3);
    expect(await scan()).toBe('too-many-failures');
    expect((await enter(at, mail, '192.0.2.3')).outcome).toBe('in');
    await expectKeysToExpireAndTellNothing(at.store);
  });

  it('count wrong passwords in a minute together', async () => {
    const users = rack.file('users.txt', 'ann:green tea\n');
    const { url } = await site([], '--basic-auth-file', users, '--wrong-passwords-per-minute', '2');
    const ask = async (password: string, client: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
      return (await fetch(`${url}info`, { headers: { authorization, 'x-forwarded-for': client } })).status;
    };
    const guess = (): Promise<number> => ask('black tea', '192.0.2.1');
    // Each instance has heard one of the two wrong ones.
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([401, 401, 429, 429]);
    expect([await ask('green tea', '192.0.2.1'), await ask('green tea', '192.0.2.2')]).toEqual([429, 200]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'lose no message when one of them is ended by %s under people who fetch',
    async (signal) => {
      const COUNT = 3_000;
      const servers = await Promise.all(Array.from({ length: 4 }, () => mailServer(COUNT, 2_000)));
      const { url, instances } = await site(servers, '--drain', '60');
      const people = servers.map((mail) => person(mail, url));
      closers.push(
        ...people.map(
          ({ rig }) =>
            () =>
              rig.stop(),
        ),
      );

      const fetches = await Promise.all(people.map(({ fetch }) => fetch()));
      await Promise.all(people.map(({ isHeld }) => isHeld));
      const ended = instances[0].end(signal);
      if (signal === 'SIGTERM') await instances[0].hasSaid('"draining"');
      for (const { release } of people) release();
      for (const { over } of fetches) {
        expect(await over).toMatchObject({ fetched: COUNT, onServer: COUNT, skipped: [] });
      }
      // It did not have to cut anybody off.
      expect(await ended).toBe(signal === 'SIGTERM' ? 0 : null);
      const outcomes = instances[0].said.match(/(?<="outcome":")[^"]+/g);
      if (signal === 'SIGTERM') expect(outcomes).not.toContain('shutting-down');

      for (const { rig, told, store } of people) {
        expect(told()).toBe(COUNT);
        const uidls = (await store.summaries()).map(({ uidl }) => uidl);
        expect([uidls.length, new Set(uidls).size]).toEqual([COUNT, COUNT]);
        expect(await damaged(rig.mail, store)).toEqual([]);
        // A proxy that takes its leave costs no octet; one that is killed costs what was under way.
        if (signal === 'SIGTERM') expect(rig.mail.retrieved).toHaveLength(COUNT);
      }
      const visits = servers.map(({ commands }) => commands.filter((command) => command === 'UIDL').length);
      // Two were on the instance that went, and came back by themselves.
      expect(visits.toSorted()).toEqual([1, 1, 2, 2]);
    },
  );
});

interface Entered {
  page: TestPage;
  outcome: string;
}

async function startSite(rack: Rack, balancer: BalancerName, args: readonly string[]): Promise<Site> {
  const port = await freePort();
  const redis = await rack.redis();
  const password = { password: 'correct-horse' };
  const options = [
    ...['--redis', `redis://:${password.password}@127.0.0.1:${redis.port}`],
    ...['--allow-origin', `http://127.0.0.1:${port}`],
    ...args,
  ];
  const instances: Site['instances'] = [await rack.proxy(...options), await rack.proxy(...options)];
  await rack.balancer(balancer, port, instances);
  const store = new Redis({ host: '127.0.0.1', port: redis.port, ...password });
  store.on('error', () => undefined);
  return { url: `http://127.0.0.1:${port}/`, redis, instances, store };
}

/** Waits until the condition holds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** The tunnels of each client as the instances told them, smaller count first: `1,2`. */
async function standing(store: Redis): Promise<string[]> {
  const keys = await store.keys('poplar:tunnels:*');
  const told = await Promise.all(keys.map((key) => store.hvals(key)));
  return told.map((values) =>
    values
      .map((value) => value.split(':', 1)[0])
      .toSorted()
      .join(),
  );
}

/** The highest count of this kind. */
async function counted(store: Redis, what: string): Promise<number> {
  const keys = await store.keys(`poplar:${what}:*`);
  const values = keys.length === 0 ? [] : await store.mget(keys);
  return Math.max(0, ...values.map(Number));
}

async function expectKeysToExpireAndTellNothing(store: Redis): Promise<void> {
  const keys = await store.keys('*');
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(key).toMatch(/^poplar:(tunnels|begun|failed):[0-9a-f]{32}$|^poplar:instance:[0-9a-f-]{36}$/);
    const left = await store.pttl(key);
    // -2: it has gone meanwhile.
    expect(left === -2 || (left > 0 && left <= 60_000)).toBe(true);
  }
}

/** A page with the worker's own code, at the balancer's address. It stops reading early, until it is released. */
function person(mail: SyncRig, url: string) {
  const { dial, isHeld, release } = held(dialThrough(url), 200_000);
  const rig = new ServiceRig(mail, { dial, clock: systemClock, now: Date.now });
  const { api, events, store } = rig.tab();
  /** How many messages the page has been told of. */
  const told = (): number =>
    events.reduce((sum, event) => sum + (event.type === 'messages-added' ? event.count : 0), 0);
  const fetch = async (): Promise<{ over: Promise<SyncResult> }> => {
    const { id } = await api.addAccount(rig.draft());
    const over = new Promise<SyncResult>((resolve, reject) => {
      api.subscribe((event) => {
        if (event.type === 'sync-finished') resolve(event.result);
        if (event.type === 'sync-failed') reject(new Error(JSON.stringify(event.error)));
      });
    });
    void api.sync(id);
    return { over };
  };
  return { rig, store, told, fetch, isHeld, release };
}

class Signal {
  give: () => void = () => undefined;
  readonly given = new Promise<void>((resolve) => (this.give = resolve));
}

/** A Dial whose first transport is read no further than about `octets`, until it is released. */
function held(dial: Dial, octets: number) {
  const [reached, released] = [new Signal(), new Signal()];
  let taken = 0;
  const heldDial: Dial = async (...call) => {
    const transport = await dial(...call);
    const read = transport.read.bind(transport);
    transport.read = async () => {
      if (taken > octets) {
        reached.give();
        await released.given;
      }
      const chunk = await read();
      taken += chunk?.length ?? 0;
      return chunk;
    };
    return transport;
  };
  return { dial: heldDial, isHeld: reached.given, release: () => released.give() };
}

/** Unique-ids of messages that are not exactly what the server has. */
async function damaged(mail: SyncRig, store: SyncRig['store']): Promise<string[]> {
  const sent = new Map(mail.maildrop.messages.map(({ uidl, raw }) => [uidl, raw]));
  const wrong: string[] = [];
  for (const { id, uidl } of await store.summaries()) {
    const raw = await store.raw(id);
    if (raw === null || Buffer.compare(raw, sent.get(uidl) ?? new Uint8Array()) !== 0) wrong.push(uidl);
  }
  return wrong;
}
