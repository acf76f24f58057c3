/**
 * Octets as text with one char per octet ("binary string"), so that offsets in the text are offsets in the octets.
 * Header blocks are cut in this form; charsets come later. Knows nothing of mail.
 */

/** Arguments per fromCharCode call: far below every engine's limit. */
const CHUNK_OCTETS = 8192;
const asciiDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The octets [start, end) with one char each. `ascii` promises that all are below 0x80 and takes the fast way. */
export function binaryText(raw: Uint8Array, start: number, end: number, ascii: boolean): string {
  if (ascii) return asciiDecoder.decode(raw.subarray(start, end));
  let text = '';
  for (let at = start; at < end; at += CHUNK_OCTETS) {
    text += String.fromCharCode(...raw.subarray(at, Math.min(end, at + CHUNK_OCTETS)));
  }
  return text;
}

/** The octets of a binary string. Chars above 0xFF lose their high bits: hand in binary strings only. */
export function binaryOctets(text: string): Uint8Array<ArrayBuffer> {
  const octets = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) octets[i] = text.charCodeAt(i);
  return octets;
}
