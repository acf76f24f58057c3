/**
 * Gathers fetched messages into batches and writes one batch while the next is received. At most one batch is being
 * written and one gathered, so that a slow disk slows the server down instead of filling memory.
 * Must not know where messages come from nor where they go.
 */
import type { NewMessage } from '../store/mail-store.ts';

export interface BatchLimits {
  /** The first batch is small, so that rows show quickly; each next one may be twice as large, up to `maxMessages`. */
  firstMessages: number;
  maxMessages: number;
  maxOctets: number;
  /** A message waits no longer than this while others arrive, in milliseconds. */
  maxWaitMs: number;
}

export class BatchWriter {
  readonly #write: (batch: readonly NewMessage[]) => Promise<void>;
  readonly #now: () => number;
  readonly #limits: BatchLimits;
  #gathered: NewMessage[] = [];
  #gatheredOctets = 0;
  #gatheredSince = 0;
  #messageLimit: number;
  /** Settles when the batch in flight is written; never rejects, see `#failure`. */
  #inFlight: Promise<void> | null = null;
  #failure: { error: unknown } | null = null;

  constructor(
    write: (batch: readonly NewMessage[]) => Promise<void>,
    now: () => number,
    limits: BatchLimits,
  ) {
    this.#write = write;
    this.#now = now;
    this.#limits = limits;
    this.#messageLimit = limits.firstMessages;
  }

  /** Takes a message. Resolves when the next may come; rejects with the error of a batch that could not be written. */
  async add(message: NewMessage): Promise<void> {
    this.#throwFailure();
    if (this.#gathered.length === 0) this.#gatheredSince = this.#now();
    this.#gathered.push(message);
    this.#gatheredOctets += message.raw.length;
    if (this.#full()) {
      await this.#inFlight;
      this.#throwFailure();
      this.#start();
    } else this.tick();
  }

  /** Writes what has waited long enough. Call it now and then while a large message arrives. */
  tick(): void {
    const waited = this.#now() - this.#gatheredSince;
    if (this.#inFlight === null && this.#gathered.length > 0 && waited >= this.#limits.maxWaitMs)
      this.#start();
  }

  /** Writes what is left. Rejects with the first error of any batch; then nothing more is tried. */
  async finish(): Promise<void> {
    await this.#inFlight;
    this.#throwFailure();
    if (this.#gathered.length === 0) return;
    this.#start();
    await this.#inFlight;
    this.#throwFailure();
  }

  #full(): boolean {
    return this.#gathered.length >= this.#messageLimit || this.#gatheredOctets >= this.#limits.maxOctets;
  }

  #start(): void {
    if (this.#failure !== null) return;
    const batch = this.#gathered;
    this.#gathered = [];
    this.#gatheredOctets = 0;
    this.#messageLimit = Math.min(this.#messageLimit * 2, this.#limits.maxMessages);
    this.#inFlight = this.#write(batch).then(
      () => void (this.#inFlight = null),
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
