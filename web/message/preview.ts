/**
 * The preview line of a list row: the first words somebody wrote, not what they quoted, signed with or padded with.
 * Takes plain text; HTML goes through html-text first.
 */
import { cleanText } from './text.ts';

export const PREVIEW_CHARS = 200;

/** `On … wrote:` in the languages of the large mailers; needs the colon at the end of the line. */
const ATTRIBUTION =
  /^\s*(?:On|Am|Le|El|Il|Op|Em|Den|På|Dnia|W dniu|Dne|Më|Le|On the)\s[^\n]{4,240}(?:wrote|writes|schrieb[^:\n]{0,80}|a écrit|escribió|ha scritto|schreef[^:\n]{0,80}|escreveu|skrev[^:\n]{0,80}|napisał\(?a?\)?|napsal\(?a?\)?|shkroi)\s*:\s*$/i;
/** `Ann <ann@example.org> wrote:`, in any of them. */
const BARE_ATTRIBUTION =
  /^[^:\n]{1,80}[@>][^:\n]{0,80}\b(?:wrote|writes|schrieb|écrit|escribió|scritto|schreef)\s*:\s*$/i;
/** Everything below is the message that is answered or forwarded. */
const QUOTE_BELOW =
  /^\s*-{2,}\s?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s?-{2,}\s*$/i;
/** A line that begins so is neither decoration nor quoted, nor does it say that a quote follows. Most lines do. */
const BEGINS_WITH_WORD = /^[A-Za-z0-9]/;
const DECORATION = /^[\s\-=_*~#+.·•–—>|]+$/;
const SIGNATURE = /^-- ?$/;
/** Zero-width and filler characters that newsletters put after the preheader. */
const INVISIBLE =
  /(?:[\u00AD\u061C\u115F\u1160\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u2800\u3164\uFEFF\uFFA0]|\u034F)+/g;
/** Joiners mean something only between two visible characters (Persian, emoji). */
const LONE_JOINER = /(?<=^|\s)[\u200C\u200D]+|[\u200C\u200D]+(?=\s|$)|[\u200C\u200D]{2,}/g;

/** At most PREVIEW_CHARS characters of `text`, on one line, cut at a whole grapheme. Empty when there is no text. */
export function previewOf(text: string): string {
  const { own, all } = sortLines(text.replace(INVISIBLE, ''));
  const line = fold(own);
  return line === '' ? fold(all) : line;
}

function fold(lines: readonly string[]): string {
  const line = lines.join(' ');
  const joined = /[\u200C\u200D]/.test(line) ? line.replace(/\s+/g, ' ').replace(LONE_JOINER, '') : line;
  return cleanText(joined, PREVIEW_CHARS);
}

/** `own` is what the sender wrote above any quote or signature; `all` is everything but decoration, as a fall-back. */
function sortLines(text: string): { own: string[]; all: string[] } {
  const own: string[] = [];
  const all: string[] = [];
  let ownEnded = false;
  let chars = 0;
  const lines = new LineReader(text);
  let next: string | null;
  // Enough for the cut, white space included; the rest of a long message need not be looked at.
  for (let line = lines.read(); line !== null && chars <= PREVIEW_CHARS * 2; line = next) {
    next = lines.read();
    let quoted = false;
    if (!BEGINS_WITH_WORD.test(line)) {
      if (DECORATION.test(line)) {
        if (SIGNATURE.test(line) && own.length > 0) ownEnded = true;
        continue;
      }
      quoted = /^\s{0,3}>/.test(line);
      if (QUOTE_BELOW.test(line)) ownEnded = true;
    }
    all.push(quoted ? line.replace(/^[\s>]+/, '') : line);
    if (quoted || ownEnded) continue;
    const words = line.trim();
    const attribution = attributionLines(line, words, next ?? '');
    if (attribution === 2) next = lines.read();
    if (attribution > 0) continue;
    own.push(words);
    chars += words.length;
  }
  return { own, all };
}

/** Hands out the lines of a text one by one: of a long one only the first are asked for. */
class LineReader {
  readonly #text: string;
  readonly #lineBreak = /\r\n?|\n/g;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line without its break, or null behind the last one. */
  read(): string | null {
    const start = this.#at;
    if (start > this.#text.length) return null;
    const found = this.#lineBreak.exec(this.#text);
    this.#at = found === null ? this.#text.length + 1 : this.#lineBreak.lastIndex;
    return this.#text.slice(start, found?.index);
  }
}

/** 1 or 2 when an attribution starts here (long ones are wrapped by the mailer), else 0. `words` is the line trimmed. */
function attributionLines(line: string, words: string, next: string): 0 | 1 | 2 {
  if (line.length > 300 || words === '') return 0;
  if (words.endsWith(':')) return ATTRIBUTION.test(line) || BARE_ATTRIBUTION.test(line) ? 1 : 0;
  if (next.length > 300 || !next.trimEnd().endsWith(':')) return 0;
  return ATTRIBUTION.test(`${line} ${next}`) ? 2 : 0;
}
