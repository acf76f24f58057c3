/**
 * A page has one frame to say before its connection stands, and until then nobody knows whether it may have one at all:
 * it gets no megabyte to fill. Counts on the raw socket, because ws hands over nothing that is not whole. It must not
 * know what the octets mean.
 */
import type { Duplex } from 'node:stream';
import { MAX_CONTROL_FRAME_OCTETS } from '../protocol.ts';

/** The frame and its header, and as much again for pings or a second frame, which the tunnel refuses by itself. */
export const MAX_EARLY_OCTETS = 2 * MAX_CONTROL_FRAME_OCTETS;

/** Calls back once when more has come; the returned function ends the watch. */
export function watchEarlyOctets(socket: Duplex, onTooMany: () => void): () => void {
  let octets = 0;
  const count = (bytes: Buffer): void => {
    octets += bytes.length;
    if (octets <= MAX_EARLY_OCTETS) return;
    stop();
    onTooMany();
  };
  const stop = (): void => void socket.off('data', count);
  socket.on('data', count);
  return stop;
}
