/** Raw messages for the tests of this room: written as text, one char per octet, LF for CRLF. */

/** Octets of text whose chars are all below 0x100; bare LF become CRLF. */
export function raw(text: string): Uint8Array<ArrayBuffer> {
  return exact(text.replace(/\r?\n/g, '\r\n'));
}

/** Octets of text, line ends untouched. */
export function exact(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** UTF-8 octets as a binary string, to be put into `raw`. */
export function utf8(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text));
}
