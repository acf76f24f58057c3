/**
 * Finds addresses in plain text. Only http, https and mailto become links; what a person sees is exactly what stood in
 * the mail. Linear in the length of the text. Pure; knows no markup.
 */

export type Piece = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

/** Longer ones are text: no person reads them, and no browser takes some of them. */
const MAX_LINK = 2_048;

// One pass, no nested quantifiers: a candidate is a run without white space, quotes, angle brackets, controls or
// characters that turn the writing direction (they could show another address than the one behind the link).
const CANDIDATE =
  /(?<![A-Za-z0-9_@./-])(?:https?:\/\/|www\.|mailto:)[^\s<>"“”«»`\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]+|(?<![\p{L}\p{N}._%+@/-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/giu;

export function linkify(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    if (match[0].length > MAX_LINK) continue;
    const shown = withoutTrailing(match[0]);
    const href = hrefOf(shown);
    if (href === null) continue;
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index) });
    pieces.push({ kind: 'link', text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

const OPENING: Readonly<Record<string, string>> = {
  ')': '(',
  ']': '[',
  '}': '{',
  '）': '（',
  '」': '「',
  '】': '【',
};

/** A sentence's own punctuation after an address, and a bracket that was opened before it, are not part of it. */
function withoutTrailing(candidate: string): string {
  let shown = candidate;
  for (;;) {
    const last = shown.at(-1) ?? '';
    const opening = OPENING[last];
    const unopened = opening !== undefined && count(shown, last) > count(shown, opening);
    if (!unopened && !/[.,;:!?'’*_~|、。，！？]/u.test(last)) return shown;
    shown = shown.slice(0, -1);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function hrefOf(shown: string): string | null {
  if (!shown.includes(':') && shown.includes('@')) return `mailto:${encodeURI(shown)}`;
  const address = /^www\./i.test(shown) ? `https://${shown}` : shown;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol === 'mailto:') return url.pathname.includes('@') ? url.href : null;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // `https://bank.example@evil.example/` leads to evil.example: what looks like the host is a user name.
  if (url.username !== '' || url.password !== '') return null;
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?$/.test(url.hostname)) return null;
  return url.href;
}
