/**
 * Protocol text and bytes. Protocol lines are kept as latin-1 strings (one char an octet, so nothing is lost) and are
 * turned into readable text only where a person sees them. Whole message bodies must never pass through here.
 */

const SLICE_OCTETS = 8192;

/** One char an octet. (`TextDecoder('latin1')` is windows-1252 and would lose octets 0x80–0x9F.) */
export function latin1FromBytes(bytes: Uint8Array): string {
  if (bytes.length <= SLICE_OCTETS) return chars(bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += SLICE_OCTETS) {
    text += chars(bytes.subarray(at, at + SLICE_OCTETS));
  }
  return text;
}

/** `Reflect.apply` rather than a spread: it runs once a status line, and a spread goes through the array's iterator. */
function chars(bytes: Uint8Array): string {
  return Reflect.apply(String.fromCharCode, undefined, bytes);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text where all octets are below 0x80, else null. For many lines at once this is the fast way. */
export function asciiText(bytes: Uint8Array): string | null {
  try {
    const text = strictUtf8.decode(bytes);
    // In UTF-8 whatever is not ASCII takes more octets than chars.
    return text.length === bytes.length ? text : null;
  } catch {
    return null;
  }
}

/** The inverse of latin1FromBytes. Chars above U+00FF keep only their low octet, so do not hand such text in. */
export function bytesFromLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const utf8Encoder = new TextEncoder();

/** UTF-8 octets of what a person typed. */
export function utf8FromText(text: string): Uint8Array<ArrayBuffer> {
  return utf8Encoder.encode(text);
}

// C0, DEL, C1, line and paragraph separators, and the bidi controls that would let a server reorder what is shown.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;

/** Octets above 0x7F that come only in pairs, two pairs at least, are GB2312: QQ and 163 refuse in it. Latin-1 mixes. */
const CHINESE = /^(?:[\0-\x7f]|(?:[\xa1-\xf7][\xa1-\xfe]){2,}(?![\x80-\xff]))+$/;

/** Older servers write in a national 8-bit set. */
function nationalText(latin1: string): string {
  return CHINESE.test(latin1) ? new TextDecoder('gb18030').decode(bytesFromLatin1(latin1)) : latin1;
}

/** What a server said, fit to be shown: UTF-8 when it is valid, else a national set; one line, no control characters. */
export function displayText(latin1: string, maxChars = 200): string {
  // Nearly every line of a transcript, of which a large fetch has tens of thousands.
  if (latin1.length <= maxChars && /^[ -~]*$/.test(latin1)) return latin1.trim();
  const bytes = bytesFromLatin1(latin1);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = nationalText(latin1);
  }
  const clean = text.replace(UNPRINTABLE, ' ').trim();
  return clean.length > maxChars ? `${clean.slice(0, maxChars - 1)}…` : clean;
}
