/** Dialling through the real proxy: each hop that can fail is named. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { X509Certificate } from 'node:crypto';
import { createConnection, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { infoUrlOf } from '../../../web/transport/proxy-address.ts';
import { fetchProxyFacts } from '../../../web/transport/proxy-info.ts';
import { dialThrough, systemClock } from '../../support/proxy-dial.ts';
import { fixture, useRig } from '../proxy/rig.ts';
import { dial, readUntil } from './through.ts';

const rig = useRig();
const never = (): AbortSignal => new AbortController().signal;

describe('the road to a server', () => {
  it('is told hop by hop', async () => {
    const peer = await rig.tlsPeer('good.pem');
    const proxy = await rig.proxyTo(peer, { names: ['mail.poplar.test'] });
    const told: string[] = [];
    const target = { host: 'mail.poplar.test', port: peer.port, security: 'tls' as const };
    const observer = { onReached: (hop: string, fact: string) => void told.push(`${hop}: ${fact}`) };
    const transport = await dialThrough(proxy.url)(target, observer, never());
    expect(told).toEqual([
      `proxy: localhost:${proxy.port}`,
      'name: 127.0.0.1',
      'connection: 127.0.0.1',
      'tls: TLSv1.3',
    ]);
    expect(transport.security).toMatchObject({ endsIn: 'proxy', subject: 'CN=mail.poplar.test' });
    transport.close();
  });

  it.each([
    ['expired.pem', 'certificate-expired'],
    ['not-yet-valid.pem', 'certificate-not-yet-valid'],
    ['wrong-name.pem', 'certificate-wrong-name'],
    ['self-signed.pem', 'certificate-self-signed'],
    ['unknown-issuer.pem', 'certificate-unknown-issuer'],
    ['incomplete-chain.pem', 'certificate-incomplete-chain'],
  ])('ends at %s with %s, and shows the certificate', async (certificate, code) => {
    const peer = await rig.tlsPeer(certificate);
    const proxy = await rig.proxyTo(peer, { names: ['mail.poplar.test'] });
    const error: unknown = await dial(proxy, peer.port, 'tls', 'mail.poplar.test').catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code, hop: 'tls', detail: { host: 'mail.poplar.test' } });
    expect(error).toHaveProperty('detail.sha256', expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/));
  });

  it.each([
    ['self-signed.pem', 'tls', true],
    ['self-signed-renewed.pem', 'tls', false],
  ] as const)(
    'passes %s over %s when it is the one that is trusted: %s',
    async (certificate, security, is) => {
      const peer = await rig.tlsPeer(certificate, (socket) => socket.write('+OK'));
      const proxy = await rig.proxyTo(peer);
      const pin = new X509Certificate(fixture('self-signed.pem')).fingerprint256;
      const target = { host: '127.0.0.1', port: peer.port, security, pin };
      const outcome = dialThrough(proxy.url)(target, {}, never());
      if (is) expect((await outcome).security?.sha256).toBe(pin);
      else await expect(outcome).rejects.toMatchObject({ code: 'certificate-changed', detail: { pin } });
    },
  );

  it('is cut off where TLS ends without a goodbye', async () => {
    const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK ready\r\n'));
    const cable = await rig.peer((socket) => {
      const inner = createConnection(peer.port, '127.0.0.1');
      inner.on('error', () => socket.destroy());
      socket.on('close', () => inner.destroy());
      socket.pipe(inner);
      inner.pipe(socket, { end: false });
    });
    const transport = await dial(await rig.proxyTo(cable), cable.port, 'tls');
    expect(await readUntil(transport, '\n')).toBe('+OK ready\r\n');
    (await cable.socket()).end();
    await expect(transport.read()).rejects.toMatchObject({ code: 'connection-cut', retryable: true });
  });

  it('ends at a port where nobody listens', async () => {
    const port = await rig.closedPort();
    const outcome = dial(await rig.proxyTo({ port }), port);
    await expect(outcome).rejects.toMatchObject({
      code: 'connection-refused',
      hop: 'connection',
      detail: { port },
    });
  });

  it('ends at a server that does not speak TLS', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK in clear\r\n'));
    const outcome = dial(await rig.proxyTo(peer), peer.port, 'tls');
    await expect(outcome).rejects.toMatchObject({ code: 'tls-not-spoken', hop: 'tls' });
  });

  it.each([
    { name: 'the port', port: 25, options: {}, code: 'proxy-refused-port', hop: 'proxy' },
    { name: 'the address', port: 110, options: {}, code: 'proxy-refused-address', hop: 'proxy' },
    { name: 'one more tunnel', port: 110, options: { maxTunnels: 0 }, code: 'proxy-busy', hop: 'proxy' },
  ])('ends at the proxy, which refuses $name', async ({ port, options, code, hop }) => {
    const outcome = dial(await rig.proxy(options), port);
    await expect(outcome).rejects.toMatchObject({ code, hop });
  });

  it('ends at a name that does not exist', async () => {
    const missing = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    const proxy = await rig.proxy({ resolve: () => Promise.reject(missing) });
    const outcome = dial(proxy, 110, 'none', 'pop.nowhere.test');
    await expect(outcome).rejects.toMatchObject({ code: 'name-not-found', hop: 'name' });
  });
});

describe('the way to the proxy', () => {
  it('ends where no proxy is', async () => {
    const port = await rig.closedPort();
    const outcome = dialThrough(`http://127.0.0.1:${port}/`)(
      { host: 'a.test', port: 110, security: 'none' },
      {},
      never(),
    );
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable', hop: 'proxy', retryable: true });
  });

  it('ends for a page of another origin', async () => {
    const proxy = await rig.proxy();
    const outcome = dialThrough(proxy.url, 'https://evil.example')(
      { host: 'a.test', port: 110, security: 'none' },
      {},
      never(),
    );
    // A browser does not tell a page why a handshake was refused.
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable' });
  });

  it('ends at a WebSocket server that is no proxy', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server, handleProtocols: () => false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const outcome = dialThrough(`http://127.0.0.1:${port}/`)(
      { host: 'a.test', port: 110, security: 'none' },
      {},
      never(),
    );
    await expect(outcome).rejects.toMatchObject({ hop: 'proxy' });
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is given up when the person cancels, and leaves nothing in the proxy', async () => {
    const controller = new AbortController();
    let proxyAsks = (): void => undefined;
    const asked = new Promise<void>((resolve) => (proxyAsks = resolve));
    const proxy = await rig.proxy({
      resolve: () => {
        proxyAsks();
        return new Promise(() => undefined);
      },
    });
    const target = { host: 'slow.test', port: 110, security: 'none' as const };
    const outcome = dialThrough(proxy.url)(target, {}, controller.signal);
    await asked;
    controller.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled', hop: 'page' });
    await expect.poll(() => proxy.counters().tunnels).toBe(0);
  });
});

describe('the description of a real proxy', () => {
  it('says what it allows', async () => {
    const demo = {
      address: 'demo@poplar.test',
      displayName: 'Demo',
      host: 'localhost',
      port: 5110,
      submissionPort: 5587,
      user: 'demo',
      password: 'demo',
    };
    const proxy = await rig.proxy({ version: '1.2.3', demo });
    const deployment = await fetchProxyFacts({ infoUrl: infoUrlOf(proxy.url), clock: systemClock });
    expect(deployment).toMatchObject({
      version: '1.2.3',
      ports: [110, 995, 465, 587],
      demo: { demo: true, user: 'demo' },
    });
  });
});
