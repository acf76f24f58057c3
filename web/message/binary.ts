/**
 * Octets as text with one char per octet ("binary string"), so that offsets in the text are offsets in the octets.
 * Header blocks are cut in this form; charsets come later. Knows nothing of mail.
 */
import { latin1FromBytes } from '../wire/ascii.ts';

const asciiDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The octets [start, end) with one char each. `ascii` promises that all are below 0x80 and takes the fast way. */
export function binaryText(raw: Uint8Array, start: number, end: number, ascii: boolean): string {
  const octets = raw.subarray(start, end);
  return ascii ? asciiDecoder.decode(octets) : latin1FromBytes(octets);
}
