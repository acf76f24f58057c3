/**
 * A RateLimiter over all instances. It counts here as well, always: when the shared store goes away in the middle of a
 * minute, nobody gets a fresh minute for it, and the memory stays bounded as MemoryRateLimiter bounds it.
 */
import { MemoryRateLimiter, type RateLimiter } from './rate-limiter.ts';
import type { SharedCounts } from './shared-counts.ts';

export class SharedRateLimiter implements RateLimiter {
  readonly #what: string;
  readonly #shared: SharedCounts;
  readonly #here: RateLimiter;

  /** `what` names the thing that is counted, the same in all instances. */
  constructor(what: string, shared: SharedCounts, here: RateLimiter = new MemoryRateLimiter()) {
    this.#what = what;
    this.#shared = shared;
    this.#here = here;
  }

  async add(key: string): Promise<number> {
    const here = await this.#here.add(key);
    return Math.max(here, (await this.#shared.add(this.#what, key)) ?? 0);
  }

  async count(key: string): Promise<number> {
    const here = await this.#here.count(key);
    return Math.max(here, (await this.#shared.count(this.#what, key)) ?? 0);
  }
}
