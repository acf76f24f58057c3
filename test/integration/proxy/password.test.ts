/** A proxy with users: nothing but the sign of life and the manifest comes out without a password. */
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { parseUsers } from '../../../proxy/door/basic-auth.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import { TestPage } from './page.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
const closed = (): Promise<RunningProxy> =>
  rig.proxy({ users: parseUsers('bob:secret'), wrongPasswordDelayMs: 0 });

const statusOf = async (proxy: RunningProxy, path: string, authorization?: string): Promise<number> =>
  (await fetch(new URL(path, proxy.url), { headers: authorization === undefined ? {} : { authorization } }))
    .status;

/** The HTTP status that an upgrade was refused with, or 'open'. */
function refusal(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode);
    });
    socket.on('open', () => resolve('open'));
    socket.on('error', () => undefined);
  });
}

describe('without the right password', () => {
  it.each([
    ['/', 401],
    ['/info', 401],
    ['/assets/index.js', 401],
    ['/nothing', 401],
    ['/healthz', 200],
    ['/manifest.webmanifest', 404],
  ])('%s gives %i', async (path, expected) => {
    const proxy = await closed();
    expect(await statusOf(proxy, path)).toBe(expected);
    expect(await statusOf(proxy, path, basic('bob:wrong'))).toBe(expected);
  });

  it('the browser is told to ask for it', async () => {
    const { headers } = await fetch((await closed()).url);
    expect(headers.get('www-authenticate')).toBe('Basic realm="Poplar", charset="UTF-8"');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([undefined, basic('bob:wrong')])('no tunnel opens (%s)', async (authorization) => {
    const proxy = await closed();
    const { socket } = new TestPage(proxy.url, authorization === undefined ? {} : { authorization });
    expect(await refusal(socket)).toBe(401);
    expect(proxy.counters().tunnels).toBe(0);
  });
});

it('with the right password page, facts and tunnel are there', async () => {
  const peer = await rig.peer((socket) => socket.write('+OK\r\n'));
  const proxy = await rig.proxyTo(peer, { users: parseUsers('bob:secret') });
  expect(await statusOf(proxy, '/info', basic('bob:secret'))).toBe(200);
  const page = await rig.page(proxy, { authorization: basic('bob:secret') });
  page.connect(peer.port);
  await page.until(() => page.text === '+OK\r\n');
});

it('a foreign page gets no tunnel, although its browser knows the password', async () => {
  const { socket } = new TestPage((await closed()).url, {
    origin: 'https://evil.example',
    authorization: basic('bob:secret'),
  });
  expect(await refusal(socket)).toBe(403);
});
