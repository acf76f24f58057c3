/**
 * Bytes that have come and are not read yet, and the credit owed for those that are. Reading is the back-pressure: the
 * proxy may have `windowOctets` under way, and gets room back only for what was read. Must not know the WebSocket.
 */
import { PoplarError } from '../errors.ts';

interface Reader {
  resolve(chunk: Uint8Array | null): void;
  reject(error: PoplarError): void;
}

export class ChunkQueue {
  readonly #windowOctets: number;
  readonly #creditStepOctets: number;
  readonly #giveCredit: (octets: number) => void;
  readonly #chunks: Uint8Array[] = [];
  /** Came in, and no credit was given for them. */
  #outstanding = 0;
  /** The part of `#outstanding` that was read. */
  #owed = 0;
  #reader: Reader | null = null;
  /** What follows the last chunk: null while that is open. */
  #end: { error: PoplarError | null } | null = null;

  /**
   * `giveCredit` is called while reading, with the octets that the sender may send again. Credit is saved up to a
   * quarter of the window: a control frame for every chunk would cost more than it brings, and the sender never runs
   * dry with three quarters left. Where credit costs nothing the step may be 1.
   */
  constructor(
    windowOctets: number,
    giveCredit: (octets: number) => void,
    creditStepOctets = windowOctets / 4,
  ) {
    this.#windowOctets = windowOctets;
    this.#creditStepOctets = creditStepOctets;
    this.#giveCredit = giveCredit;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  get ended(): boolean {
    return this.#end !== null;
  }

  /** Takes a chunk. False when it is more than the sender had credit for, or comes after the end. */
  push(chunk: Uint8Array): boolean {
    if (this.#end !== null || this.#outstanding + chunk.length > this.#windowOctets) return false;
    if (chunk.length === 0) return true;
    this.#outstanding += chunk.length;
    const reader = this.#takeReader();
    if (reader === null) this.#chunks.push(chunk);
    else reader.resolve(this.#handOut(chunk));
    return true;
  }

  /** The sender has finished: what is queued can still be read, then comes null. */
  end(): void {
    this.#finish(null);
  }

  /** The stream broke: what is queued can still be read, then comes the error. Does nothing after the end. */
  fail(error: PoplarError): void {
    this.#finish(error);
  }

  /** The reader wants no more: what is queued is dropped, and a read gets null from now on. */
  close(): void {
    this.#chunks.length = 0;
    this.#end = { error: null };
    this.#takeReader()?.resolve(null);
  }

  /** The next chunk, or null at the end. One read at a time: two could not tell whose bytes come first. */
  read(): Promise<Uint8Array | null> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) return Promise.resolve(this.#handOut(chunk));
    if (this.#end !== null) {
      return this.#end.error === null ? Promise.resolve(null) : Promise.reject(this.#end.error);
    }
    if (this.#reader !== null) {
      return Promise.reject(
        new PoplarError('internal', 'page', { detail: { message: 'Two reads at once.' } }),
      );
    }
    return new Promise((resolve, reject) => (this.#reader = { resolve, reject }));
  }

  #finish(error: PoplarError | null): void {
    if (this.#end !== null) return;
    this.#end = { error };
    const reader = this.#takeReader();
    if (error === null) reader?.resolve(null);
    else reader?.reject(error);
  }

  #takeReader(): Reader | null {
    const reader = this.#reader;
    this.#reader = null;
    return reader;
  }

  #handOut(chunk: Uint8Array): Uint8Array {
    this.#owed += chunk.length;
    if (this.#owed >= this.#creditStepOctets) {
      const octets = this.#owed;
      this.#owed = 0;
      this.#outstanding -= octets;
      this.#giveCredit(octets);
    }
    return chunk;
  }
}
