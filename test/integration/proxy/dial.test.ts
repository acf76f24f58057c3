/** What the page is told when dialling works, and each way in which it does not. */
import { once } from 'node:events';
import type net from 'node:net';
import { describe, expect, it } from 'vitest';
import type { TunnelErrorCode } from '../../../proxy/protocol.ts';
import { useRig } from './rig.ts';

const rig = useRig();

describe('a connection in clear', () => {
  it('tells each hop, then carries the greeting', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK ready\r\n'));
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    await page.until(() => page.text === '+OK ready\r\n');
    expect(page.frames).toEqual([
      { type: 'reached', hop: 'name', address: '127.0.0.1' },
      { type: 'reached', hop: 'connection', address: '127.0.0.1' },
      { type: 'connected', window: expect.any(Number) as number, tls: null },
    ]);
  });

  it('says so when nobody listens', async () => {
    const port = await rig.closedPort();
    const page = await rig.page(await rig.proxyTo({ port }));
    page.connect(port);
    expect(await page.failed()).toBe('connection-refused');
  });

  it('tries the next address when one refuses', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK second\r\n'));
    const proxy = await rig.proxyTo(peer, {
      names: ['pop.poplar.test'],
      resolve: () => Promise.resolve(['127.0.0.2', '127.0.0.1']),
    });
    const page = await rig.page(proxy);
    page.connect(peer.port, { host: 'pop.poplar.test' });
    await page.until(() => page.text === '+OK second\r\n');
    expect(page.frames[1]).toEqual({ type: 'reached', hop: 'connection', address: '127.0.0.1' });
  });
});

describe('the name', () => {
  const dnsError = (code: string) => Promise.reject(Object.assign(new Error(code), { code }));

  it.each<[string, () => Promise<string[]>, TunnelErrorCode]>([
    ['that nobody has', () => dnsError('ENOTFOUND'), 'name-not-found'],
    ['without an address', () => dnsError('ENODATA'), 'name-not-found'],
    ['whose server is down', () => dnsError('EAI_AGAIN'), 'name-failed'],
    ['whose server is silent', () => new Promise(() => undefined), 'name-failed'],
    ['of this machine', () => Promise.resolve(['127.0.0.1', '::1']), 'address-refused'],
    ['of the cloud metadata', () => Promise.resolve(['169.254.169.254']), 'address-refused'],
    ['that has no addresses', () => Promise.resolve([]), 'name-not-found'],
  ])('%s', async (_kind, resolve, code) => {
    const proxy = await rig.proxy({ resolve, connectTimeoutMs: 100 });
    const page = await rig.page(proxy);
    page.connect(995, { host: 'pop.poplar.test' });
    expect(await page.failed()).toBe(code);
  });

  it('is looked up once: what was checked is what is dialled', async () => {
    const peer = await rig.peer();
    const answers = [['127.0.0.1'], ['127.0.0.99']];
    const asked: string[] = [];
    const proxy = await rig.proxyTo(peer, {
      names: ['pop.poplar.test'],
      resolve(name) {
        asked.push(name);
        return Promise.resolve(answers.shift() ?? []);
      },
    });
    const page = await rig.page(proxy);
    page.connect(peer.port, { host: 'POP.poplar.test.' });
    await page.frame('connected');
    expect((await peer.socket()).localAddress).toBe('127.0.0.1');
    expect(asked).toEqual(['pop.poplar.test']);
  });

  it('goes to the real resolver of the system', async () => {
    const page = await rig.page(await rig.proxy());
    page.connect(995, { host: 'localhost' });
    expect(await page.failed()).toBe('address-refused');
  });
});

