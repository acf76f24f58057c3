/** Small tools for text that people see: folding white space, and cutting without breaking a character in two. */

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** How much around the cut is looked at to find a whole character. */
const LOOK_CHARS = 64;
const TO_FOLD = /\s\s|[^\S ]|\p{Cc}/u;
const FOLD = /[\s\p{Cc}]+/gu;

/** At most `limit` UTF-16 units, ending on a whole grapheme (no half emoji, no orphaned accent). */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const from = Math.max(0, limit - LOOK_CHARS);
  const around = text.slice(from, limit + LOOK_CHARS);
  if (/^[\x20-\x7E]*$/.test(around)) return text.slice(0, limit);
  const grapheme = segmenter.segment(around).containing(limit - from);
  return text.slice(0, from + (grapheme?.index ?? limit - from));
}

/** One line: control characters and white space become single spaces, ends are trimmed, length is cut. */
export function cleanText(text: string, limit: number): string {
  const bounded = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
  return cutText((TO_FOLD.test(bounded) ? bounded.replace(FOLD, ' ') : bounded).trim(), limit);
}
