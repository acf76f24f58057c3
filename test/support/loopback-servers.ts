/** Servers on loopback for tests that want many of them, closed together with all that they accepted. */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';

export class LoopbackServers {
  readonly #servers: net.Server[] = [];
  readonly #sockets = new Set<net.Socket>();

  /** Connections that stand. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Serves in clear, or under TLS; returns the port. */
  async serve(
    onConnection: (socket: net.Socket) => void,
    tlsOptions: tls.TlsOptions | null = null,
  ): Promise<number> {
    const server =
      tlsOptions === null
        ? net.createServer({ allowHalfOpen: true, noDelay: true }, onConnection)
        : tls.createServer(tlsOptions, onConnection);
    server.on('connection', (socket: net.Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    server.on('secureConnection', (socket: tls.TLSSocket) => socket.on('error', () => socket.destroy()));
    server.on('tlsClientError', (_error: Error, socket: net.Socket) => socket.destroy());
    server.listen(0, '127.0.0.1', 4096);
    await once(server, 'listening');
    this.#servers.push(server);
    return (server.address() as AddressInfo).port;
  }

  /** A port on which nobody listens. */
  async closedPort(): Promise<number> {
    const port = await this.serve(() => undefined);
    const server = this.#servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    return port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      this.#servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
    );
  }
}
