/**
 * What must hold with any server: every way in that it offers, everything fetched alike with and without pipelining, the
 * head by TOP, nothing fetched twice, one message deleted and only that one. Against the servers of the start scripts;
 * `npm run test:interop -- --servers FILE` points it at others (server-list.ts), and a line is printed for each check.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProxy, type RunningProxy } from '../../proxy/server.ts';
import { startMailServer, unavailable } from '../support/mail-servers.ts';
import { dialThrough } from '../support/proxy-dial.ts';
import { Caller, retrieveAll, WAYS } from './caller.ts';
import { addressOf, Device, openWay } from './maildrop.ts';
import { readServerList, type ListedServer } from './server-list.ts';

interface Reached {
  server: ListedServer;
  proxy: RunningProxy;
  stop(): Promise<void>;
}

interface Entry {
  name: string;
  reach(): Promise<Reached>;
}

const file = process.env['POPLAR_INTEROP_SERVERS'];
const reason = file === undefined ? unavailable() : null;
if (reason !== null) console.log(`real mail servers are skipped: ${reason}`);

/** A new one of the start scripts, whose maildrop may lose a message. */
function started(name: string): Entry {
  return {
    name,
    async reach() {
      const running = await startMailServer(name);
      const { proxy } = await openWay(running, { trusted: true });
      const account = { user: 'bob', password: 'secret', mayDelete: true };
      return { server: { ...addressOf(running, 'tls'), ...account }, proxy, stop: () => running.stop() };
    },
  };
}

function listed(server: ListedServer): Entry {
  const { host, port, security } = server;
  return {
    name: `${host}:${port} (${security})`,
    async reach() {
      const ports = [110, 995, port];
      const proxy = await startProxy({ ports, allowPrivate: [{ host, port }] });
      return { server, proxy, stop: () => Promise.resolve() };
    },
  };
}

const entries =
  file === undefined ? ['dovecot', 'courier', 'popa3d'].map(started) : readServerList(file).map(listed);

describe.skipIf(reason !== null).each(entries)('$name', ({ name, reach }) => {
  let reached: Reached;
  let caller: Caller;
  const say = (line: string): void => {
    if (file !== undefined) console.log(`${name}: ${line}`);
  };

  beforeAll(async () => {
    reached = await reach();
    caller = new Caller(reached.server, dialThrough(reached.proxy.url));
  });

  afterAll(async () => {
    await reached?.proxy.close();
    await reached?.stop();
  });

  it('lets its person in by every way that it offers', async () => {
    const ways = await caller.waysIn();
    expect(ways).not.toEqual([]);
    const others = WAYS.filter((way) => !ways.includes(way));
    say(`lets in by ${ways.join(', ')}; does not offer ${others.join(', ')}`);
  });

  it('hands out the same octets with and without commands ahead', async () => {
    const ahead = await caller.fetchAll();
    const oneByOne = await caller.fetchAll({ mayPipeline: false });
    expect(oneByOne.listed).toEqual(ahead.listed);
    expect(oneByOne.raw).toEqual(ahead.raw);
    say(`${ahead.raw.size} messages, alike both ways`);
  });

  it('shows by TOP the head of what RETR gives', async () => {
    const { checked, left } = await caller.session(async (client) => {
      const messages = (await client.list()).slice(-5);
      if (!client.capabilities.has('TOP') && client.capabilities.known) return { checked: 0, left: messages };
      const raw = await retrieveAll(client, messages);
      for (const { number } of messages) {
        const top = await client.top({ number, lines: 0, maxOctets: 1024 * 1024 });
        const head = headOf(Buffer.from(top).toString('latin1'));
        expect(headOf(raw.get(number) ?? '')).toBe(head);
      }
      return { checked: messages.length, left: [] };
    });
    say(left.length > 0 ? 'does not offer TOP' : `TOP agrees on ${checked} messages`);
  });

  it('gives nothing twice', async () => {
    const { server, proxy } = reached;
    const device = new Device(dialThrough(proxy.url), server, server.user);
    const first = await device.fetch(server.password);
    expect(first.skipped).toEqual([]);
    expect(await device.fetch(server.password)).toMatchObject({ fetched: 0, onServer: first.onServer });
    say(`${first.fetched} messages kept, none of them fetched again`);
  });

  it('deletes the message that it is told to, and only that', async () => {
    if (!reached.server.mayDelete) return say('nothing deleted: the list does not say may-delete');
    const before = await caller.fetchAll();
    const victim = before.listed.at(-1);
    if (victim === undefined) return say('nothing to delete');
    const refused = await caller.session((client) => client.removeAndQuit([victim.number]), {
      endsItself: true,
    });
    expect(refused).toEqual([]);
    const after = await caller.fetchAll();
    const expected = [...before.raw].filter(([number]) => number !== victim.number);
    expect([...after.raw.values()]).toEqual(expected.map(([, raw]) => raw));
    say(`one of ${before.listed.length} deleted, the others as before`);
  });
});

/** A header with the blank line behind it: some add a line end after the head, some do not. */
function headOf(raw: string): string {
  const end = raw.indexOf('\r\n\r\n');
  return end === -1 ? raw.trimEnd() : raw.slice(0, end);
}
