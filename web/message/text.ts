/** Small tools for text that people see: folding white space, and cutting without breaking a character in two. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** How much around the cut is looked at to find a whole character. */
const LOOK_CHARS = 64;
const TO_FOLD = /\s\s|[^\S ]|\p{Cc}/u;
const FOLD = /[\s\p{Cc}]+/gu;

/** At most `limit` UTF-16 units, ending on a whole grapheme (no half emoji, no orphaned accent). */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (isPlain(text.charCodeAt(limit - 1)) && isPlain(text.charCodeAt(limit))) return text.slice(0, limit);
  const from = Math.max(0, limit - LOOK_CHARS);
  const around = text.slice(from, limit + LOOK_CHARS);
  const grapheme = segmenter.segment(around).containing(limit - from);
  return text.slice(0, from + (grapheme?.index ?? limit - from));
}

/** Latin letters, digits and signs: between two of them one character always ends and the next begins. */
function isPlain(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || (code > 0xad && code < 0x300);
}

/** One line: control characters and white space become single spaces, ends are trimmed, length is cut. */
export function cleanText(text: string, limit: number): string {
  const bounded = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
  return cutText((TO_FOLD.test(bounded) ? bounded.replace(FOLD, ' ') : bounded).trim(), limit);
}
