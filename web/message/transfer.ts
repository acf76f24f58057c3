/**
 * Content transfer encodings (RFC 2045 §6) over a slice that may be cut anywhere and may be broken anywhere: what
 * cannot be decoded stays or is skipped, nothing throws.
 */

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

/** Octets of base64 text; foreign octets are skipped (RFC 2045 §6.8), padding starts a new quantum. */
export function decodeBase64(encoded: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(Math.ceil((encoded.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < encoded.length; i++) {
    const octet = encoded[i] ?? 0;
    const value = BASE64[octet] ?? 255;
    if (value === 255) {
      if (octet === 0x3d) count = 0;
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

/** Octets of quoted-printable text (RFC 2045 §6.7); a `=` that encodes nothing stays as it is. */
export function decodeQuotedPrintable(encoded: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(encoded.length);
  let length = 0;
  for (let i = 0; i < encoded.length; i++) {
    const octet = encoded[i] ?? 0;
    if (octet !== 0x3d) {
      out[length++] = octet;
      continue;
    }
    const high = HEX[encoded[i + 1] ?? 0] ?? 255;
    const low = HEX[encoded[i + 2] ?? 0] ?? 255;
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

/** Decodes by the value of Content-Transfer-Encoding; 7bit, 8bit, binary and unknown ones are the octets themselves. */
export function decodeTransfer(encoded: Uint8Array, encoding: string): Uint8Array {
  const token = /[a-z][\w-]*/i.exec(encoding)?.[0].toLowerCase();
  if (token === 'base64') return decodeBase64(encoded);
  return token === 'quoted-printable' ? decodeQuotedPrintable(encoded) : encoded;
}