describe('a destination that is refused', () => {
  it.each<[string, string, number, TunnelErrorCode]>([
    ['a port without mail', '8.8.8.8', 22, 'port-refused'],
    ['loopback', '127.0.0.1', 995, 'address-refused'],
    ['loopback in decimal', '2130706433', 995, 'address-refused'],
    ['loopback in octal', '0177.0.0.1', 995, 'address-refused'],
    ['loopback in hexadecimal', '0x7f.1', 995, 'address-refused'],
    ['loopback with a dot', '127.0.0.1.', 995, 'address-refused'],
    ['mapped loopback', '::ffff:127.0.0.1', 995, 'address-refused'],
    ['NAT64', '64:ff9b::7f00:1', 995, 'address-refused'],
    ['a zone', 'fe80::1%lo', 995, 'address-refused'],
    ['no host', 'a b', 995, 'name-not-found'],
  ])('%s', async (_kind, host, port, code) => {
    const page = await rig.page(await rig.proxy({ resolve: () => Promise.reject(new Error('not asked')) }));
    page.connect(port, { host });
    expect(await page.failed()).toBe(code);
  });

  it('is never connected to, not even to find out', async () => {
    const peer = await rig.peer();
    const proxy = await rig.proxy({ ports: [peer.port], resolve: () => Promise.resolve(['127.0.0.1']) });
    const page = await rig.page(proxy);
    page.connect(peer.port, { host: 'rebound.poplar.test' });
    expect(await page.failed()).toBe('address-refused');
    expect(peer.sockets).toHaveLength(0);
  });
});

describe('TLS', () => {
  it.each([
    ['an address', '127.0.0.1', 'good.pem'],
    ['a name', 'mail.poplar.test', 'good.pem'],
    ['a chain with its intermediate', 'mail.poplar.test', 'complete-chain.pem'],
  ])('is verified for %s and tells its facts', async (_kind, host, certificate) => {
    const peer = await rig.tlsPeer(certificate, (socket) => socket.write('+OK under TLS\r\n'));
    const page = await rig.page(await rig.proxyTo(peer, { names: [host] }));
    page.connect(peer.port, { host, security: 'tls' });
    await page.until(() => page.text === '+OK under TLS\r\n');
    const { tls } = await page.frame('connected');
    expect(tls).toMatchObject({
      protocol: 'TLSv1.3',
      certificate: {
        subject: 'CN=mail.poplar.test',
        names: expect.arrayContaining(['mail.poplar.test', '127.0.0.1']) as string[],
        sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as string,
      },
    });
  });

  it('asks for the server by name, but not by address', async () => {
    const asked: (string | false | null)[] = [];
    const peer = await rig.tlsPeer('good.pem', (socket) => {
      asked.push(socket.servername);
      socket.write('+OK');
    });
    const proxy = await rig.proxyTo(peer, { names: ['mail.poplar.test', '127.0.0.1'] });
    for (const host of ['mail.poplar.test', '127.0.0.1']) {
      const page = await rig.page(proxy);
      page.connect(peer.port, { host, security: 'tls' });
      await page.until(() => page.text === '+OK');
    }
    expect(asked).toEqual(['mail.poplar.test', false]);
  });

  it.each([
    ['a POP3 greeting', '+OK POP3 ready\r\n'],
    ['an SMTP greeting', '220 mail.example ESMTP\r\n'],
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['garbage', '\0\0\0\0\0\0\0\0\0\0\0\0'],
  ])('knows %s from TLS', async (_kind, greeting) => {
    const peer = await rig.peer((socket) => socket.write(greeting));
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port, { security: 'tls' });
    expect(await page.failed()).toBe('tls-not-spoken');
    expect(page.octets).toBe(0);
  });

  it.each<[string, (socket: net.Socket) => void, TunnelErrorCode]>([
    ['closes', (socket) => socket.end(), 'tls-failed'],
    ['resets', (socket) => socket.resetAndDestroy(), 'tls-failed'],
    ['says nothing', () => undefined, 'tls-timeout'],
  ])('ends with a peer that %s', async (_kind, onConnection, code) => {
    const peer = await rig.peer((socket) => void socket.once('data', () => onConnection(socket)));
    const page = await rig.page(await rig.proxyTo(peer, { connectTimeoutMs: 200 }));
    page.connect(peer.port, { security: 'tls' });
    expect(await page.failed()).toBe(code);
  });
});

it('leaves no connection behind when the page goes while dialling', async () => {
  const peer = await rig.peer((socket) => socket.resume());
  const proxy = await rig.proxyTo(peer);
  const page = await rig.page(proxy);
  page.connect(peer.port, { security: 'tls' });
  const socket = await peer.socket();
  const ended = once(socket, 'end');
  page.socket.close();
  await ended;
  expect(proxy.counters().tunnels).toBe(0);
});
