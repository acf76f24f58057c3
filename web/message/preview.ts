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
const ENDS_IN_COLON = /:\s*$/;
/** Everything below is the message that is answered or forwarded. */
const QUOTE_BELOW =
  /^\s*-{2,}\s?(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Messaggio originale|Oorspronkelijk bericht)\s?-{2,}\s*$/i;
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
  const lines = text.split(/\r\n?|\n/);
  for (let i = 0; i < lines.length; i++) {
    // Enough for the cut, white space included; the rest of a long message need not be looked at.
    if (chars > PREVIEW_CHARS * 2) break;
    const line = lines[i] ?? '';
    if (DECORATION.test(line)) {
      if (SIGNATURE.test(line) && own.length > 0) ownEnded = true;
      continue;
    }
    const quoted = /^\s{0,3}>/.test(line);
    all.push(quoted ? line.replace(/^[\s>]+/, '') : line);
    if (QUOTE_BELOW.test(line)) ownEnded = true;
    if (quoted || ownEnded) continue;
    const attribution = attributionLines(line, lines[i + 1] ?? '');
    if (attribution > 0) {
      i += attribution - 1;
      continue;
    }
    const words = line.trim();
    own.push(words);
    chars += words.length;
  }
  return { own, all };
}

/** 1 or 2 when an attribution starts here (long ones are wrapped by the mailer), else 0. */
function attributionLines(line: string, next: string): 0 | 1 | 2 {
  if (line.length > 300 || line.trim() === '') return 0;
  if (ENDS_IN_COLON.test(line)) return ATTRIBUTION.test(line) || BARE_ATTRIBUTION.test(line) ? 1 : 0;
  if (next.length > 300 || !ENDS_IN_COLON.test(next)) return 0;
  return ATTRIBUTION.test(`${line} ${next}`) ? 2 : 0;
}
