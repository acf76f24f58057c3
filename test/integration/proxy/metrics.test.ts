/** The figures of a real proxy with real tunnels, and how addresses are written into the log. */
import { once } from 'node:events';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { parseUsers } from '../../../proxy/door/basic-auth.ts';
import type { Log, LogFacts } from '../../../proxy/report/log.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import { received, useRig } from './rig.ts';

const rig = useRig();
const lines: string[] = [];
const write = (event: string, facts: LogFacts): number => lines.push(JSON.stringify({ event, ...facts }));
const log: Log = { error: write, warn: write, info: write };
afterEach(() => void lines.splice(0));

const metricsOf = (proxy: RunningProxy, path = 'metrics', init?: RequestInit): Promise<Response> =>
  fetch(`http://127.0.0.1:${proxy.metricsPort}/${path}`, init);

async function figure(proxy: RunningProxy, name: string): Promise<number> {
  const text = await (await metricsOf(proxy)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

describe('the metrics', () => {
  it('tell what tunnels carried, how they ended, and what was refused', async () => {
    const peer = await rig.peer((socket) => socket.end('+OK hello\r\n'));
    const proxy = await rig.proxyTo(peer, { metricsPort: 0 });
    const page = await rig.page(proxy);
    page.connect(peer.port);
    await page.until(() => page.text === '+OK hello\r\n');
    expect(await figure(proxy, 'poplar_tunnels')).toBe(1);
    page.socket.send(Buffer.from('QUIT\r\n'));
    expect(await received(await peer.socket(), 'QUIT\r\n')).toBe('QUIT\r\n');
    page.say({ type: 'end' });
    await page.frame('end');
    const refused = await rig.page(proxy);
    refused.connect(23);
    expect(await refused.failed()).toBe('port-refused');

    const text = await (await metricsOf(proxy)).text();
    for (const line of [
      'poplar_tunnels 0',
      'poplar_tunnels_begun_total 2',
      'poplar_tunnels_over_total{outcome="done"} 1',
      'poplar_tunnels_over_total{outcome="port-refused"} 1',
      'poplar_dials_total{result="connected"} 1',
      'poplar_dials_total{result="port-refused"} 1',
      'poplar_octets_total{direction="to-page"} 11',
      'poplar_octets_total{direction="to-server"} 6',
      'poplar_held_octets 0',
      'poplar_draining 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('follow a tunnel that stands, octet by octet', async () => {
    const octets = 3 * 1024 * 1024;
    const peer = await rig.peer((socket) => socket.write(Buffer.alloc(octets)));
    const proxy = await rig.proxyTo(peer, { metricsPort: 0 });
    const page = await rig.page(proxy);
    page.connect(peer.port);
    await page.until(() => page.octets === octets);
    page.socket.send(Buffer.alloc(70_000));
    await peer.socket().then((socket) => socket.once('data', () => socket.write('!')));
    await page.until(() => page.octets === octets + 1);
    expect(await figure(proxy, 'poplar_tunnels')).toBe(1);
    expect(await figure(proxy, 'poplar_octets_total{direction="to-page"}')).toBe(octets + 1);
    expect(await figure(proxy, 'poplar_octets_total{direction="to-server"}')).toBe(70_000);
  });

  it('tell the stages of dialling apart, and of a look-up only where a name was looked up', async () => {
    const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK'));
    const names = ['127.0.0.1', 'mail.poplar.test'];
    const proxy = await rig.proxyTo(peer, { metricsPort: 0, names });
    for (const [host, security] of [['127.0.0.1', 'none'] as const, ['mail.poplar.test', 'tls'] as const]) {
      const page = await rig.page(proxy);
      page.connect(peer.port, { host, security });
      await page.frame('connected');
    }
    const count = (stage: string) => figure(proxy, `poplar_dial_stage_seconds_count{stage="${stage}"}`);
    expect([await count('name'), await count('connection'), await count('tls')]).toEqual([1, 2, 1]);
    expect(await figure(proxy, 'poplar_dial_seconds_count')).toBe(2);
  });

  it('count limits that were met, those that turn away and those that end a tunnel', async () => {
    const peer = await rig.peer((socket) => socket.write(Buffer.alloc(1001)));
    const proxy = await rig.proxyTo(peer, { metricsPort: 0, tunnelsPerClient: 1, maxOctets: 1000 });
    const page = await rig.page(proxy);
    expect(await (await rig.page(proxy)).failed()).toBe('too-many-from-client');
    page.connect(peer.port);
    expect(await page.failed()).toBe('quota-used');
    expect(await figure(proxy, 'poplar_refused_total{reason="too-many-from-client"}')).toBe(1);
    expect(await figure(proxy, 'poplar_limits_hit_total{limit="too-many-from-client"}')).toBe(1);
    expect(await figure(proxy, 'poplar_limits_hit_total{limit="quota-used"}')).toBe(1);
    expect(await figure(proxy, 'poplar_limits_hit_total{limit="too-fast"}')).toBe(0);
  });

  it('count what was turned away at the door, each time once and by its reason', async () => {
    const users = parseUsers('bob:secret');
    const limits = { wrongPasswordDelayMs: 0, wrongPasswordsPerMinute: 2 };
    const proxy = await rig.proxy({ metricsPort: 0, users, log, ...limits });
    const authorization = `Basic ${Buffer.from('bob:wrong').toString('base64')}`;
    await expect(rig.page(proxy, { origin: 'https://elsewhere.example' })).rejects.toThrow('403');
    await expect(rig.page(proxy, { path: 'elsewhere' })).rejects.toThrow('404');
    await expect(rig.page(proxy, { host: 'elsewhere.example' })).rejects.toThrow('421');
    await expect(rig.page(proxy)).rejects.toThrow('401');
    await expect(rig.page(proxy, { authorization })).rejects.toThrow('401');
    expect((await fetch(proxy.url, { headers: { authorization } })).status).toBe(401);
    expect((await fetch(proxy.url, { headers: { authorization } })).status).toBe(429);
    expect((await fetch(proxy.url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${proxy.url}%`)).status).toBe(400);
    const raw = net.connect(proxy.port, '127.0.0.1').end('no request at all\r\n\r\n');
    expect(String((await once(raw, 'data'))[0])).toContain(' 400 ');
    const reasons = { origin: 1, path: 1, host: 1, password: 3, method: 1, malformed: 2 };
    for (const [reason, times] of Object.entries({ ...reasons, 'too-many-passwords': 1 })) {
      expect([reason, await figure(proxy, `poplar_refused_total{reason="${reason}"}`)]).toEqual([
        reason,
        times,
      ]);
    }
    expect(lines).toHaveLength(10);
  });

  it.each([
    // One tunnel and 256 beside it; of one client one and 64.
    [{ maxTunnels: 1, tunnelsPerClient: 1000 }, 257, 'too-many-connections'],
    [{ tunnelsPerClient: 1 }, 65, 'too-many-connections-from-client'],
  ])('count a connection that was dropped unheard, with %j', async (options, most, reason) => {
    const proxy = await rig.proxy({ metricsPort: 0, log, ...options });
    const sockets = Array.from({ length: most + 1 }, () => net.connect(proxy.port, '127.0.0.1'));
    const gone = sockets.map((socket) => {
      // Some are reset.
      socket.on('error', () => undefined);
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await Promise.race(gone);
    expect(await figure(proxy, `poplar_limits_hit_total{limit="${reason}"}`)).toBe(1);
    expect(lines).toEqual([`{"event":"connection dropped","reason":"${reason}","client":"127.0.0.0/24"}`]);
    for (const socket of sockets) socket.destroy();
  });

  it('stay while the proxy drains, and say so', async () => {
    const proxy = await rig.proxy({ metricsPort: 0, log });
    const page = await rig.page(proxy);
    const drained = proxy.drain(3_600_000);
    expect(await figure(proxy, 'poplar_draining')).toBe(1);
    page.socket.close();
    await drained;
    expect(await figure(proxy, 'poplar_tunnels')).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
      'draining',
      'tunnel over',
      'drained',
    ]);
    await proxy.close();
    await expect(metricsOf(proxy)).rejects.toThrow();
  });
});

it.each([
  [false, '127.0.0.0/24'],
  [true, '127.0.0.1'],
])('addresses are written whole: %s', async (wholeAddresses, client) => {
  const proxy = await rig.proxy({ log, wholeAddresses });
  const page = await rig.page(proxy);
  page.connect(23);
  await page.failed();
  expect(lines.join('\n')).toContain(`"client":"${client}"`);
});
