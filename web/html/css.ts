/**
 * Rewrites CSS of a mail so that it cannot load, overlay or grow with its own frame: every rule is taken apart, judged
 * by allow-lists, and written anew. What is not understood is left out. Pure: no DOM, no CSSOM.
 */
import {
  FUNCTIONS,
  IMAGE_PROPERTIES,
  LOADING_FUNCTIONS,
  MEDIA_WORDS,
  PROPERTIES,
  SELECTOR_FUNCTIONS,
  UNITS,
} from './css-allow-list.ts';
import { cssText, cssTokens, type CssToken } from './css-tokens.ts';

export interface CssPolicy {
  /** A URL that is part of the message (blob: or data:) for an image in the CSS, or null to leave it out. */
  imageUrl(url: string): string | null;
  /** Told of each other thing that would have been loaded. */
  blocked(): void;
  /** Ids in selectors get this in front, as ids in the mail do. */
  idPrefix: string;
}

/** More is not styling. */
const MAX_CSS_CHARS = 256 * 1024;
const MAX_MEDIA_DEPTH = 4;

/** The content of a `style` attribute, cleaned; empty when nothing is left. */
export function cleanDeclarations(css: string, policy: CssPolicy): string {
  return css.length > MAX_CSS_CHARS ? '' : declarations(cssTokens(css), policy);
}

/** The content of a `<style>` element, cleaned; empty when nothing is left. */
export function cleanStyleSheet(css: string, policy: CssPolicy): string {
  return css.length > MAX_CSS_CHARS ? '' : rules(cssTokens(css), policy, 0);
}

function rules(tokens: readonly CssToken[], policy: CssPolicy, depth: number): string {
  const out: string[] = [];
  let at = 0;
  while (at < tokens.length) {
    const { prelude, block, next } = takeRule(tokens, at);
    at = next;
    const text = oneRule(prelude, block, policy, depth);
    if (text !== '') out.push(text);
  }
  return out.join('\n');
}

function oneRule(
  prelude: readonly CssToken[],
  block: readonly CssToken[] | null,
  policy: CssPolicy,
  depth: number,
): string {
  const first = prelude[0];
  if (first === undefined) return '';
  if (first.type === 'at') {
    // @import and @font-face load; of the others only @media is worth the trouble.
    if (first.value === 'import' || first.value === 'font-face') policy.blocked();
    if (first.value !== 'media' || block === null || depth >= MAX_MEDIA_DEPTH) return '';
    const query = mediaQuery(prelude.slice(1));
    const inner = query === null ? '' : rules(block, policy, depth + 1);
    return inner === '' ? '' : `@media ${query ?? ''} {\n${inner}\n}`;
  }
  const selector = block === null ? null : selectorText(prelude, policy.idPrefix);
  const body = selector === null ? '' : declarations(block ?? [], policy);
  return body === '' ? '' : `${selector ?? ''} { ${body} }`;
}

interface Rule {
  prelude: CssToken[];
  /** Tokens between the braces, or null for a statement that ends with a semicolon. */
  block: CssToken[] | null;
  next: number;
}

/** CSS Syntax 3 §5.4: a rule ends with its block, an at-rule may end with `;`. */
function takeRule(tokens: readonly CssToken[], start: number): Rule {
  let at = start;
  while (tokens[at]?.type === 'space') at++;
  const from = at;
  const isAtRule = tokens[from]?.type === 'at';
  for (; at < tokens.length; at++) {
    const type = tokens[at]?.type;
    if (type === '{') {
      const end = blockEnd(tokens, at);
      return { prelude: tokens.slice(from, at), block: tokens.slice(at + 1, end), next: end + 1 };
    }
    if (type === ';' && isAtRule) break;
  }
  return { prelude: tokens.slice(from, at), block: null, next: at + 1 };
}

/** Index of the `}` that closes the `{` at `open`, or the end. */
function blockEnd(tokens: readonly CssToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const type = tokens[at]?.type;
    if (type === '{') depth++;
    else if (type === '}' && --depth === 0) return at;
  }
  return tokens.length;
}

function declarations(tokens: readonly CssToken[], policy: CssPolicy): string {
  const out: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at <= tokens.length; at++) {
    const type = tokens[at]?.type;
    if (type === '(' || type === '[' || type === '{' || type === 'function') depth++;
    else if (type === ')' || type === ']' || type === '}') depth = Math.max(0, depth - 1);
    else if (type === undefined || (type === ';' && depth === 0)) {
      const text = declaration(tokens.slice(from, at), policy);
      if (text !== '') out.push(text);
      from = at + 1;
    }
  }
  return out.join('; ');
}

