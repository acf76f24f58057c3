/** The figures of a real proxy with real tunnels, who may read them, and what neither they nor the log may hold. */
import { afterEach, describe, expect, it } from 'vitest';
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

  it('count limits that were met and pages that were turned away', async () => {
    const proxy = await rig.proxy({ metricsPort: 0, tunnelsPerClient: 1 });
    await rig.page(proxy);
    expect(await (await rig.page(proxy)).failed()).toBe('too-many-from-client');
    await expect(rig.page(proxy, { origin: 'https://elsewhere.example' })).rejects.toThrow('403');
    expect(await figure(proxy, 'poplar_refused_total{reason="too-many-from-client"}')).toBe(1);
    expect(await figure(proxy, 'poplar_refused_total{reason="origin"}')).toBe(1);
  });

  it('say that the proxy drains', async () => {
    const proxy = await rig.proxy({ metricsPort: 0 });
    await proxy.drain(0);
    expect(await figure(proxy, 'poplar_draining')).toBe(1);
  });

  it('are nowhere but on their own listener, which has nothing else', async () => {
    const proxy = await rig.proxy({ metricsPort: 0 });
    expect((await fetch(new URL('metrics', proxy.url))).status).toBe(404);
    expect((await metricsOf(proxy, '')).status).toBe(404);
    expect((await metricsOf(proxy, 'info')).status).toBe(404);
    expect((await metricsOf(proxy, 'metrics', { method: 'POST' })).status).toBe(404);
    const head = await metricsOf(proxy, 'metrics', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('cache-control')).toBe('no-store');
  });

  it('have no listener unless they are wanted', async () => {
    expect((await rig.proxy()).metricsPort).toBeNull();
  });
});

it('neither log nor metrics hold what passes, who is it, or the name of the server', async () => {
  const peer = await rig.peer((socket) => socket.end('+OK hello\r\nSubject: top-secret-subject\r\n'));
  const proxy = await rig.proxyTo(peer, { metricsPort: 0, log, names: ['mail.private-name.example'] });
  const page = await rig.page(proxy, { authorization: 'Basic c2VjcmV0LWhlYWRlcg==' });
  page.connect(peer.port, { host: 'mail.private-name.example' });
  await page.until(() => page.text.includes('subject'));
  page.socket.send(Buffer.from('USER private-user\r\nPASS hunter2\r\n'));
  page.say({ type: 'end' });
  await page.frame('end');
  const text = await (await metricsOf(proxy)).text();
  const told = lines.join('\n');
  expect(told).toContain('"outcome":"done"');
  for (const secret of ['hunter2', 'private-user', 'top-secret', 'c2VjcmV0']) {
    expect(text).not.toContain(secret);
    expect(told).not.toContain(secret);
  }
  // The log may name the server, which an operator has to know; figures may not.
  expect(text).not.toContain('private-name');
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
