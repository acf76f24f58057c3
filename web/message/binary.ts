/**
 * Octets as text with one char per octet ("binary string"), so that offsets in the text are offsets in the octets.
 * Header blocks are cut in this form; charsets come later. Knows nothing of mail.
 */
import { latin1FromBytes } from '../wire/ascii.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

export interface BinaryText {
  readonly text: string;
  /** Some octet is above 0x7F. */
  readonly eightBit: boolean;
}

/** The octets [start, end) with one char each. */
export function binaryText(raw: Uint8Array, start: number, end: number): BinaryText {
  const octets = raw.subarray(start, end);
  // Nearly all headers are ASCII, and nothing makes text of that faster than a decoder. Anything else shows: characters
  // of several octets shorten the text, and broken ones become U+FFFD.
  const text = utf8.decode(octets);
  if (text.length === octets.length && !text.includes('\uFFFD')) return { text, eightBit: false };
  return { text: latin1FromBytes(octets), eightBit: true };
}
