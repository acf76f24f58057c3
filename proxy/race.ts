/**
 * Happy eyeballs (RFC 8305): several addresses, one connection. The next attempt starts when the one before has failed
 * or has been silent for a while; the first that stands wins and the others are given up. Knows no sockets.
 */
import { TunnelFailure } from './tunnel-failure.ts';

/** RFC 8305 §5, "Connection Attempt Delay". */
export const ATTEMPT_DELAY_MS = 250;

export interface RaceOptions<T> {
  connect(address: string, signal: AbortSignal): Promise<T>;
  /** Closes a connection that came too late. */
  discard(connection: T): void;
  timeoutMs: number;
  signal: AbortSignal;
}

/** The first connection that stands. Throws the first failure when all fail, or `connection-timeout`. */
export function firstToConnect<T>(addresses: readonly string[], options: RaceOptions<T>): Promise<T> {
  const queue = interleaveFamilies(addresses);
  const attempts = new AbortController();
  let running = 0;
  let settled = false;
  let firstFailure: unknown = null;
  let delay: NodeJS.Timeout | undefined;

  return new Promise<T>((resolve, reject) => {
    const settle = (action: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(delay);
      clearTimeout(deadline);
      options.signal.removeEventListener('abort', onAbort);
      action();
      attempts.abort();
    };
    const onAbort = (): void => settle(() => reject(options.signal.reason));
    const deadline = setTimeout(() => {
      settle(() => reject(new TunnelFailure('connection-timeout', 'The server did not answer in time.')));
    }, options.timeoutMs);
    const startNext = (): void => {
      clearTimeout(delay);
      const address = queue.shift();
      if (address === undefined) {
        if (running === 0) settle(() => reject(firstFailure));
        return;
      }
      running += 1;
      options.connect(address, attempts.signal).then(
        (connection) => (settled ? options.discard(connection) : settle(() => resolve(connection))),
        (error: unknown) => {
          running -= 1;
          firstFailure ??= error;
          if (!settled) startNext();
        },
      );
      delay = setTimeout(startNext, ATTEMPT_DELAY_MS);
    };
    options.signal.addEventListener('abort', onAbort, { once: true });
    if (options.signal.aborted) onAbort();
    else startNext();
  });
}

/** RFC 8305 §4: families take turns, beginning with that of the first address. */
export function interleaveFamilies(addresses: readonly string[]): string[] {
  const isV6 = (address: string): boolean => address.includes(':');
  const startsWithV6 = isV6(addresses[0] ?? '');
  const first = addresses.filter((address) => isV6(address) === startsWithV6);
  const second = addresses.filter((address) => isV6(address) !== startsWithV6);
  return first
    .flatMap((address, index) => [address, ...second.slice(index, index + 1)])
    .concat(second.slice(first.length));
}
