/**
 * Content transfer encodings (RFC 2045 §6) over a slice that may be cut anywhere and may be broken anywhere: what
 * cannot be decoded stays or is skipped, nothing throws.
 */

const EQUALS = 0x3d;
const BASE64 = new Uint8Array(256).fill(255);
for (let i = 0; i < 64; i++) {
  BASE64['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.charCodeAt(i)] = i;
}
BASE64[0x2d] = 62; // `-` and `_` of the URL alphabet turn up in mail too
BASE64[0x5f] = 63;

const HEX = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) {
  HEX['0123456789abcdef'.charCodeAt(i)] = i;
  HEX['0123456789ABCDEF'.charCodeAt(i)] = i;
}

/**
 * Octets of base64 text; foreign octets are skipped (RFC 2045 §6.8), padding starts a new quantum. `room` is as for
 * decodeTransfer.
 */
export function decodeBase64(encoded: Uint8Array, room?: Uint8Array): Uint8Array {
  const out = room ?? new Uint8Array(Math.ceil((encoded.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < encoded.length; i++) {
    const octet = encoded[i] ?? 0;
    const value = BASE64[octet] ?? 255;
    if (value === 255) {
      if (octet === EQUALS) count = 0;
      continue;
    }
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[length++] = (bits >> count) & 0xff;
  }
  return out.subarray(0, length);
}

/**
 * Octets of quoted-printable text (RFC 2045 §6.7); a `=` that encodes nothing stays as it is. Without any `=` they are the
 * very same array. `room` is as for decodeTransfer.
 */
export function decodeQuotedPrintable(encoded: Uint8Array, room?: Uint8Array): Uint8Array {
  const first = encoded.indexOf(EQUALS);
  if (first < 0) return encoded;
  const out = room ?? new Uint8Array(encoded.length);
  out.set(encoded);
  let length = first;
  for (let i = first; i < encoded.length; i++) {
    const octet = encoded[i] ?? 0;
    if (octet !== EQUALS) {
      out[length++] = octet;
      continue;
    }
    const whole = i + 2 < encoded.length;
    const high = whole ? (HEX[encoded[i + 1] ?? 0] ?? 255) : 255;
    const low = whole ? (HEX[encoded[i + 2] ?? 0] ?? 255) : 255;
    if (high < 16 && low < 16) {
      out[length++] = high * 16 + low;
      i += 2;
      continue;
    }
    const lineEnd = softBreakEnd(encoded, i + 1);
    if (lineEnd < 0) out[length++] = octet;
    else i = lineEnd;
  }
  return out.subarray(0, length);
}

/** Index of the LF that ends a soft line break whose `=` stands before `at`, or -1. */
function softBreakEnd(encoded: Uint8Array, at: number): number {
  for (let i = at; i < encoded.length && i < at + 80; i++) {
    const octet = encoded[i];
    if (octet === 0x0a) return i;
    if (octet !== 0x0d && octet !== 0x20 && octet !== 0x09) return -1;
  }
  return -1;
}

/** The first word of the value counts; what stands around it does not. */
const IS_BASE64 = /^[^a-z]*base64(?![\w-])/i;
const IS_QUOTED_PRINTABLE = /^[^a-z]*quoted-printable(?![\w-])/i;

/**
 * Decodes by the value of Content-Transfer-Encoding; 7bit, 8bit, binary and unknown ones are the octets themselves.
 * `room` is an array at least as long as `encoded`, for callers who need the octets only until the next call: a new
 * array costs more than what is decoded into it when it is short.
 */
export function decodeTransfer(encoded: Uint8Array, encoding: string, room?: Uint8Array): Uint8Array {
  if (IS_QUOTED_PRINTABLE.test(encoding)) return decodeQuotedPrintable(encoded, room);
  return IS_BASE64.test(encoding) ? decodeBase64(encoded, room) : encoded;
}
