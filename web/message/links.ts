/**
 * Finds http, https and mailto links in plain text. Nothing else is ever a link: no other scheme, no guess from a bare
 * word. One pass with a pattern that cannot go back, whatever the text.
 */

/** A run of text, or a link with the address it leads to. Joined, the texts are the input. */
export type LinkSegment = { text: string } | { text: string; href: string };

/** Ends at white space, brackets and quotes of any kind, controls, and characters that turn the direction of text. */
const CANDIDATE =
  /(?:https?:\/\/|mailto:)[^\s<>"`{}|\\^\p{Cc}\xA0«»“”„‘‚‹›\u061C\u200B-\u200F\u2028-\u202F\u2060-\u206F\u3000-\u3003\u3008-\u3011\uFEFF\uFF01\uFF08\uFF09\uFF0C\uFF1A\uFF1B\uFF1F]+/giu;
/** A link does not start within a word: `xhttp://` is none. */
const WORD_BEFORE = /[\p{L}\p{N}_]$/u;
const MAX_LINK_CHARS = 4096;

/** Cuts `text` into runs of text and links. */
export function linkify(text: string): LinkSegment[] {
  const segments: LinkSegment[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const link = trimEnd(match[0]);
    const before = text.slice(Math.max(0, match.index - 2), match.index);
    if (link.length > MAX_LINK_CHARS || WORD_BEFORE.test(before) || !isWhole(link)) continue;
    if (match.index > from) segments.push({ text: text.slice(from, match.index) });
    segments.push({ text: link, href: link });
    from = match.index + link.length;
  }
  if (from < text.length) segments.push({ text: text.slice(from) });
  return segments;
}

/** Has something to go to: a host, or an address. */
function isWhole(link: string): boolean {
  return (
    /^https?:\/\/[^/?#.:@[\]][^/?#]*/i.test(link) ||
    /^mailto:[^@?]+@[^@?]+/i.test(link) ||
    /^https?:\/\/\[[\da-f:.]+\]/i.test(link)
  );
}

/** The punctuation of the sentence is not the link's; a closing bracket is only if it was opened within. */
function trimEnd(candidate: string): string {
  const opened = { ')': count(candidate, '('), ']': count(candidate, '[') };
  const closed = { ')': count(candidate, ')'), ']': count(candidate, ']') };
  let end = candidate.length;
  for (; end > 0; end--) {
    const char = candidate.charAt(end - 1);
    if (char === ')' || char === ']') {
      if (closed[char] <= opened[char]) break;
      closed[char]--;
    } else if (!".,;:!?'*_~…。、".includes(char)) break;
  }
  return candidate.slice(0, end);
}

function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found++;
  return found;
}
