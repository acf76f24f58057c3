/**
 * Cuts what a POP3 client sends into lines. Knows no command: it only guards against lines that never end.
 */

const LF = 10;
const CR = 13;

/** A command line may have 255 octets (RFC 2449 §4), a SASL response 12,288 (RFC 5034 §4). */
export const MAX_LINE_OCTETS = 12_288;

/** A line without its line end, or null in place of one that was longer than the limit and was thrown away. */
export type ClientLine = Uint8Array | null;

/** Push chunks in, pull lines out. Accepts CRLF and bare LF. */
export class LineReader {
  #pending: Uint8Array = new Uint8Array(0);
  #skipping = false;

  /** Octets that wait for the end of their line, or for being pulled. */
  get pendingOctets(): number {
    return this.#pending.length;
  }

  push(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.#pending.length + chunk.length);
    joined.set(this.#pending);
    joined.set(chunk, this.#pending.length);
    this.#pending = joined;
  }

  /** The next whole line, or undefined when there is none yet. */
  next(): ClientLine | undefined {
    const end = this.#pending.indexOf(LF);
    if (end < 0) {
      this.#forgetEndless();
      return undefined;
    }
    const stop = end > 0 && this.#pending[end - 1] === CR ? end - 1 : end;
    const line = this.#pending.slice(0, stop);
    this.#pending = this.#pending.subarray(end + 1);
    const tooLong = this.#skipping || end + 1 > MAX_LINE_OCTETS;
    this.#skipping = false;
    return tooLong ? null : line;
  }

  /** Keeps memory flat while a line has no end: what is over the limit is dropped up to the next LF. */
  #forgetEndless(): void {
    if (this.#pending.length <= MAX_LINE_OCTETS) return;
    this.#skipping = true;
    this.#pending = new Uint8Array(0);
  }
}
