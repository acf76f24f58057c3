/** One thing at a time that is expected of the proxy, with a time-out that begins anew at each sign of life. */
import type { PoplarError } from '../errors.ts';
import type { Clock } from '../wire/clock.ts';

export class Expectation {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #onTimeout: () => void;
  #waiting: { resolve(): void; reject(error: PoplarError): void } | null = null;
  #stopTimer: () => void = () => undefined;

  constructor(clock: Clock, timeoutMs: number, onTimeout: () => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#onTimeout = onTimeout;
  }

  /** Resolves with `meet`, rejects with what `disappoint` is told. */
  wait(): Promise<void> {
    this.signOfLife();
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  signOfLife(): void {
    this.#stopTimer();
    this.#stopTimer = this.#clock.after(this.#timeoutMs, this.#onTimeout);
  }

  meet(): void {
    this.#stopTimer();
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  disappoint(error: PoplarError): void {
    this.#stopTimer();
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}
