/**
 * What travels through the tunnels of the soak: bytes that follow from a seed, so that each end can tell of every octet
 * whether it is the right one in the right place. Knows no sockets.
 */
import { seeded } from '../support/seeded.ts';

/** A prime, so that no size of a buffer or frame goes into it, and a part lost or sent twice never fits. */
const BLOCK_OCTETS = 1_048_573;
/** The most that `next` hands out at once. */
const MAX_PIECE_OCTETS = 64 * 1024;

export type Direction = 'down' | 'up';

export class Content {
  readonly #seed: number;
  /** The block, and its beginning once more, so that a piece over the end is one piece. */
  readonly #block = Buffer.alloc(BLOCK_OCTETS + MAX_PIECE_OCTETS);

  constructor(seed: number) {
    this.#seed = seed;
    const random = seeded(seed);
    for (let at = 0; at < BLOCK_OCTETS; at += 1) this.#block[at] = Math.floor(random() * 256);
    this.#block.copy(this.#block, BLOCK_OCTETS, 0, MAX_PIECE_OCTETS);
  }

  /** What tunnel `id` carries in this direction; sender and receiver take one each. */
  stream(id: number, direction: Direction): ContentStream {
    const random = seeded(this.#seed ^ Math.imul(2 * id + (direction === 'up' ? 1 : 0), 0x9e3779b1));
    return new ContentStream(this.#block, Math.floor(random() * BLOCK_OCTETS));
  }
}

export class ContentStream {
  readonly #block: Buffer;
  readonly #start: number;
  /** Sent, or found right. */
  octets = 0;

  constructor(block: Buffer, start: number) {
    this.#block = block;
    this.#start = start;
  }

  /** The next octets, `octets` at most. */
  next(octets: number): Buffer {
    const at = (this.#start + this.octets) % BLOCK_OCTETS;
    const piece = this.#block.subarray(at, at + Math.min(octets, MAX_PIECE_OCTETS));
    this.octets += piece.length;
    return piece;
  }

  /** Are these the next octets? */
  continuesWith(bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length; at += MAX_PIECE_OCTETS) {
      const part = bytes.subarray(at, at + MAX_PIECE_OCTETS);
      if (!this.next(part.length).equals(part)) return false;
    }
    return true;
  }
}
