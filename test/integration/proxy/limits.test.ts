/** What one client may do: more is turned away with its reason, and others do not notice. */
import { expect, it } from 'vitest';
import { parseUsers } from '../../../proxy/door/basic-auth.ts';
import { parseHostRule } from '../../../proxy/address/host-rule.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import type { TestPage } from './page.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const loopback = [parseHostRule('127.0.0.0/8')].flatMap((rule) => rule ?? []);
const from = (proxy: RunningProxy, client: string): Promise<TestPage> =>
  rig.page(proxy, { forwardedFor: client });

it('one client has only so many tunnels at a time, and another still gets in', async () => {
  const peer = await rig.peer((socket) => socket.write('+OK\r\n'));
  const proxy = await rig.proxyTo(peer, { tunnelsPerClient: 1, trustProxies: loopback });
  const first = await from(proxy, '192.0.2.1');
  expect(await (await from(proxy, '192.0.2.1')).failed()).toBe('too-many-from-client');
  const other = await from(proxy, '192.0.2.2');
  other.connect(peer.port);
  await other.until(() => other.text === '+OK\r\n');
  first.socket.send('x');
  expect(await first.failed()).toBe('bad-frame');
  const next = await from(proxy, '192.0.2.1');
  next.connect(peer.port);
  await next.until(() => next.text === '+OK\r\n');
});

it('a header that nobody trusted wrote changes nothing', async () => {
  const proxy = await rig.proxy({ tunnelsPerClient: 1 });
  await from(proxy, '192.0.2.1');
  expect(await (await from(proxy, '192.0.2.2')).failed()).toBe('too-many-from-client');
});

it('one client opens only so many tunnels a minute', async () => {
  const proxy = await rig.proxy({ tunnelsPerMinute: 1 });
  await rig.page(proxy);
  expect(await (await rig.page(proxy)).failed()).toBe('too-fast');
});

it('who scans ports is stopped', async () => {
  const port = await rig.closedPort();
  const proxy = await rig.proxyTo({ port }, { failedDialsPerMinute: 1 });
  const scan = await rig.page(proxy);
  scan.connect(port);
  expect(await scan.failed()).toBe('connection-refused');
  expect(await (await rig.page(proxy)).failed()).toBe('too-many-failures');
});

it('who scans ports and hangs up before the answer is stopped as well', async () => {
  const silent = new Promise<string[]>(() => undefined);
  const proxy = await rig.proxy({ failedDialsPerMinute: 1, resolve: () => silent });
  const scan = await rig.page(proxy);
  const gone = async (): Promise<void> => {
    while (proxy.counters().tunnels > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  scan.socket.close();
  await gone();
  const second = await rig.page(proxy);
  second.connect(995, { host: 'mail.example.org' });
  // What it has said is read before its end is.
  second.socket.close();
  await gone();
  expect(await (await rig.page(proxy)).failed()).toBe('too-many-failures');
});

/** Says a password to a proxy that lets nobody be wrong twice, and returns the status of its answer. */
async function guarded(wrongPasswordDelayMs: number): Promise<(password: string) => Promise<number>> {
  const proxy = await rig.proxy({
    users: parseUsers('bob:secret'),
    wrongPasswordDelayMs,
    wrongPasswordsPerMinute: 1,
  });
  return async (password) => {
    const authorization = `Basic ${Buffer.from(`bob:${password}`).toString('base64')}`;
    return (await fetch(`${proxy.url}info`, { headers: { authorization } })).status;
  };
}

it('who guesses passwords is stopped, and the right one too for that client', async () => {
  const ask = await guarded(0);
  expect([await ask('secret'), await ask('guess'), await ask('secret')]).toEqual([200, 401, 429]);
});

it('who guesses many passwords at once is stopped before the first answer comes', async () => {
  const ask = await guarded(3_600_000);
  const answered: number[] = [];
  const guess = ask('guess').then(
    (status) => answered.push(status),
    () => 'cut off when the proxy closes',
  );
  let status = 200;
  while (status === 200) status = await ask('secret');
  expect(status).toBe(429);
  expect(answered).toEqual([]);
  void guess;
});

it('a tunnel that is too old ends', async () => {
  const peer = await rig.peer();
  const page = await rig.page(await rig.proxyTo(peer, { lifetimeMs: 100 }));
  page.connect(peer.port);
  expect(await page.failed()).toBe('lifetime-over');
});

it.each([
  [
    'down',
    (_page: TestPage, socket: { write(bytes: Buffer): unknown }) => void socket.write(Buffer.alloc(1001)),
  ],
  ['up', (page: TestPage) => page.socket.send(Buffer.alloc(1001))],
])('a tunnel that carried too much %s ends', async (_way, act) => {
  const peer = await rig.peer();
  const page = await rig.page(await rig.proxyTo(peer, { maxOctets: 1000 }));
  page.connect(peer.port);
  await page.frame('connected');
  act(page, await peer.socket());
  expect(await page.failed()).toBe('quota-used');
});
