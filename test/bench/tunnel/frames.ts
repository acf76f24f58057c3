/**
 * WebSocket frames (RFC 6455 §5) as cheaply as a load generator can have them: built and masked once and sent again and
 * again; read in place, without a copy. Knows nothing of what is inside.
 */

/** Not zero: servers may skip the work for a key of zero, and no browser uses one. */
const MASK_KEY = Buffer.from([0x5a, 0xc3, 0x3c, 0xa5]);

export const TEXT = 1;
export const BINARY = 2;

/** One whole frame from a client, header and masked payload. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
  const header = Buffer.concat([Buffer.from([0x80 | opcode]), lengthField(payload.length), MASK_KEY]);
  return Buffer.concat([header, payload.map((octet, i) => octet ^ (MASK_KEY[i & 3] ?? 0))]);
}

function lengthField(octets: number): Buffer {
  if (octets < 126) return Buffer.from([0x80 | octets]);
  const field = Buffer.alloc(octets < 65_536 ? 3 : 9);
  field[0] = 0x80 | (octets < 65_536 ? 126 : 127);
  if (octets < 65_536) field.writeUInt16BE(octets, 1);
  else field.writeBigUInt64BE(BigInt(octets), 1);
  return field;
}

/** A part of a frame's payload: the octets `start` to `end` of `buffer`, which stand at `offset` in the frame. */
export interface Piece {
  opcode: number;
  offset: number;
  frameOctets: number;
  buffer: Buffer;
  start: number;
  end: number;
}

/** Reads unmasked frames. The piece it hands out is the same object every time. */
export class FrameReader {
  readonly #onPiece: (piece: Piece) => void;
  readonly #piece: Piece = {
    opcode: 0,
    offset: 0,
    frameOctets: 0,
    buffer: Buffer.alloc(0),
    start: 0,
    end: 0,
  };
  readonly #header = Buffer.alloc(10);
  #headerOctets = 0;
  #isInPayload = false;

  constructor(onPiece: (piece: Piece) => void) {
    this.#onPiece = onPiece;
  }

  push(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end)
      at = this.#isInPayload ? this.#readPayload(buffer, at, end) : this.#readHeader(buffer, at);
  }

  #readHeader(buffer: Buffer, at: number): number {
    this.#header[this.#headerOctets] = buffer[at] ?? 0;
    this.#headerOctets += 1;
    const octets = this.#payloadOctets();
    if (octets !== null) {
      this.#piece.opcode = (this.#header[0] ?? 0) & 0x0f;
      this.#piece.frameOctets = octets;
      this.#piece.offset = 0;
      this.#headerOctets = 0;
      this.#isInPayload = octets > 0;
    }
    return at + 1;
  }

  /** Null as long as the header is not complete. */
  #payloadOctets(): number | null {
    if (this.#headerOctets < 2) return null;
    const short = (this.#header[1] ?? 0) & 0x7f;
    if (short < 126) return short;
    if (short === 126) return this.#headerOctets < 4 ? null : this.#header.readUInt16BE(2);
    return this.#headerOctets < 10 ? null : Number(this.#header.readBigUInt64BE(2));
  }

  #readPayload(buffer: Buffer, at: number, end: number): number {
    const piece = this.#piece;
    const octets = Math.min(end - at, piece.frameOctets - piece.offset);
    piece.buffer = buffer;
    piece.start = at;
    piece.end = at + octets;
    this.#onPiece(piece);
    piece.offset += octets;
    this.#isInPayload = piece.offset < piece.frameOctets;
    return at + octets;
  }
}
