/**
 * The connection to Redis: up or down, and nothing between. Work is tried only while it is up and never for long; what
 * fails takes it down, and ioredis connects again, ever more slowly. Each change is told once. It must not know what
 * is kept in Redis, and it tells no more of where that is than host and port.
 */
import { setImmediate as setImmediatePromise } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../report/log.ts';
import { redisPlace, type RedisTarget } from './redis-target.ts';

/**
 * The first answer that is later takes the link down, so that a Redis that hangs holds up nobody for longer. Not less: a
 * machine that is busy for half a second is no reason to count alone.
 */
const PATIENCE_MS = 1_000;
/** For making the connection, and for the one command that proves it. */
const CONNECT_MS = 1_000;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A connection that did not stand so long was no good one, and the next delay is longer still. */
const GOOD_MS = 10_000;
/** How long ioredis waits for a peer to hang up, too (an option that its types do not list). */
const DISCONNECT = { disconnectTimeout: 200 };

export interface LinkParts {
  log: Log;
  /** PEM certificates trusted beside Node's own, for `rediss:`. */
  extraRoots: readonly string[];
  onState: (isUp: boolean) => void;
  /** A command that shows that Redis does what it is there for; a connection is up when this resolves. */
  prove: (redis: Redis) => Promise<unknown>;
}

export class RedisLink {
  readonly redis: Redis;
  readonly #parts: LinkParts;
  readonly #place: string;
  /** Null until the first attempt has ended. */
  #isUp: boolean | null = null;
  #isClosing = false;
  #upSince = 0;
  #failures = 0;
  #lastError: unknown = null;
  #onVerdict = (): void => undefined;

  constructor(target: RedisTarget, parts: LinkParts) {
    this.#parts = parts;
    this.#place = redisPlace(target);
    this.redis = new Redis({
      ...optionsFor(target, parts.extraRoots),
      retryStrategy: () => this.#nextDelay(),
    });
    this.redis.on('error', (error) => (this.#lastError = error));
    this.redis.on('ready', () => void this.#prove());
    this.redis.on('close', () => this.#lose(this.#lastError));
  }

  get isUp(): boolean {
    return this.#isUp === true;
  }

  /** What `work` resolves to; null when Redis is away, or has not done it in time. Never rejects. */
  async attempt<T>(work: () => Promise<T>): Promise<T | null> {
    if (!this.isUp || this.#isClosing) return null;
    try {
      return await inTime(work(), PATIENCE_MS);
    } catch (error) {
      this.#lose(error);
      // A connection that does not answer may stand for hours; so may one to a Redis that takes no writes any more.
      this.redis.disconnect(true);
      return null;
    }
  }

  /** Resolves when it is known whether Redis can be reached. */
  verdict(): Promise<void> {
    if (this.#isUp !== null) return Promise.resolve();
    return new Promise((resolve) => (this.#onVerdict = resolve));
  }

  /** Says goodbye after what is under way. */
  async close(): Promise<void> {
    if (this.isUp) await inTime(this.redis.quit(), PATIENCE_MS).catch(() => null);
    this.#isClosing = true;
    this.redis.disconnect();
  }

  async #prove(): Promise<void> {
    try {
      await inTime(this.#parts.prove(this.redis), CONNECT_MS);
      this.#lastError = null;
      this.#change(true, null);
    } catch (error) {
      // A password that is wrong comes as an event of its own, a moment after the commands that it was missing to.
      await setImmediatePromise();
      this.#lose(this.#lastError ?? error);
      this.redis.disconnect(true);
    }
  }

  #lose(error: unknown): void {
    if (this.isUp && performance.now() - this.#upSince > GOOD_MS) this.#failures = 0;
    this.#change(false, error);
  }

  #change(isUp: boolean, error: unknown): void {
    if (this.#isUp === isUp || this.#isClosing) return;
    const { log, onState } = this.#parts;
    const facts = { redis: this.#place };
    if (!isUp)
      log.warn('Redis is away, limits are counted by this instance alone', {
        ...facts,
        reason: reasonOf(error),
      });
    else if (this.#isUp === null) log.info('limits are shared through Redis', facts);
    // As loud as the line that it takes back.
    else log.warn('Redis is back, limits are shared again', facts);
    this.#isUp = isUp;
    if (isUp) this.#upSince = performance.now();
    onState(isUp);
    this.#onVerdict();
  }

  /** Doubles with each failure; the spread keeps instances from coming all at once. */
  #nextDelay(): number {
    const delay = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS);
    this.#failures = Math.min(this.#failures + 1, 10);
    return delay * (0.75 + Math.random() / 2);
  }
}

function optionsFor(target: RedisTarget, extraRoots: readonly string[]): RedisOptions {
  const { host, port, isTls, user, password, database } = target;
  return {
    ...DISCONNECT,
    host,
    port,
    db: database,
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    ...(isTls ? { tls: { ca: [...rootCertificates, ...extraRoots] } } : {}),
    connectTimeout: CONNECT_MS,
    // What could not be said at once is worth nothing later: no queue, nothing sent twice, `prove` asks if it is ready.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
  };
}

class LateError extends Error {}

/** The promise's own outcome, or LateError after `ms`. */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    // Timers go first after a pause of the whole process: an answer that came meanwhile must be read before.
    timer = setTimeout(() => setImmediate(() => reject(new LateError(`no answer in ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    // Lost the race, and nobody is there to hear it.
    late.catch(() => undefined);
  }
}

/** Words without secrets: errors of Redis and ioredis carry the command that failed, and AUTH is one. */
function reasonOf(error: unknown): string {
  if (error instanceof LateError) return error.message;
  if (!(error instanceof Error)) return 'the connection was closed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return code ?? /^[A-Z]{2,20}(?= |$)/.exec(error.message)?.[0] ?? 'the connection was closed';
}
