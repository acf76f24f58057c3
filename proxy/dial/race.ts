/**
 * Happy eyeballs (RFC 8305): several addresses, one connection. The next attempt starts when the one before has failed
 * or has been silent for a while; the first that stands wins and the others are given up. Knows no sockets.
 */
import { TunnelFailure } from '../tunnel-failure.ts';

/** RFC 8305 §5, "Connection Attempt Delay". */
export const ATTEMPT_DELAY_MS = 250;

const DECIDED = 'the race is decided';

export interface RaceOptions<T> {
  /** One attempt; rejects when it fails or its signal is aborted. */
  connect(address: string, signal: AbortSignal): Promise<T>;
  /** Closes a connection that came too late. */
  discard(connection: T): void;
  /** For all attempts together. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** The first connection that stands. Rejects with the first failure when all fail, or with `connection-timeout`. */
export async function firstToConnect<T>(addresses: readonly string[], options: RaceOptions<T>): Promise<T> {
  const race = new Race(interleaveFamilies(addresses), options);
  const onAbort = (): void => race.lose(options.signal.reason);
  const deadline = setTimeout(() => {
    race.lose(new TunnelFailure('connection-timeout', 'The server did not answer in time.'));
  }, options.timeoutMs);
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (options.signal.aborted) onAbort();
    return await race.result;
  } finally {
    clearTimeout(deadline);
    options.signal.removeEventListener('abort', onAbort);
  }
}

class Race<T> {
  readonly result: Promise<T>;
  readonly #queue: string[];
  readonly #options: RaceOptions<T>;
  readonly #attempts = new AbortController();
  #settle: { resolve(connection: T): void; reject(reason: unknown): void } | null = null;
  #running = 0;
  #firstFailure: unknown = null;
  #delay: NodeJS.Timeout | undefined;

  constructor(addresses: readonly string[], options: RaceOptions<T>) {
    this.#queue = [...addresses];
    this.#options = options;
    this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#startNext();
  }

  /** Gives everything up. Has no effect once the race is decided. */
  lose(reason: unknown): void {
    this.#end()?.reject(reason);
  }

  #startNext(): void {
    clearTimeout(this.#delay);
    const address = this.#queue.shift();
    if (address !== undefined) this.#start(address);
    else if (this.#running === 0) this.lose(this.#firstFailure);
  }

  #start(address: string): void {
    this.#running += 1;
    this.#delay = setTimeout(() => this.#startNext(), ATTEMPT_DELAY_MS);
    this.#options.connect(address, this.#attempts.signal).then(
      (connection) => this.#win(connection),
      (error: unknown) => {
        this.#running -= 1;
        this.#firstFailure ??= error;
        if (this.#settle !== null) this.#startNext();
      },
    );
  }

  #win(connection: T): void {
    const settle = this.#end();
    if (settle === null) this.#options.discard(connection);
    else settle.resolve(connection);
  }

  #end(): { resolve(connection: T): void; reject(reason: unknown): void } | null {
    const settle = this.#settle;
    this.#settle = null;
    clearTimeout(this.#delay);
    // With a reason that costs nothing: nobody hears it any more, and Node would make an error with a stack of it.
    this.#attempts.abort(DECIDED);
    return settle;
  }
}

/** RFC 8305 §4: families take turns, beginning with that of the first address. */
export function interleaveFamilies(addresses: readonly string[]): string[] {
  const isV6 = (address: string): boolean => address.includes(':');
  const firstIsV6 = isV6(addresses[0] ?? '');
  const first = addresses.filter((address) => isV6(address) === firstIsV6);
  const second = addresses.filter((address) => isV6(address) !== firstIsV6);
  const turns = first.flatMap((address, index) => [address, ...second.slice(index, index + 1)]);
  return [...turns, ...second.slice(first.length)];
}
