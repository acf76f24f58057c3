/** Frames in the wrong order, out of shape or too large end the tunnel with a reason, and only that tunnel. */
import { describe, expect, it } from 'vitest';
import { MAX_DATA_FRAME_OCTETS, WINDOW_OCTETS } from '../../../proxy/protocol.ts';
import type { TestPage } from './page.ts';
import { useRig } from './rig.ts';

const rig = useRig();

describe('before connect', () => {
  it.each<[string, (page: TestPage) => void]>([
    ['bytes', (page) => page.socket.send(Buffer.from('USER bob\r\n'))],
    ['credit', (page) => page.say({ type: 'credit', octets: 1 })],
    ['start-tls', (page) => page.say({ type: 'start-tls' })],
    ['end', (page) => page.say({ type: 'end' })],
    ['no JSON', (page) => page.socket.send('connect pop.example.org 995')],
    ['a JSON bomb', (page) => page.socket.send('['.repeat(4096))],
    ['a long frame', (page) => page.socket.send(' '.repeat(4097))],
    ['a huge host', (page) => page.connect(995, { host: 'a'.repeat(254) })],
    ['a host with a line break', (page) => page.connect(995, { host: 'a\r\nb' })],
    ['port 0', (page) => page.connect(0)],
    ['too wide a window', (page) => page.connect(995, { window: WINDOW_OCTETS * 4 + 1 })],
  ])('%s is a bad frame', async (_kind, act) => {
    const page = await rig.page(await rig.proxy());
    act(page);
    expect(await page.failed()).toBe('bad-frame');
  });

  it('silence ends the tunnel', async () => {
    const page = await rig.page(await rig.proxy({ connectTimeoutMs: 50 }));
    expect(await page.failed()).toBe('idle-timeout');
  });
});

describe('while dialling', () => {
  it.each<[string, (page: TestPage) => void]>([
    ['a second connect', (page) => page.connect(995)],
    ['bytes', (page) => page.socket.send(Buffer.from('x'))],
    ['credit', (page) => page.say({ type: 'credit', octets: 1 })],
    ['end', (page) => page.say({ type: 'end' })],
  ])('%s is a bad frame', async (_kind, act) => {
    const page = await rig.page(await rig.proxy({ resolve: () => new Promise(() => undefined) }));
    page.connect(995, { host: 'pop.poplar.test' });
    act(page);
    expect(await page.failed()).toBe('bad-frame');
  });
});

describe('on an open stream', () => {
  it.each<[string, (page: TestPage) => void]>([
    ['a second connect', (page) => page.connect(995)],
    ['credit for nothing', (page) => page.say({ type: 'credit', octets: 1 })],
    ['no credit', (page) => page.say({ type: 'credit', octets: 0 })],
    ['an unknown frame', (page) => page.socket.send('{"type":"eval"}')],
    [
      'bytes after end',
      (page) => {
        page.say({ type: 'end' });
        page.socket.send(Buffer.from('x'));
      },
    ],
    [
      'end after end',
      (page) => {
        page.say({ type: 'end' });
        page.say({ type: 'end' });
      },
    ],
    [
      'bytes during start-tls',
      (page) => {
        page.say({ type: 'start-tls' });
        page.socket.send(Buffer.from('x'));
      },
    ],
    [
      'start-tls during start-tls',
      (page) => {
        page.say({ type: 'start-tls' });
        page.say({ type: 'start-tls' });
      },
    ],
  ])('%s is a bad frame', async (_kind, act) => {
    const peer = await rig.peer();
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    await page.frame('connected');
    act(page);
    expect(await page.failed()).toBe('bad-frame');
  });

  it('start-tls on a stream under TLS is a bad frame', async () => {
    const peer = await rig.tlsPeer('good.pem');
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port, { security: 'tls' });
    await page.frame('connected');
    page.say({ type: 'start-tls' });
    expect(await page.failed()).toBe('bad-frame');
  });

  it('more credit than is outstanding is a bad frame', async () => {
    const peer = await rig.peer((socket) => socket.write('12345'));
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    await page.until(() => page.text === '12345');
    page.say({ type: 'credit', octets: 6 });
    expect(await page.failed()).toBe('bad-frame');
  });

  it('a data frame over the limit closes the WebSocket, and the proxy goes on', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK\r\n'));
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port);
    await page.frame('connected');
    page.socket.send(Buffer.alloc(MAX_DATA_FRAME_OCTETS + 1));
    await expect(page.until(() => false)).rejects.toThrow('1009');
    const next = await rig.page(proxy);
    next.connect(peer.port);
    await next.until(() => next.text === '+OK\r\n');
  });
});
