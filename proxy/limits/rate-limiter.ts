/**
 * How often something happened by one key within a minute. The interface is asynchronous, so that several instances can
 * count together in a store of their own; here they count in memory, each for itself.
 */
export interface RateLimiter {
  /** Counts one more and returns how many there are with it. */
  add(key: string): Promise<number>;
  /** How many there are. */
  count(key: string): Promise<number>;
}

export const WINDOW_MS = 60_000;
/** Bounds the memory that strangers with many addresses can take; the oldest are forgotten first. */
const MAX_KEYS = 20_000;

export class MemoryRateLimiter implements RateLimiter {
  readonly #now: () => number;
  /** In the order in which the windows began, so that the first one is always the oldest. */
  readonly #windows = new Map<string, { startedAt: number; count: number }>();

  /** `now` in milliseconds, of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get size(): number {
    return this.#windows.size;
  }

  async add(key: string): Promise<number> {
    this.#forget();
    const window = this.#windows.get(key) ?? { startedAt: this.#now(), count: 0 };
    window.count += 1;
    this.#windows.set(key, window);
    return window.count;
  }

  async count(key: string): Promise<number> {
    this.#forget();
    return this.#windows.get(key)?.count ?? 0;
  }

  #forget(): void {
    const endedBefore = this.#now() - WINDOW_MS;
    for (const [key, { startedAt }] of this.#windows) {
      if (startedAt > endedBefore && this.#windows.size < MAX_KEYS) return;
      this.#windows.delete(key);
    }
  }
}
