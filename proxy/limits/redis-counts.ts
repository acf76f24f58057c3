/**
 * SharedCounts in Redis (5 or newer) or Valkey. Every key begins with `poplar:`, ends by itself within a minute, and names a
 * client by a digest of its address. Loaded only when the option asks for it.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import { WINDOW_MS } from './rate-limiter.ts';
import { RedisLink, type LinkParts } from './redis-link.ts';
import type { RedisTarget } from './redis-target.ts';
import type { SharedCounts } from './shared-counts.ts';

const PREFIX = 'poplar';
/** What an instance says of its tunnels holds so long; one that crashes is forgotten after it. */
export const LEASE_MS = 60_000;

/**
 * One hash per client: instance -> `tunnels:until`. Says that this instance (ARGV 1) carries so many tunnels (ARGV 2),
 * unless with those of the others it were more than allowed (ARGV 3; 0 does not ask). Redis has the only clock.
 */
const CLAIM = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wanted, max, lease = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local others = 0
local said = redis.call('HGETALL', KEYS[1])
for i = 1, #said, 2 do
  local tunnels, untilMs = string.match(said[i + 1], '^(%d+):(%d+)$')
  if tonumber(untilMs) <= now then redis.call('HDEL', KEYS[1], said[i])
  elseif said[i] ~= ARGV[1] then others = others + tonumber(tunnels) end
end
if max > 0 and others + wanted > max then return 0 end
if wanted == 0 then redis.call('HDEL', KEYS[1], ARGV[1])
else redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:%.0f', wanted, now + lease)) end
redis.call('PEXPIRE', KEYS[1], lease)
return 1
`;

export interface RedisCountsParts extends Omit<LinkParts, 'prove'> {
  leaseMs?: number;
}

export class RedisCounts implements SharedCounts {
  readonly #instance = randomUUID();
  readonly #leaseMs: number;
  readonly #link: RedisLink;
  readonly #limiters = new Map<string, RateLimiterRedis>();

  /** Connects by itself, now and whenever the connection is lost. */
  constructor(target: RedisTarget, { leaseMs = LEASE_MS, ...parts }: RedisCountsParts) {
    this.#leaseMs = leaseMs;
    // A claim writes, expires and runs a script: with that, everything else works, too.
    const prove = (redis: Redis): Promise<unknown> => this.#claim(redis, `instance:${this.#instance}`, 1, 1);
    this.#link = new RedisLink(target, { ...parts, prove });
  }

  /** Resolves when it is known whether Redis can be reached. */
  verdict(): Promise<void> {
    return this.#link.verdict();
  }

  /** Finds out whether Redis is still there, when there is nothing else to ask. */
  async check(): Promise<void> {
    await this.#link.attempt(() => this.#claim(this.#link.redis, `instance:${this.#instance}`, 1, 1));
  }

  async add(what: string, client: string): Promise<number | null> {
    const answer = await this.#link.attempt(() => this.#limiter(what).penalty(digest(client)));
    return answer?.consumedPoints ?? null;
  }

  count(what: string, client: string): Promise<number | null> {
    return this.#link.attempt(
      async () => (await this.#limiter(what).get(digest(client)))?.consumedPoints ?? 0,
    );
  }

  claim(client: string, tunnels: number, max: number): Promise<boolean | null> {
    return this.#link.attempt(() => this.#claim(this.#link.redis, tunnelsOf(client), tunnels, max));
  }

  tell(client: string, tunnels: number): Promise<true | null> {
    return this.#link.attempt(async (): Promise<true> => {
      await this.#claim(this.#link.redis, tunnelsOf(client), tunnels, 0);
      return true;
    });
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #claim(redis: Redis, key: string, tunnels: number, max: number): Promise<boolean> {
    return (
      (await redis.eval(CLAIM, 1, `${PREFIX}:${key}`, this.#instance, tunnels, max, this.#leaseMs)) === 1
    );
  }

  #limiter(what: string): RateLimiterRedis {
    const limiter = this.#limiters.get(what) ?? createLimiter(this.#link.redis, what);
    this.#limiters.set(what, limiter);
    return limiter;
  }
}

/** Counts without judging: what is too much is known elsewhere. */
function createLimiter(storeClient: Redis, what: string): RateLimiterRedis {
  return new RateLimiterRedis({
    storeClient,
    keyPrefix: `${PREFIX}:${what}`,
    points: Number.MAX_SAFE_INTEGER,
    duration: WINDOW_MS / 1000,
  });
}

const tunnelsOf = (client: string): string => `tunnels:${digest(client)}`;

/** No address stands in the database to be read. (Who has it and tries all addresses finds them all the same.) */
function digest(client: string): string {
  return createHash('sha256').update(`${PREFIX} ${client}`).digest('hex').slice(0, 32);
}
