/**
 * A reverse proxy as many have it: it hands on what is below a folder, without the folder. Passes requests and upgrades
 * and changes nothing else; what is not below the folder is somebody else's site.
 */
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface StrippingProxy {
  /** The folder at this proxy; ends with a slash. */
  url: string;
  /** Paths that were asked for outside the folder. */
  strays: string[];
  close(): Promise<void>;
}

/** Starts one before the site at `port` of this machine. `folder` has a slash at each end. */
export async function startStrippingProxy(port: number, folder: string): Promise<StrippingProxy> {
  const strays: string[] = [];
  const open = new Set<Duplex>();
  const passOn = ({ url = '', method, headers }: IncomingMessage): http.ClientRequest | null => {
    if (url.startsWith(folder)) {
      const path = url.slice(folder.length - 1);
      return http.request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    }
    strays.push(url);
    return null;
  };
  const server = http.createServer((request, response) => {
    const onward = passOn(request);
    if (onward === null) return void response.writeHead(404).end();
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('upgrade', (request, socket: Duplex) => {
    open.add(socket);
    const onward = passOn(request);
    if (onward === null) return void socket.destroy();
    onward.on('upgrade', ({ rawHeaders }, beyond, first) => {
      open.add(beyond);
      const lines = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? `${name}: ${rawHeaders[i + 1]}\r\n` : []));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      socket.write(first);
      for (const [one, other] of [
        [socket, beyond],
        [beyond, socket],
      ] as const) {
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
        one.pipe(other);
      }
    });
    onward.on('error', () => socket.destroy());
    onward.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}${folder}`,
    strays,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await closed;
    },
  };
}
