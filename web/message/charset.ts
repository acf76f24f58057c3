/**
 * Charset labels as mail uses them, and text from octets whose label is missing, wrong or a lie.
 * Everything ends in the platform's TextDecoder; nothing here throws.
 */

/** Labels that TextDecoder does not list but whose encoding it has. Keys are lower case without separators. */
const ALIASES: Readonly<Record<string, string>> = {
  '646': 'windows-1252',
  ansix34: 'windows-1252',
  cp932: 'shift_jis',
  windows932: 'shift_jis',
  windows31j: 'shift_jis',
  mskanji: 'shift_jis',
  shiftjis: 'shift_jis',
  eucjp: 'euc-jp',
  cp51932: 'euc-jp',
  iso2022jp: 'iso-2022-jp',
  iso2022jp1: 'iso-2022-jp',
  iso2022jp2: 'iso-2022-jp',
  iso2022jpms: 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  cp936: 'gbk',
  ms936: 'gbk',
  windows936: 'gbk',
  euccn: 'gbk',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  euckr: 'euc-kr',
  cp950: 'big5',
  ms950: 'big5',
  windows950: 'big5',
  cp874: 'windows-874',
  tis620: 'windows-874',
  iso88598i: 'iso-8859-8-i',
  iso88598e: 'iso-8859-8',
  latin1: 'windows-1252',
  utf8mb4: 'utf-8',
  unicode: 'utf-16le',
  macroman: 'macintosh',
};

/** Labels that say nothing about octets above 0x7F, whatever the sender meant. */
const SAYS_NOTHING = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'unknown',
  'unknown-8bit',
  'x-unknown',
  '8bit',
  'default',
]);

const decoders = new Map<string, TextDecoder | null>();
/** A message can make up labels without end; only so many are remembered. */
const REMEMBERED_LABELS = 128;
const MAX_LABEL_CHARS = 40;

/** A decoder for the label as found in mail, or null when neither it nor an alias is known. Shared: never stream. */
export function decoderFor(label: string): TextDecoder | null {
  if (label.length > MAX_LABEL_CHARS) return null;
  const known = decoders.get(label);
  if (known !== undefined) return known;
  const decoder = makeDecoder(label.trim().toLowerCase());
  // Chromium's decoder for ISO-2022-JP begins its second text with U+FFFD: it remembers how the first one ended.
  const reusable = decoder?.encoding !== 'iso-2022-jp';
  if (reusable && decoders.size < REMEMBERED_LABELS) decoders.set(label, decoder);
  return decoder;
}

function makeDecoder(label: string): TextDecoder | null {
  const bare = label.replace(/^(?:x-|cs)/, '').replace(/[\s._-]+/g, '');
  const iso = /^iso8859(\d{1,2})$/.exec(bare)?.[1];
  const windows = /^(?:cp|windows|win|ms)(125\d)$/.exec(bare)?.[1];
  const candidates = [label, ALIASES[bare], iso && `iso-8859-${iso}`, windows && `windows-${windows}`, bare];
  for (const candidate of candidates) {
    if (!candidate) continue;
    try {
      return new TextDecoder(candidate);
    } catch {
      // Not a label of the WHATWG Encoding Standard: the next candidate.
    }
  }
  return null;
}

const utf8 = new TextDecoder('utf-8');
const latin = new TextDecoder('windows-1252');

/** True when the octets are UTF-8. `cut`: they are a slice, so an incomplete character at the end is forgiven. */
export function isUtf8(octets: Uint8Array, cut = false): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

/** Some octets are broken, but chance does not make that many characters. */
function isMostlyUtf8(decoded: string): boolean {
  const broken = decoded.match(/\uFFFD/g)?.length ?? 0;
  const whole = decoded.match(/[\x80-\uFFFC]/g)?.length ?? 0;
  return whole > broken;
}

/** Text from octets with no usable label: UTF-8 if they are that, else `hint` if it fits, else windows-1252. */
export function guessText(octets: Uint8Array, hint: string | null, cut = false): string {
  const text = utf8.decode(octets);
  if (!text.includes('\uFFFD') || isUtf8(octets, cut) || isMostlyUtf8(text)) return text;
  const hinted = hint === null || saysNothing(hint) ? null : decoderFor(hint);
  if (hinted !== null && hinted.encoding !== 'utf-8') {
    const guess = hinted.decode(octets);
    if (!guess.includes('\uFFFD')) return guess;
  }
  return latin.decode(octets);
}

/** Text from octets of a labelled part; a missing or unknown label, or a false utf-8, is guessed around. */
export function decodeText(octets: Uint8Array, label: string | null, cut = false): string {
  const decoder = label === null || saysNothing(label) ? null : decoderFor(label);
  if (decoder === null || decoder.encoding === 'utf-8') return guessText(octets, null, cut);
  return decoder.decode(octets);
}

/** Whether the label leaves 8-bit octets undefined, as `us-ascii` does. */
export function saysNothing(label: string): boolean {
  return SAYS_NOTHING.has(label.trim().toLowerCase());
}
