/**
 * MessageCollector: the pieces of one message, made whole with a single copy at its end. Beyond its limit it keeps
 * nothing and only counts, so that an endless message costs no memory.
 */

/** Pieces below this size are copied together at once: a view would hold a whole chunk for a few octets. */
const SMALL_OCTETS = 1024;
const BLOCK_OCTETS = 64 * 1024;

/** Messages up to this size share buffers: an allocation for each costs more than its copy, most of it later. */
const SHARING_OCTETS = 128 * 1024;
const SHARED_OCTETS = 512 * 1024;

export class MessageCollector {
  readonly #limitOctets: number;
  #pieces: Uint8Array[] = [];
  /** Small pieces gather here; `#block.subarray(#blockStart, #blockEnd)` is not in #pieces yet. */
  #block: Uint8Array = new Uint8Array(0);
  #blockStart = 0;
  #blockEnd = 0;
  /** Where messages go; `#shared.subarray(#sharedEnd)` is free. */
  #shared = new Uint8Array(0);
  #sharedEnd = 0;
  #octets = 0;

  constructor(limitOctets: number) {
    this.#limitOctets = limitOctets;
  }

  /** Octets that came, kept or not. */
  get octets(): number {
    return this.#octets;
  }

  get tooLarge(): boolean {
    return this.#octets > this.#limitOctets;
  }

  add(piece: Uint8Array): void {
    this.#octets += piece.length;
    if (this.tooLarge) return this.#forget();
    if (piece.length < SMALL_OCTETS) return this.#addSmall(piece);
    this.#closeBlock();
    this.#pieces.push(piece);
  }

  /**
   * The message, and a fresh start. Not to be called when it is too large. It may share its buffer with the messages
   * before and after it: whoever keeps one small message for long keeps half a megabyte.
   */
  take(): Uint8Array<ArrayBuffer> {
    this.#closeBlock();
    const message = this.#room(this.#octets);
    let at = 0;
    for (const piece of this.#pieces) {
      message.set(piece, at);
      at += piece.length;
    }
    this.reset();
    return message;
  }

  reset(): void {
    this.#forget();
    this.#octets = 0;
  }

  #room(octets: number): Uint8Array<ArrayBuffer> {
    if (octets > SHARING_OCTETS) return new Uint8Array(octets);
    if (this.#sharedEnd + octets > this.#shared.length) {
      // Whoever takes one message only gets no more than its size.
      this.#shared = new Uint8Array(this.#shared.length === 0 ? octets : SHARED_OCTETS);
      this.#sharedEnd = 0;
    }
    this.#sharedEnd += octets;
    return this.#shared.subarray(this.#sharedEnd - octets, this.#sharedEnd);
  }

  #addSmall(piece: Uint8Array): void {
    if (this.#blockEnd + piece.length > this.#block.length) {
      this.#closeBlock();
      this.#block = new Uint8Array(BLOCK_OCTETS);
      this.#blockStart = this.#blockEnd = 0;
    }
    this.#block.set(piece, this.#blockEnd);
    this.#blockEnd += piece.length;
  }

  #closeBlock(): void {
    if (this.#blockEnd > this.#blockStart)
      this.#pieces.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }

  #forget(): void {
    this.#pieces = [];
    this.#blockStart = this.#blockEnd = 0;
  }
}
