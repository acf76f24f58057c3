/** Real proxies, mail servers and pages on loopback for one test, all closed when it ends. */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach } from 'vitest';
import { fixture } from '../../support/certs.ts';
import type { ProxyOptions } from '../../../proxy/proxy-options.ts';
import { startProxy, type RunningProxy } from '../../../proxy/server.ts';
import { TestPage, type PageOptions } from './page.ts';

export { fixture };

export interface Peer {
  port: number;
  /** Connections in the order they came. */
  sockets: net.Socket[];
  /** The next connection, or one that came already. */
  socket(): Promise<net.Socket>;
}

export interface Rig {
  /** A mail server in clear. */
  peer(onConnection?: (socket: net.Socket) => void): Promise<Peer>;
  /** A mail server under TLS with a certificate of test/fixtures/certs. */
  tlsPeer(
    certificate: string,
    onConnection?: (socket: tls.TLSSocket) => void,
    options?: tls.TlsOptions,
  ): Promise<Peer>;
  /** A port on which nobody listens. */
  closedPort(): Promise<number>;
  proxy(options?: ProxyOptions): Promise<RunningProxy>;
  /** A proxy that may dial this peer (by these names), and trusts the test authority. */
  proxyTo(peer: { port: number }, options?: ProxyOptions & { names?: string[] }): Promise<RunningProxy>;
  page(proxy: RunningProxy, options?: PageOptions): Promise<TestPage>;
}

export function useRig(): Rig {
  const closers: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function listen(server: net.Server): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => void server.close(() => resolve())));
    return (server.address() as AddressInfo).port;
  }

  async function serve(
    server: net.Server,
    event: string,
    onConnection: (socket: never) => void,
  ): Promise<Peer> {
    const sockets: net.Socket[] = [];
    // Handshakes that fail and connections that are cut are what many of these tests are about.
    server.on('connection', (socket: net.Socket) => {
      socket.on('error', () => socket.destroy());
      closers.push(() => void socket.destroy());
    });
    server.on(event, (socket: net.Socket) => {
      sockets.push(socket);
      socket.on('error', () => socket.destroy());
      onConnection(socket as never);
    });
    const port = await listen(server);
    const socket = async (): Promise<net.Socket> => {
      if (sockets[0] === undefined) await once(server, event);
      return sockets[0] ?? socket();
    };
    return { port, sockets, socket };
  }

  const rig: Rig = {
    peer: (onConnection = () => undefined) =>
      serve(net.createServer({ allowHalfOpen: true }), 'connection', onConnection),
    tlsPeer: (certificate, onConnection = () => undefined, options = {}) => {
      const server = tls.createServer({ key: fixture('server.key'), cert: fixture(certificate), ...options });
      server.on('tlsClientError', () => undefined);
      return serve(server, 'secureConnection', onConnection);
    },
    async closedPort() {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      return port;
    },
    async proxy(options = {}) {
      const proxy = await startProxy(options);
      closers.push(() => proxy.close());
      return proxy;
    },
    proxyTo: ({ port }, { names = ['127.0.0.1'], ...options } = {}) =>
      rig.proxy({
        allowPrivate: names.map((host) => ({ host, port })),
        extraRoots: [fixture('ca.pem')],
        resolve: () => Promise.resolve(['127.0.0.1']),
        ...options,
      }),
    async page(proxy, options) {
      const page = await TestPage.open(proxy.url, options);
      closers.push(() => page.socket.terminate());
      return page;
    },
  };
  return rig;
}

/** Resolves when `socket` has received `text`, with it and all before it; what came after stays unread. */
export async function received(socket: net.Socket, text: string): Promise<string> {
  let seen = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    seen += chunk.toString('latin1');
    const end = seen.indexOf(text) + text.length;
    if (end < text.length) continue;
    if (seen.length > end) socket.unshift(Buffer.from(seen.slice(end), 'latin1'));
    return seen.slice(0, end);
  }
  throw new Error(`the connection ended after ${JSON.stringify(seen)}`);
}
