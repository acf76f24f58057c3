/**
 * The memory that sockets are read into, and that what was read waits in.
 *
 * On Unix libuv fills the buffer and calls back in one go, so one large buffer serves every connection and an idle
 * one costs nothing. On Windows a read holds its buffer while it waits, so each connection needs its own.
 */
import { BufferPool } from './buffer-pool.ts';

const SHARED_OCTETS = 1024 * 1024;
const OWN_OCTETS = 64 * 1024;

const shared = process.platform === 'win32' ? null : Buffer.allocUnsafeSlow(SHARED_OCTETS);

/** Its content is only good until the read callback returns. */
export function readBuffer(): Buffer {
  return shared ?? Buffer.allocUnsafeSlow(OWN_OCTETS);
}

/** For all connections: what is free in it serves whoever reads next. */
export const copies = new BufferPool(8 * 1024 * 1024);
