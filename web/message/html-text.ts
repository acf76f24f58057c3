/**
 * HTML to text for the preview line, in one cheap pass without a DOM. Never for display as HTML and never a filter:
 * what comes out is plain text. Quoted content comes out as lines that start with `>`, as in plain mail.
 */
import { decodeEntities } from './html-entity.ts';

/** Elements whose content is not text for people. */
const SKIPPED = new Set([
  'style',
  'script',
  'head',
  'title',
  'template',
  'noscript',
  'xml',
  'svg',
  'object',
  'select',
]);
/** Tags that do not separate words. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark o:p q s samp small span strike strong sub sup tt u var wbr'.split(
    ' ',
  ),
);
const TAG_NAME = /[a-z][a-z0-9:-]*/iy;

/** The text of `html`, block elements on lines of their own, until about `limit` characters are found. */
export function htmlToText(html: string, limit: number): string {
  let out = '';
  let quoteDepth = 0;
  /** Names that are known not to be closed any more: searched for once, not at each opening tag. */
  const unclosed = new Set<string>();
  let at = 0;
  while (at < html.length && out.length < limit) {
    const open = html.indexOf('<', at);
    const textEnd = open < 0 ? html.length : open;
    if (textEnd > at) out += html.slice(at, textEnd).replace(/[\r\n\t]+/g, ' ');
    if (open < 0) break;
    if (html.startsWith('<!--', open)) {
      at = after(html, '-->', open + 4);
      continue;
    }
    const closing = html[open + 1] === '/';
    TAG_NAME.lastIndex = open + (closing ? 2 : 1);
    const name = TAG_NAME.exec(html)?.[0].toLowerCase() ?? '';
    const tagEnd = name === '' ? openEnd(html, open) : endOfTag(html, TAG_NAME.lastIndex);
    if (name === '' && html[open + 1] !== '!' && html[open + 1] !== '?' && !closing) {
      out += '<';
      at = open + 1;
      continue;
    }
    if (name === 'blockquote') quoteDepth = Math.max(0, quoteDepth + (closing ? -1 : 1));
    at = tagEnd;
    if (!closing && SKIPPED.has(name) && !unclosed.has(name)) {
      const end = endOfElement(html, name, tagEnd);
      if (end < 0) unclosed.add(name);
      at = end < 0 ? tagEnd : end;
    }
    if (name !== '' && !INLINE.has(name)) out += quoteDepth > 0 ? '\n> ' : '\n';
  }
  return decodeEntities(out);
}

function openEnd(html: string, open: number): number {
  return after(html, '>', open + 1);
}

/** The offset after `mark`, or the end. */
function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}

/** The offset after the tag's `>`; one inside a quoted attribute value does not count. */
function endOfTag(html: string, from: number): number {
  for (let i = from; i < html.length; i++) {
    const char = html[i];
    if (char === '>') return i + 1;
    if ((char === '"' || char === "'") && html[i - 1] === '=') {
      const close = html.indexOf(char, i + 1);
      if (close < 0) return after(html, '>', i);
      i = close;
    }
  }
  return html.length;
}

/** The offset of the closing tag of an element without text of its own, or -1. An unclosed `head` ends at the body. */
function endOfElement(html: string, name: string, from: number): number {
  const end = name === 'head' ? /<(?:\/head|body)\b/gi : new RegExp(`</${name}\\b`, 'gi');
  end.lastIndex = from;
  const match = end.exec(html);
  if (match !== null) return match.index;
  return name === 'style' || name === 'script' || name === 'title' ? html.length : -1;
}