function declaration(tokens: readonly CssToken[], policy: CssPolicy): string {
  const colon = tokens.findIndex((token) => token.type === ':');
  const name = tokens.slice(0, Math.max(0, colon)).filter((token) => token.type !== 'space');
  const property = name.length === 1 && name[0]?.type === 'ident' ? name[0].value.toLowerCase() : '';
  const value = tokens.slice(colon + 1);
  if (!PROPERTIES.has(property)) {
    if (colon >= 0 && value.some(loads)) policy.blocked();
    return '';
  }
  const cleaned = cleanValue(value, IMAGE_PROPERTIES.has(property), policy);
  return cleaned === null || cleaned === '' ? '' : `${property}: ${cleaned}`;
}

function loads(token: CssToken): boolean {
  return token.type === 'url' || (token.type === 'function' && LOADING_FUNCTIONS.has(token.value));
}

/** The value written anew, or null when any part of it is not allowed: half a value would mean something else. */
function cleanValue(value: readonly CssToken[], imageAllowed: boolean, policy: CssPolicy): string | null {
  if (!imageAllowed && value.some(loads)) {
    policy.blocked();
    return null;
  }
  const tokens = imageAllowed ? withImages(value, policy) : value;
  let open = 0;
  for (const [at, token] of tokens.entries()) {
    if (!isPlain(token, tokens, at)) return null;
    if (token.type === 'function' || token.type === '(') open++;
    else if (token.type === ')' && --open < 0) return null;
  }
  return open === 0 ? cssText(tokens) : null;
}

function isPlain(token: CssToken, tokens: readonly CssToken[], at: number): boolean {
  switch (token.type) {
    case 'function':
      return FUNCTIONS.has(token.value);
    case 'number':
      return token.unit === '' || UNITS.has(token.unit);
    case 'delim':
      return token.value === '!' ? isImportant(tokens, at) : '+-*/'.includes(token.value);
    case 'ident':
    case 'hash':
    case 'string':
    case 'url':
    case 'space':
    case '(':
    case ')':
    case ',':
      return true;
    default:
      return false;
  }
}

function isImportant(tokens: readonly CssToken[], at: number): boolean {
  const rest = tokens.slice(at + 1).filter((token) => token.type !== 'space');
  return rest.length === 1 && rest[0]?.type === 'ident' && rest[0].value.toLowerCase() === 'important';
}

/** Each `url(…)` becomes one of the message's own images or `none`. */
function withImages(value: readonly CssToken[], policy: CssPolicy): CssToken[] {
  const out: CssToken[] = [];
  for (let at = 0; at < value.length; at++) {
    const token = value[at];
    if (token === undefined) break;
    if (token.type === 'url') out.push(imageToken(token.value, policy));
    else if (token.type === 'function' && token.value === 'url') {
      const end = value.findIndex((each, index) => index > at && each.type === ')');
      const string = value.slice(at, end < 0 ? value.length : end).find((each) => each.type === 'string');
      out.push(imageToken(string?.type === 'string' ? string.value : '', policy));
      at = end < 0 ? value.length : end;
    } else {
      if (loads(token)) policy.blocked();
      out.push(token);
    }
  }
  return out;
}

function imageToken(url: string, policy: CssPolicy): CssToken {
  const own = policy.imageUrl(url);
  return own === null ? { type: 'ident', value: 'none' } : { type: 'url', value: own };
}

/** The selector written anew, or null when it has anything out of the ordinary. */
function selectorText(prelude: readonly CssToken[], idPrefix: string): string | null {
  const tokens: CssToken[] = [];
  for (const token of prelude) {
    if (token.type === 'hash') tokens.push({ type: 'hash', value: idPrefix + token.value });
    else if (token.type === 'function' && !SELECTOR_FUNCTIONS.has(token.value)) return null;
    else if (token.type === 'delim' && !'.>+~*=^$|'.includes(token.value)) return null;
    else if (['bad', 'url', 'at', ';', '{', '}'].includes(token.type)) return null;
    else tokens.push(token);
  }
  return isBalanced(tokens) ? cssText(tokens) : null;
}

function isBalanced(tokens: readonly CssToken[]): boolean {
  const expected: string[] = [];
  for (const { type } of tokens) {
    if (type === '(' || type === 'function') expected.push(')');
    else if (type === '[') expected.push(']');
    else if ((type === ')' || type === ']') && expected.pop() !== type) return false;
  }
  return expected.length === 0;
}

function mediaQuery(prelude: readonly CssToken[]): string | null {
  for (const token of prelude) {
    if (token.type === 'ident' ? !MEDIA_WORDS.has(token.value.toLowerCase()) : !MEDIA_TOKENS.has(token.type))
      return null;
    if (token.type === 'delim' && !'>=/'.includes(token.value)) return null;
  }
  const text = cssText(prelude);
  return isBalanced(prelude) && text !== '' ? text : null;
}

const MEDIA_TOKENS: ReadonlySet<string> = new Set(['space', '(', ')', ':', ',', 'number', 'delim']);
