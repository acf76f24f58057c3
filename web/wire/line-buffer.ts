/**
 * LineBuffer: incremental splitting of a byte stream into protocol lines. A line ends at LF; one CR before it belongs
 * to the line end. Lines longer than the limit are refused, so that a hostile server cannot fill the memory.
 * It must not know what a line means, and it is not for message bodies: see dot-decoder.
 */
import { PoplarError } from '../errors.ts';
import type { Cursor } from './cursor.ts';

const LF = 10;
const CR = 13;

/** Far above the 512 octets of RFC 2449 §4, because real servers exceed those, and far below what hurts. */
export const MAX_LINE_OCTETS = 64 * 1024;

export class LineBuffer {
  readonly #limitOctets: number;
  readonly #tooLong: (limitOctets: number) => PoplarError;
  #held = new Uint8Array(256);
  #heldOctets = 0;

  constructor(limitOctets: number = MAX_LINE_OCTETS, tooLong = lineTooLong) {
    this.#limitOctets = limitOctets;
    this.#tooLong = tooLong;
  }

  /** Octets of a line whose end has not come yet. */
  get heldOctets(): number {
    return this.#heldOctets;
  }

  /** What has come of the unfinished line; valid until the next call. */
  get held(): Uint8Array {
    return this.#held.subarray(0, this.#heldOctets);
  }

  /**
   * The next line without its end, or null when the chunk is used up. The view is valid until the next call.
   * Throws `protocol-error`, or what the owner makes of it, when a line exceeds the limit.
   */
  next(cursor: Cursor): Uint8Array | null {
    const { bytes, at } = cursor;
    const lf = bytes.indexOf(LF, at);
    const end = lf < 0 ? bytes.length : lf;
    if (this.#heldOctets + end - at > this.#limitOctets) throw this.#tooLong(this.#limitOctets);
    cursor.at = lf < 0 ? bytes.length : lf + 1;
    if (lf >= 0 && this.#heldOctets === 0) return bytes.subarray(at, lineEnd(bytes, at, lf));
    this.#hold(bytes.subarray(at, end));
    if (lf < 0) return null;
    const octets = this.#heldOctets;
    this.#heldOctets = 0;
    return this.#held.subarray(0, lineEnd(this.#held, 0, octets));
  }

  #hold(piece: Uint8Array): void {
    const needed = this.#heldOctets + piece.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(Math.max(needed, this.#held.length * 2));
      grown.set(this.held);
      this.#held = grown;
    }
    this.#held.set(piece, this.#heldOctets);
    this.#heldOctets = needed;
  }
}

/** Where a line ends that runs from `from` to before `end`: one CR there belongs to the line end. */
function lineEnd(bytes: Uint8Array, from: number, end: number): number {
  return end > from && bytes[end - 1] === CR ? end - 1 : end;
}

function lineTooLong(limitOctets: number): PoplarError {
  return new PoplarError('protocol-error', 'maildrop', { detail: { what: 'line-too-long', limitOctets } });
}
