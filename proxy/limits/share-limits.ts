/** ClientLimits over several instances: the counters put together with the Redis that they share, and kept alive. */
import type { Log } from '../report/log.ts';
import { ClientLimits, type Limits } from './client-limits.ts';
import type { RedisTarget } from './redis-target.ts';
import { SharedRateLimiter } from './shared-rate-limiter.ts';
import { StandingTunnels } from './standing-tunnels.ts';

/** A third of the time after which Redis forgets: two may be lost. */
const RENEW_MS = 20_000;

export interface SharedLimits {
  limits: ClientLimits;
  close(): Promise<void>;
}

export interface ShareParts {
  log: Log;
  /** PEM certificates trusted beside Node's own, for `rediss:`. */
  extraRoots: readonly string[];
  /** Hears when Redis has become reachable, and when it no longer is. */
  onState: (isUp: boolean) => void;
}

/** Resolves when Redis was reached, or could not be: limits hold either way. Rejects never for Redis's sake. */
export async function shareLimits(
  limits: Limits,
  redis: RedisTarget,
  { log, extraRoots, onState }: ShareParts,
): Promise<SharedLimits> {
  const { RedisCounts } = await import('./redis-counts.ts');
  const onChange = (isUp: boolean): void => {
    onState(isUp);
    if (isUp) void standing.renew();
  };
  const counts = new RedisCounts(redis, { log, extraRoots, onState: onChange });
  const standing = new StandingTunnels(counts);
  const timer = setInterval(() => {
    void standing.renew();
    void counts.check();
  }, RENEW_MS).unref();
  await counts.verdict();
  return {
    limits: new ClientLimits(limits, (what) => new SharedRateLimiter(what, counts), standing),
    close() {
      clearInterval(timer);
      return counts.close();
    },
  };
}
