/** Raw octets as text for the source view. Pure. */

/** UTF-8 where it is, else one character an octet: no octet is lost, and control characters are made visible. */
export function decodeSource(octets: Uint8Array<ArrayBuffer>): string {
  return decode(octets)
    .replace(/\r\n/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, (control) =>
      control === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + control.charCodeAt(0)),
    );
}

function decode(octets: Uint8Array<ArrayBuffer>): string {
  try {
    // `stream` forgives a character that is cut at the end of the piece that is shown.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(octets);
  }
}
