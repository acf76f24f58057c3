/**
 * How many connections one client may have open, whatever is said on them: who opens them and says nothing would
 * otherwise take the place of everybody else. Counts by the socket's own address; behind a reverse proxy whose word
 * counts all clients have the same one, and it must keep order itself.
 */
import type { Server, Socket } from 'node:net';
import { clientAddress, clientKey, isFromTrusted } from '../address/client-address.ts';
import type { HostRule } from '../address/host-rule.ts';

export interface ConnectionCap {
  perClient: number;
  trustProxies: readonly HostRule[];
  /** One more of this client was dropped. */
  onDropped(client: string): void;
}

/** Drops the connections of a client that has its share. */
export function capConnections(server: Server, { perClient, trustProxies, onDropped }: ConnectionCap): void {
  const standing = new Map<string, number>();
  // Before TLS takes the socket over.
  server.prependListener('connection', (socket: Socket) => {
    if (isFromTrusted(socket.remoteAddress, trustProxies)) return;
    const client = clientAddress(socket.remoteAddress, undefined, []);
    const key = clientKey(client);
    const count = (standing.get(key) ?? 0) + 1;
    if (count > perClient) {
      // Without an answer, and without the state that an orderly close leaves in the kernel.
      socket.resetAndDestroy();
      return onDropped(client);
    }
    standing.set(key, count);
    socket.once('close', () => {
      const left = (standing.get(key) ?? 0) - 1;
      if (left > 0) standing.set(key, left);
      else standing.delete(key);
    });
  });
}
