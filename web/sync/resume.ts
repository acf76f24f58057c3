/**
 * Going on after a cut that is nobody's decision: a proxy that is shut down, or is gone, while others take its place; a
 * server that hangs up, or falls silent, while messages are under way.
 * Decides after which errors and when. Must not know what is fetched.
 */
import { PoplarError, type ErrorCode } from '../errors.ts';
import type { SyncProgress } from '../model/event.ts';
import type { Clock } from '../wire/clock.ts';
import { isLoss } from './losses.ts';

/** Before each attempt in a row that brings nothing new; after the last one the fetch fails. */
const DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000];

/** What may stand in the way of the next attempt for a moment, once a fetch has been cut. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'proxy-unreachable',
  'proxy-busy',
  'proxy-limit',
  'bridge-unreachable',
  'bridge-no-target',
  'offline',
  // RFC 1939 §4: the server may hold the lock of the session that was cut, until it notices. No password is in doubt.
  'maildrop-in-use',
]);

/** Where an error met the fetch. */
export interface CutPlace {
  phase: SyncProgress['phase'];
  /** It has been cut and gone on before. */
  isResuming: boolean;
}

/** May a fetch that ended with this error go on by itself? Never after what a server said to a login. */
export function mayResume(error: unknown, { phase, isResuming }: CutPlace): error is PoplarError {
  if (!(error instanceof PoplarError)) return false;
  if (error.code === 'proxy-closing') return true;
  // A listing that is silent for minutes, or garbled, will not be better at once.
  if (isLoss(error)) {
    const isHangUp = error.code === 'connection-lost' || error.code === 'connection-cut';
    return isResuming || phase === 'fetching' || (phase === 'listing' && isHangUp);
  }
  if (error.code === 'connection-lost' && error.hop === 'proxy') {
    return isResuming || phase === 'listing' || phase === 'fetching';
  }
  return isResuming && PASSING.has(error.code);
}

export interface ResumptionParts {
  clock: Clock;
  /** From 0 to 1. */
  random: () => number;
  signal: AbortSignal;
}

export class Resumption {
  readonly #parts: ResumptionParts;
  #attempts = 0;
  #done = 0;

  constructor(parts: ResumptionParts) {
    this.#parts = parts;
  }

  get isResuming(): boolean {
    return this.#attempts > 0;
  }

  /**
   * Waits until the next attempt is due, or the signal is aborted. `done` grows with what has been achieved. Throws
   * `error` when too many attempts in a row have achieved nothing.
   */
  async pause(error: PoplarError, done: number): Promise<void> {
    if (done > this.#done) this.#attempts = 0;
    this.#done = done;
    const delayMs = DELAYS_MS[this.#attempts];
    if (delayMs === undefined) throw error;
    this.#attempts += 1;
    // Spread out: all pages of a proxy hear of its end at the same time.
    await this.#wait(delayMs * (0.75 + this.#parts.random() / 2));
  }

  #wait(ms: number): Promise<void> {
    const { clock, signal } = this.#parts;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        stop();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const stop = clock.after(ms, wake);
      signal.addEventListener('abort', wake);
    });
  }
}
