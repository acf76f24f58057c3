/**
 * DotDecoder: takes the body of a multi-line response out of a byte stream (RFC 1939 §3; SMTP's DATA has the same
 * form). It ends at a line that is exactly `.`, and undoes byte-stuffing. It hands out views of the chunks it is given:
 * nothing is copied, nothing becomes a string, and no line is too long for it.
 *
 * Only `..` at a line's start loses its first dot. A right server cannot send a lone `.x`, so a lone dot came from a
 * server that forgot to stuff, and keeping it repairs the message.
 */
import type { Cursor } from './cursor.ts';

const LF = 10;
const CR = 13;
const DOT = 46;

// What a dot at a line's start turns out to be is only known an octet or two later, perhaps in the next chunk. These
// are handed out when it was text after all.
const DOT_BYTES = Uint8Array.of(DOT);
const DOT_CR_BYTES = Uint8Array.of(DOT, CR);

/** Where the decoder stands: inside a line, at its start, or after `.` or `.` CR at its start. */
type Position = 'in-line' | 'line-start' | 'after-dot' | 'after-dot-cr';

export class DotDecoder {
  #position: Position = 'line-start';
  #ended = false;

  /** The terminating line was read; the cursor stands right behind it. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Makes it ready for another body. */
  reset(): void {
    this.#position = 'line-start';
    this.#ended = false;
  }

  /** The next piece of the body (never empty), or null: the body has ended, or the chunk is used up. */
  next(cursor: Cursor): Uint8Array | null {
    while (!this.#ended && cursor.at < cursor.bytes.length) {
      const piece = this.#position === 'in-line' ? this.#text(cursor) : this.#lineStart(cursor);
      if (piece !== null) return piece;
    }
    return null;
  }

  /** Inside a line: everything up to the next line that begins with a dot and needs a closer look. */
  #text(cursor: Cursor): Uint8Array {
    const { bytes, at } = cursor;
    const lf = indexOfDottedLine(bytes, at);
    const end = lf < 0 ? bytes.length : lf + 1;
    if (lf >= 0) this.#position = 'line-start';
    cursor.at = end;
    return bytes.subarray(at, end);
  }

  /** One octet further into what may become the terminator; a piece when it turned out to be text. */
  #lineStart(cursor: Cursor): Uint8Array | null {
    const octet = cursor.bytes[cursor.at];
    switch (this.#position) {
      case 'after-dot':
        return this.#afterDot(octet, cursor);
      case 'after-dot-cr':
        return this.#afterDotCr(octet, cursor);
      default:
        if (octet === DOT) {
          this.#position = 'after-dot';
          cursor.at++;
        } else {
          this.#position = 'in-line';
        }
        return null;
    }
  }

  #afterDot(octet: number | undefined, cursor: Cursor): Uint8Array | null {
    if (octet === LF) return this.#end(cursor);
    if (octet === CR) {
      this.#position = 'after-dot-cr';
      cursor.at++;
      return null;
    }
    this.#position = 'in-line';
    return octet === DOT ? null : DOT_BYTES; // RFC 1939 §3: `..` was stuffed, the text begins at the second dot
  }

  #afterDotCr(octet: number | undefined, cursor: Cursor): Uint8Array | null {
    if (octet === LF) return this.#end(cursor);
    this.#position = 'in-line';
    return DOT_CR_BYTES;
  }

  #end(cursor: Cursor): null {
    cursor.at++;
    this.#ended = true;
    return null;
  }
}

/**
 * Index of the LF before a line that begins with a dot and needs a closer look (terminator, stuffed, or cut off by the
 * chunk's end), or -1. Of the three octets LF, dot and CR, LF or dot, one always stands at every third place, so only
 * every third octet is looked at: that is what makes it run at gigabytes a second.
 */
function indexOfDottedLine(bytes: Uint8Array, from: number): number {
  const length = bytes.length;
  for (let at = from + 2; at < length; at += 3) {
    const octet = bytes[at] ?? 0;
    if (octet > CR && octet !== DOT) continue;
    if (bytes[at - 1] === DOT && bytes[at - 2] === LF) return at - 2;
    if (octet === DOT && bytes[at - 1] === LF) return at - 1;
    if (octet === LF && bytes[at + 1] === DOT) return at;
  }
  if (bytes[length - 1] === LF) return length - 1;
  return length - 2 >= from && bytes[length - 1] === DOT && bytes[length - 2] === LF ? length - 2 : -1;
}
