/**
 * Gathers fetched messages into batches and writes one batch while the next is received. At most one batch is being
 * written and one gathered, so that a slow disk slows the server down instead of filling memory.
 * Must not know where messages come from nor where they go.
 */
import type { NewMessage } from '../store/mail-store.ts';
import type { Clock } from '../wire/clock.ts';

export interface BatchLimits {
  /** The first batch is small, so that rows show quickly; each next one may be twice as large, up to `maxMessages`. */
  firstMessages: number;
  maxMessages: number;
  maxOctets: number;
  /** A message waits no longer than this, in milliseconds, unless a batch is being written. */
  maxWaitMs: number;
}

export class BatchWriter {
  readonly #write: (batch: readonly NewMessage[]) => Promise<void>;
  readonly #clock: Clock;
  readonly #limits: BatchLimits;
  #gathered: NewMessage[] = [];
  #gatheredOctets = 0;
  #messageLimit: number;
  /** The first gathered message has waited long enough. */
  #overdue = false;
  #stopAlarm: () => void = () => undefined;
  /** Settles when the batch in flight is written; never rejects, see `#failure`. */
  #inFlight: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  constructor(write: (batch: readonly NewMessage[]) => Promise<void>, clock: Clock, limits: BatchLimits) {
    this.#write = write;
    this.#clock = clock;
    this.#limits = limits;
    this.#messageLimit = limits.firstMessages;
  }

  /** Takes a message. Resolves when the next may come; rejects with the error of a batch that could not be written. */
  async add(message: NewMessage): Promise<void> {
    this.#throwFailure();
    if (this.#gathered.length === 0) this.#setAlarm();
    this.#gathered.push(message);
    this.#gatheredOctets += message.raw.length;
    if (!this.#full()) return;
    await this.#inFlight;
    this.#throwFailure();
    // The batch that was in flight may have started this one when it was done.
    if (this.#full()) this.#start();
  }

  /** What was added last waits for the batch before it. */
  get isWaiting(): boolean {
    return this.#inFlight !== null && this.#full();
  }

  /** Writes what is left. Rejects with the first error of any batch; then nothing more is tried. */
  async finish(): Promise<void> {
    await this.#inFlight;
    if (this.#failure === null && this.#gathered.length > 0) this.#start();
    await this.#inFlight;
    this.#stopAlarm();
    this.#throwFailure();
  }

  #full(): boolean {
    return this.#gathered.length >= this.#messageLimit || this.#gatheredOctets >= this.#limits.maxOctets;
  }

  #setAlarm(): void {
    this.#stopAlarm = this.#clock.after(this.#limits.maxWaitMs, () => {
      this.#overdue = true;
      this.#startIfOverdue();
    });
  }

  #startIfOverdue(): void {
    if (this.#overdue && this.#inFlight === null && this.#failure === null) this.#start();
  }

  #start(): void {
    this.#stopAlarm();
    this.#overdue = false;
    const batch = this.#gathered;
    this.#gathered = [];
    this.#gatheredOctets = 0;
    this.#messageLimit = Math.min(this.#messageLimit * 2, this.#limits.maxMessages);
    this.#inFlight = this.#write(batch).then(
      () => {
        this.#inFlight = null;
        this.#startIfOverdue();
      },
      (error: unknown) => {
        this.#inFlight = null;
        this.#failure = { error };
      },
    );
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
