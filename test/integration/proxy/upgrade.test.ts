/** Requests that no browser sends: each gets a short answer or none, and a tunnel beside them does not notice. */
import { describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../../../proxy/proxy-options.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import {
  connectFrame,
  frame,
  OPCODE,
  RawPage,
  upgradeRequest,
  type UpgradeParts,
} from '../../support/raw-page.ts';
import { Canary } from './canary.ts';
import { useRig } from './rig.ts';

const rig = useRig();

/** A proxy, and the port of a server behind it that echoes. */
async function site(
  options: ProxyOptions = {},
): Promise<{ proxy: RunningProxy; port: number; canary: Canary }> {
  const peer = await rig.peer((socket) => void socket.pipe(socket));
  const proxy = await rig.proxyTo(peer, options);
  return { proxy, port: peer.port, canary: await Canary.enter(proxy, peer.port) };
}

async function statusOf(proxy: RunningProxy, request: string | Buffer): Promise<number> {
  const page = new RawPage(proxy.port);
  page.socket.write(request);
  await page.end();
  return page.status;
}

describe('an upgrade', () => {
  it.each<[string, UpgradeParts, number]>([
    ['without a key', { fields: { 'sec-websocket-key': null } }, 400],
    [
      'with two keys',
      { fields: { 'sec-websocket-key': ['dGhlIHNhbXBsZSBub25jZQ==', 'AAAAAAAAAAAAAAAAAAAAAA=='] } },
      400,
    ],
    ['with a short key', { fields: { 'sec-websocket-key': 'eA==' } }, 400],
    ['without a version', { fields: { 'sec-websocket-version': null } }, 400],
    ['with two versions', { fields: { 'sec-websocket-version': ['13', '13'] } }, 400],
    ['of a version to come', { fields: { 'sec-websocket-version': '99' } }, 400],
    ['without a host', { fields: { host: null } }, 400],
    ['with two hosts', { fields: { host: ['localhost', 'evil.example'] } }, 400],
    ['with two origins', { fields: { origin: ['http://localhost', 'http://evil.example'] } }, 403],
    ['with a broken sub-protocol', { fields: { 'sec-websocket-protocol': 'poplar.v1, ,' } }, 400],
    ['with a body', { fields: { 'content-length': '5' } }, 400],
    ['with two lengths', { fields: { 'content-length': ['0', '5'] } }, 400],
    ['with a body in chunks', { fields: { 'transfer-encoding': 'chunked' } }, 400],
    ['with a length and chunks', { fields: { 'content-length': '5', 'transfer-encoding': 'chunked' } }, 400],
    ['by POST', { method: 'POST' }, 405],
    ['of HTTP/1.0', { version: '1.0', fields: { host: null } }, 400],
    ['of HTTP/3.7', { version: '3.7' }, 400],
    ['to a whole URL', { target: 'http://localhost/tunnel' }, 404],
    ['to another authority', { target: '//evil.example/tunnel' }, 404],
    ['to dots', { target: '/x/../tunnel' }, 404],
    ['to dots in hex', { target: '/%2e%2e/tunnel' }, 404],
    ['to half a percent sign', { target: '/tunnel%' }, 404],
    ['with a line folded', { fields: { 'x-a': 'b\r\n c' } }, 400],
    ['with a bare line feed', { fields: { 'x-a': 'b\nupgrade: h2c' } }, 400],
    ['with a space before the colon', { fields: { 'content-length ': '5' } }, 400],
    ['with NUL in a field', { fields: { 'x-a': 'b\0c' } }, 400],
    ['with a field over the limit', { fields: { 'x-a': 'x'.repeat(17_000) } }, 431],
    [
      'with fields over the limit',
      { fields: { 'x-a': Array.from({ length: 2000 }, () => 'x'.repeat(20)) } },
      431,
    ],
  ])('%s is refused', async (_kind, parts, status) => {
    const { proxy, canary } = await site();
    expect(await statusOf(proxy, upgradeRequest(proxy.port, parts))).toBe(status);
    await canary.sings();
    expect(proxy.counters().tunnels).toBe(1);
  });

  it.each<[string, string | Buffer]>([
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', Buffer.from('16030100c8010000c40303', 'hex')],
    ['CONNECT', 'CONNECT pop.example.org:995 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['noise', Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 197 + 13) & 0xff))],
    ['an endless method', 'A'.repeat(100_000)],
  ])('is not needed for %s to get nowhere', async (_kind, bytes) => {
    const { proxy, canary } = await site();
    expect([0, 400, 431]).toContain(await statusOf(proxy, bytes));
    await canary.sings();
  });

  it('with frames in the same segment loses none of them', async () => {
    const { proxy, port } = await site();
    const page = new RawPage(proxy.port);
    page.socket.write(Buffer.concat([Buffer.from(upgradeRequest(proxy.port)), connectFrame(port)]));
    await page.until((text) => text.includes('"type":"connected"'));
    page.socket.write(frame({ opcode: OPCODE.binary, payload: 'hello' }));
    await page.until((text) => text.endsWith('hello'));
    page.socket.destroy();
  });

  it('with another request in the same segment is an upgrade with a broken frame', async () => {
    const { proxy, canary } = await site();
    const page = new RawPage(proxy.port);
    page.socket.write(`${upgradeRequest(proxy.port)}GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(await page.ending()).toBe('1002');
    expect(page.text).not.toContain('"ports"');
    await canary.sings();
  });

  it('behind a request in the same segment is an upgrade', async () => {
    const { proxy, port } = await site();
    const page = new RawPage(proxy.port);
    page.socket.write(`GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${upgradeRequest(proxy.port)}`);
    await page.until((text) => text.includes('HTTP/1.1 101'));
    page.socket.write(connectFrame(port));
    await page.until((text) => text.includes('"type":"connected"'));
    page.socket.destroy();
  });
});

describe('who takes time', () => {
  it.each<[string, (page: RawPage, port: number) => void]>([
    ['says nothing', () => undefined],
    ['says the half of a line', (page) => page.socket.write('GET /tun')],
    ['says a head without end', (page, port) => page.socket.write(upgradeRequest(port).slice(0, -2))],
    [
      'promises a body',
      (page) => page.socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx'),
    ],
  ])('and %s is let go', async (_kind, act) => {
    const { proxy, canary } = await site({ requestTimeoutMs: 100 });
    const page = new RawPage(proxy.port);
    act(page, proxy.port);
    await page.end();
    expect([0, 405, 408]).toContain(page.status);
    await canary.sings();
  });

  it('over a head, octet by octet, is let go', async () => {
    const { proxy, canary } = await site({ requestTimeoutMs: 100 });
    const page = new RawPage(proxy.port);
    const trickle = setInterval(() => page.socket.write('x'), 5);
    page.socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: `);
    await page.end();
    clearInterval(trickle);
    expect(page.status).toBe(408);
    await canary.sings();
  });

  it('and reads nothing of the answers is let go, tunnels that are silent are not', async () => {
    const { proxy, canary } = await site({ answerTimeoutMs: 100 });
    const page = new RawPage(proxy.port);
    page.socket.pause();
    const asked = 'GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(200);
    // As many as the buffers of both sides take; then nothing moves any more.
    while (await page.write(Buffer.from(asked)));
    expect(page.socket.destroyed).toBe(true);
    await canary.sings();
  });
});

it('one client has its share of the connections, and a request too many is not answered', async () => {
  const { proxy, canary } = await site({ tunnelsPerClient: 1 });
  const pages = Array.from({ length: 80 }, () => new RawPage(proxy.port));
  for (const page of pages) page.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  for (const page of pages) await page.until((text) => text.includes('ok\n')).catch(() => undefined);
  const isAnswered = (page: RawPage): boolean => page.status === 200;
  // 65 with the canary.
  expect(pages.filter(isAnswered)).toHaveLength(64);
  await canary.sings();
  for (const page of pages) page.socket.destroy();
});
