/** Base64 (RFC 4648 §4) over bytes, as SASL needs it. Made for short values: it goes through a string. */
import { bytesFromLatin1, latin1FromBytes } from './ascii.ts';

export function base64FromBytes(bytes: Uint8Array): string {
  return btoa(latin1FromBytes(bytes));
}

/** The decoded octets, or null when the text is not base64. White space and missing padding are accepted. */
export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return bytesFromLatin1(atob(text));
  } catch {
    return null; // atob has this one error: a character or a length that base64 does not have.
  }
}
