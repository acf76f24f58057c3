/**
 * Splits plain text into what was written, what was quoted and the signature, so that quotes can be folded. Nothing
 * is lost: the blocks' texts, joined by line breaks, are the text. Pure and linear.
 */

export interface QuoteBlock {
  kind: 'text' | 'quote' | 'signature';
  /** The lines as they came, quote marks included, joined by LF. */
  text: string;
}

const QUOTED = /^ {0,2}>/;
/** mbox writers put a `>` before `From `: that alone is no quote. */
const MBOX_FROM = /^>From /;
const SIGNATURE = /^-- ?$/;
const FORWARDED_BELOW =
  /^\s*-{2,}\s?(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Message d'origine|Mensaje original|Messaggio originale)\s?-{2,}\s*$/i;
const ATTRIBUTION_END =
  /(?:wrote|writes|schrieb|écrit|escribió|scritto|schreef|escreveu|skrev|shkroi)[^:\n]{0,60}:\s*$/i;
/** Outlook's block: a rule, then From:/Sent: lines. */
const RULE = /^_{8,}\s*$/;
const OUTLOOK_FROM = /^\s*\*?(?:From|Von|De|Da|Nga)\s?:\*?\s/i;
const OUTLOOK_SENT = /^\s*\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Dërguar)\s?:\*?\s/i;

/** The blocks of `text` in order; empty text gives none. Line ends are normalised to LF. */
export function splitQuoted(text: string): QuoteBlock[] {
  if (text === '') return [];
  const lines = text.split(/\r\n?|\n/);
  const end = foldedTail(lines);
  const kinds = lines.map((line, i) => (i >= end.at ? end.kind : lineKind(line)));
  joinBlankLines(lines, kinds);
  takeAttributions(lines, kinds);
  return group(lines, kinds);
}

type Kind = QuoteBlock['kind'];

function lineKind(line: string): Kind {
  return QUOTED.test(line) && !MBOX_FROM.test(line) ? 'quote' : 'text';
}

/** Where the signature, or an older message quoted without marks, begins: it reaches to the end. */
function foldedTail(lines: readonly string[]): { at: number; kind: Kind } {
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (FORWARDED_BELOW.test(line) || isOutlookStart(lines, i)) return { at: i, kind: 'quote' };
    // A quote may follow a signature only when somebody answers below: then it is no tail.
    if (SIGNATURE.test(line) && !lines.slice(i + 1, i + 60).some((later) => lineKind(later) === 'quote')) {
      return { at: i, kind: 'signature' };
    }
  }
  return { at: lines.length, kind: 'text' };
}

function isOutlookStart(lines: readonly string[], i: number): boolean {
  const line = lines[i] ?? '';
  if (!RULE.test(line) && !OUTLOOK_FROM.test(line)) return false;
  const head = lines.slice(i, i + 4);
  return head.some((each) => OUTLOOK_FROM.test(each)) && head.some((each) => OUTLOOK_SENT.test(each));
}

/** Blank lines between two quoted lines belong to the quote. */
function joinBlankLines(lines: readonly string[], kinds: Kind[]): void {
  let lastQuote = -1;
  for (let i = 0; i < lines.length; i++) {
    if (kinds[i] === 'quote') {
      if (lastQuote >= 0) kinds.fill('quote', lastQuote + 1, i);
      lastQuote = i;
    } else if ((lines[i] ?? '').trim() !== '') lastQuote = -1;
  }
}

/** `On … wrote:`, on one line or two, goes with the quote that follows it. */
function takeAttributions(lines: readonly string[], kinds: Kind[]): void {
  for (let i = 0; i < lines.length; i++) {
    if (kinds[i] !== 'text' || !ATTRIBUTION_END.test((lines[i] ?? '').slice(-300))) continue;
    let quote = i + 1;
    while (quote < i + 3 && (lines[quote] ?? '').trim() === '') quote++;
    if (kinds[quote] !== 'quote') continue;
    const wrapped = !/\d/.test(lines[i] ?? '') && /\d/.test(lines[i - 1] ?? '') && kinds[i - 1] === 'text';
    kinds.fill('quote', wrapped ? i - 1 : i, quote);
  }
}

function group(lines: readonly string[], kinds: readonly Kind[]): QuoteBlock[] {
  const blocks: QuoteBlock[] = [];
  let from = 0;
  for (let i = 1; i <= lines.length; i++) {
    if (i < lines.length && kinds[i] === kinds[from]) continue;
    blocks.push({ kind: kinds[from] ?? 'text', text: lines.slice(from, i).join('\n') });
    from = i;
  }
  return blocks;
}
