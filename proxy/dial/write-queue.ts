/**
 * What waits for a mail server that reads slowly. A page may send its bytes one by one, and each of them would cost a
 * hundred times its size as a write of its own, or keep alive the whole read that it came in; so small pieces are
 * gathered while one write is under way. Knows no sockets.
 */

/** Smaller pieces are copied together into blocks of this size. */
export const BLOCK_OCTETS = 16 * 1024;

/** Writes, and calls back when the kernel has the bytes; with an error when it never will. */
export type Write = (bytes: Buffer, callback: (error?: Error | null) => void) => void;

interface Piece {
  bytes: Buffer;
  /** How much of `bytes` is filled. */
  used: number;
}

export class WriteQueue {
  readonly #write: Write;
  readonly #onTaken: (octets: number) => void;
  readonly #waiting: Piece[] = [];
  /** The last one in `#waiting`, when it is a block of ours. */
  #block: Piece | null = null;
  #isWriting = false;
  #onEmpty: (() => void) | null = null;

  /** `onTaken` is told of octets that the kernel has; never again after a write has failed. */
  constructor(write: Write, onTaken: (octets: number) => void) {
    this.#write = write;
    this.#onTaken = onTaken;
  }

  /** How many buffers wait. */
  get length(): number {
    return this.#waiting.length;
  }

  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (!this.#isWriting) this.#start(bytes);
    else if (bytes.length < BLOCK_OCTETS) this.#gather(bytes);
    else {
      this.#block = null;
      this.#waiting.push({ bytes, used: bytes.length });
    }
  }

  /** Calls back once when nothing waits; never when the connection fails before. */
  whenEmpty(callback: () => void): void {
    if (this.#isWriting) this.#onEmpty = callback;
    else callback();
  }

  #gather(bytes: Buffer): void {
    if (this.#block === null || this.#block.used + bytes.length > BLOCK_OCTETS) {
      this.#block = { bytes: Buffer.allocUnsafeSlow(BLOCK_OCTETS), used: 0 };
      this.#waiting.push(this.#block);
    }
    bytes.copy(this.#block.bytes, this.#block.used);
    this.#block.used += bytes.length;
  }

  #start(bytes: Buffer): void {
    this.#isWriting = true;
    this.#write(bytes, (error) => {
      if (error) return;
      const next = this.#next();
      if (next === null) this.#isWriting = false;
      else this.#start(next);
      this.#onTaken(bytes.length);
      if (!this.#isWriting) this.#reportEmpty();
    });
  }

  #next(): Buffer | null {
    const next = this.#waiting.shift();
    if (next === undefined) return null;
    if (next === this.#block) this.#block = null;
    return next.bytes.subarray(0, next.used);
  }

  #reportEmpty(): void {
    const callback = this.#onEmpty;
    this.#onEmpty = null;
    callback?.();
  }
}
