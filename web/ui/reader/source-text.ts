/** Raw octets as text for the source view. Pure. */

/** UTF-8 where it is, else one character an octet: no octet is lost, and control characters are made visible. */
export function decodeSource(octets: Uint8Array<ArrayBuffer>): string {
  return decode(octets)
    .replace(/\r\n/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, visible);
}

/** The pictures of control characters begin at U+2400; those of DEL stand apart. The second set of controls has none. */
function visible(control: string): string {
  const code = control.charCodeAt(0);
  if (code === 0x7f) return '\u2421';
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : control;
}

function decode(octets: Uint8Array<ArrayBuffer>): string {
  try {
    // `stream` forgives a character that is cut at the end of the piece that is shown.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(octets);
  }
}
