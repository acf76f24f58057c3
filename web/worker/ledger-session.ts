/**
 * One visit for the ledger while it is open: headers are asked for over it, and it ends when nobody asks for a while, or
 * when somebody else wants the maildrop. Must not know what is asked, nor how it is answered.
 */
import { PoplarError } from '../errors.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { HeadRequest } from '../sync/ledger-visit.ts';
import type { Clock } from '../wire/clock.ts';

/** So long the maildrop is held for somebody who scrolls. Other tabs have to wait for it. */
const LINGER_MS = 5_000;

type Heads = (Uint8Array | null)[] | null;

interface Waiting extends HeadRequest {
  fail(error: unknown): void;
}

export class LedgerSession {
  readonly #clock: Clock;
  readonly #control = new AbortController();
  readonly #waiting: Waiting[] = [];
  /** Hands the next request, or null, to the visit that waits for one. */
  #wake: (() => void) | null = null;
  #isLeaving = false;
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Aborted with the visit. */
  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** Whether another request would be answered. */
  get isOpen(): boolean {
    return !this.#isLeaving && !this.#isOver;
  }

  /** Headers of messages of this session. Throws what ended it. */
  ask(messages: readonly ListedMessage[]): Promise<Heads> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(cancelled());
      const answer = (heads: Heads): void => {
        this.#waiting.shift();
        resolve(heads);
      };
      this.#waiting.push({ messages, answer, fail: reject });
      this.#wake?.();
    });
  }

  /** For the visit: see LedgerVisitJob. */
  next(): Promise<HeadRequest | null> {
    const [first] = this.#waiting;
    if (first !== undefined || this.#isLeaving) return Promise.resolve(first ?? null);
    return new Promise((resolve) => {
      const stop = this.#clock.after(LINGER_MS, () => this.leave());
      this.#wake = () => {
        stop();
        this.#wake = null;
        resolve(this.#waiting[0] ?? null);
      };
    });
  }

  /** What is asked for is still answered; then the visit ends. */
  leave(): void {
    this.#isLeaving = true;
    this.#wake?.();
  }

  /** Ends it at once. */
  abort(): void {
    this.leave();
    this.#control.abort();
  }

  /** It is over, in order or by an error. */
  end(error: unknown = cancelled()): void {
    this.#isOver = true;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}

const cancelled = () => new PoplarError('cancelled', 'page');
