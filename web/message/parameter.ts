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

const NO_VALUE: StructuredValue = { value: '', params: new Map() };

/** Cuts a field value. Never throws; what cannot be read is left out. */
export function parseStructured(text: string): StructuredValue {
  if (text === '') return NO_VALUE;
  const semicolon = text.indexOf(';');
  const head = semicolon < 0 ? text : text.slice(0, semicolon);
  const params = new Map<string, string>();
  if (semicolon >= 0) takeParams(params, text, semicolon);
  return { value: withoutComments(head).trim().toLowerCase(), params };
}

function takeParams(params: Map<string, string>, text: string, start: number): void {
  PARAM.lastIndex = start;
  for (let match = PARAM.exec(text); match !== null && params.size < MAX_PARAMS; match = PARAM.exec(text)) {
    takeParam(params, match);
  }
}

function takeParam(params: Map<string, string>, [, name = '', quoted, bare = '']: RegExpExecArray): void {
  const written = name.toLowerCase();
  const content = quoted === undefined ? withoutComments(bare).trim() : unquoted(quoted);
  if (written.includes('*')) takeExtended(params, written, content);
  else if (!params.has(written)) params.set(written, content);
}

/** RFC 2231 §3 and §4: one section of a long value, or octets that are written in hex. */
function takeExtended(params: Map<string, string>, written: string, content: string): void {
  const section = /^([^*]+)\*(\d*)(\*?)$/.exec(written);
  const [, name = written, number = '', star = ''] = section ?? [];
  const first = number === '' || number === '0';
  const extended = section !== null && (number === '' || star !== '');
  const value = extended ? unescape(content, first) : content;
  const earlier = params.get(name);
  if (earlier === undefined) params.set(name, value);
  else if (section !== null && !first) params.set(name, earlier + value);
}

function unquoted(content: string): string {
  return content.includes('\\') ? content.replace(/\\([^])/g, '$1') : content;
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
