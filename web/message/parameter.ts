/**
 * Structured values with parameters (RFC 2045 §5.1, RFC 2183): `text/plain; charset="utf-8"`. Tolerant of comments,
 * missing quotes and stray semicolons. RFC 2231 continuations are joined; their octets stay octets, one char each.
 */

export interface StructuredValue {
  /** Lower case, without parameters; may be empty. */
  value: string;
  /** First occurrence of each name wins, as with header fields; `name*0*` and its kin are joined under `name`. */
  params: ReadonlyMap<string, string>;
}

const MAX_PARAMS = 64;
/** One parameter. Each alternative starts differently, so the match never goes back. */
const PARAM = /;[ \t]*([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[^])*)"?|([^;]*))/g;

/** Cuts a field value. Never throws; what cannot be read is left out. */
export function parseStructured(text: string): StructuredValue {
  const semicolon = text.indexOf(';');
  const head = semicolon < 0 ? text : text.slice(0, semicolon);
  const params = new Map<string, string>();
  if (semicolon >= 0) {
    for (const match of text.slice(semicolon).matchAll(PARAM)) {
      if (params.size >= MAX_PARAMS) break;
      takeParam(params, match);
    }
  }
  return { value: withoutComments(head).trim().toLowerCase(), params };
}

function takeParam(params: Map<string, string>, match: RegExpExecArray): void {
  const written = (match[1] ?? '').toLowerCase();
  const content =
    match[2] === undefined ? withoutComments(match[3] ?? '').trim() : match[2].replace(/\\([^])/g, '$1');
  const section = /^([^*]+)\*(\d*)(\*?)$/.exec(written);
  const [, name = written, number = '', star = ''] = section ?? [];
  const first = number === '' || number === '0';
  const extended = section !== null && (number === '' || star !== '');
  const value = extended ? unescape(content, first) : content;
  const earlier = params.get(name);
  if (earlier === undefined) params.set(name, value);
  else if (section !== null && !first) params.set(name, earlier + value);
}

/** RFC 2231 §4: the first section starts with charset and language. */
function unescape(content: string, first: boolean): string {
  const encoded = first ? content.replace(/^[^']*'[^']*'/, '') : content;
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Only a `(` at the start or after white space opens a comment: `Invoice(1).pdf` is a name. */
function withoutComments(text: string): string {
  return text.includes('(') ? text.replace(/(^|[ \t])\([^()]*\)/g, '$1') : text;
}
