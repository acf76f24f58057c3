/**
 * Cuts CSS into tokens (CSS Syntax 3 §4) with all escapes resolved, so that `\75rl(` and `u/**\/rl(` are seen for what
 * a browser makes of them, and writes tokens back so that nothing in them can mean anything else. Knows no properties.
 */

export type CssToken =
  | { type: 'ident' | 'function' | 'at' | 'hash' | 'string' | 'url' | 'delim'; value: string }
  | { type: 'number'; value: string; unit: string }
  | { type: 'space' | 'bad' | '{' | '}' | '(' | ')' | '[' | ']' | ':' | ';' | ',' };

const NAME_CHAR = /[-\w\u0080-\u{10FFFF}]/u;
const NAME_START = /[A-Za-z_\u0080-\u{10FFFF}]/u;
const SINGLE = new Set(['{', '}', '(', ')', '[', ']', ':', ';', ',']);
const NUMBER = /[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SPACES = /[ \t\n]+/y;

type Single = '{' | '}' | '(' | ')' | '[' | ']' | ':' | ';' | ',';
const isSingle = (char: string): char is Single => SINGLE.has(char);

/** All tokens of `css`. Comments and the HTML comment marks count as space. Never throws; linear. */
export function cssTokens(css: string): CssToken[] {
  return new Tokenizer(css).all();
}

class Tokenizer {
  private readonly css: string;
  private at = 0;

  constructor(css: string) {
    this.css = css.replace(/\r\n?|\f/g, '\n').replaceAll('\0', '\uFFFD'); // §3.3
  }

  all(): CssToken[] {
    const tokens: CssToken[] = [];
    while (this.at < this.css.length) tokens.push(this.next());
    return tokens;
  }

  private next(): CssToken {
    const { css } = this;
    const char = css.charAt(this.at);
    if (css.startsWith('/*', this.at)) return this.skip(css.indexOf('*/', this.at + 2), 2);
    if (css.startsWith('<!--', this.at)) return this.skip(this.at, 4);
    if (css.startsWith('-->', this.at)) return this.skip(this.at, 3);
    const space = this.match(SPACES);
    if (space !== '') return { type: 'space' };
    if (char === '"' || char === "'") return this.string(char);
    const number = this.match(NUMBER);
    if (number !== '') return { type: 'number', value: number, unit: this.unit() };
    if (this.startsName(this.at)) return this.identLike();
    if (char === '#' && (this.isNameChar(this.at + 1) || this.isEscape(this.at + 1))) {
      this.at++;
      return { type: 'hash', value: this.name() };
    }
    if (char === '@' && this.startsName(this.at + 1)) {
      this.at++;
      return { type: 'at', value: this.name().toLowerCase() };
    }
    this.at += 1;
    return isSingle(char) ? { type: char } : { type: 'delim', value: char };
  }

  /** Passes over everything up to `end` and `length` more; a missing end is the end of the text. */
  private skip(end: number, length: number): CssToken {
    this.at = end < 0 ? this.css.length : end + length;
    return { type: 'space' };
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.css)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private unit(): string {
    if (this.css[this.at] === '%') {
      this.at++;
      return '%';
    }
    return this.startsName(this.at) ? this.name().toLowerCase() : '';
  }

  /** §4.3.4: a name with a parenthesis is a function, except that `url(` takes everything unquoted. */
  private identLike(): CssToken {
    const value = this.name();
    if (this.css[this.at] !== '(') return { type: 'ident', value };
    this.at++;
    if (value.toLowerCase() !== 'url') return { type: 'function', value: value.toLowerCase() };
    this.match(SPACES);
    const quote = this.css[this.at];
    return quote === '"' || quote === "'" ? { type: 'function', value: 'url' } : this.url();
  }

  /** §4.3.6 */
  private url(): CssToken {
    let value = '';
    let bad = false;
    while (this.at < this.css.length) {
      if (this.match(SPACES) !== '' && this.at < this.css.length && this.css[this.at] !== ')') bad = true;
      const char = this.css.charAt(this.at);
      if (char === ')') {
        this.at++;
        break;
      }
      if (this.isEscape(this.at)) value += this.escape();
      else {
        if (/["'(\\]|\p{Cc}/u.test(char)) bad = true;
        value += char;
        this.at++;
      }
    }
    return bad ? { type: 'bad' } : { type: 'url', value };
  }

  /** §4.3.5 */
  private string(quote: string): CssToken {
    let value = '';
    this.at++;
    while (this.at < this.css.length) {
      const char = this.css.charAt(this.at);
      if (char === quote) {
        this.at++;
        return { type: 'string', value };
      }
      if (char === '\n') return { type: 'bad' };
      if (char === '\\' && (this.css[this.at + 1] === '\n' || this.at + 1 >= this.css.length)) this.at += 2;
      else if (char === '\\') value += this.escape();
      else {
        value += char;
        this.at++;
      }
    }
    return { type: 'string', value };
  }

  private name(): string {
    let value = '';
    for (;;) {
      if (this.isEscape(this.at)) value += this.escape();
      else if (this.isNameChar(this.at)) value += this.css.charAt(this.at++);
      else return value;
    }
  }

  /** §4.3.7, the backslash included. */
  private escape(): string {
    const hex = /^\\([0-9a-fA-F]{1,6})[ \t\n]?/.exec(this.css.slice(this.at, this.at + 8));
    if (hex !== null) {
      this.at += hex[0].length;
      const code = Number.parseInt(hex[1] ?? '0', 16);
      const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return valid ? String.fromCodePoint(code) : '\uFFFD';
    }
    const char = String.fromCodePoint(this.css.codePointAt(this.at + 1) ?? 0xfffd);
    this.at += 1 + char.length;
    return char;
  }

  private isEscape(at: number): boolean {
    return this.css[at] === '\\' && this.css[at + 1] !== '\n';
  }

  private isNameChar(at: number): boolean {
    return at < this.css.length && NAME_CHAR.test(this.css.charAt(at));
  }

  /** §4.3.9 */
  private startsName(at: number): boolean {
    const char = this.css.charAt(at);
    if (char === '-') return this.css[at + 1] === '-' || this.isEscape(at + 1) || this.isStart(at + 1);
    return this.isStart(at) || this.isEscape(at);
  }

  private isStart(at: number): boolean {
    return at < this.css.length && NAME_START.test(this.css.charAt(at));
  }
}

/** Tokens as CSS. Whatever is not a plain name character is escaped, `<` above all. */
export function cssText(tokens: readonly CssToken[]): string {
  return tokens.map(tokenText).join('').trim();
}

function tokenText(token: CssToken): string {
  switch (token.type) {
    case 'space':
      return ' ';
    case 'ident':
      return escapeName(token.value);
    case 'function':
      return `${escapeName(token.value)}(`;
    case 'at':
      return `@${escapeName(token.value)}`;
    case 'hash':
      return `#${token.value.replace(/[^-\w]/gu, escapeChar)}`;
    case 'string':
      return `"${token.value.replace(/["\\<>&\p{Cc}\uFFFD]/gu, escapeChar)}"`;
    case 'url':
      return `url("${token.value.replace(/["\\<>()\p{Cc}\s]/gu, escapeChar)}")`;
    case 'number':
      return `${token.value}${token.unit === '%' ? '%' : escapeName(token.unit)}`;
    case 'delim':
      return token.value === '<' ? '' : token.value;
    case 'bad':
      return '';
    default:
      return token.type;
  }
}

function escapeName(name: string): string {
  return name.replace(/^(?:\d|-\d|-$)|[^-\w]/gu, escapeChar);
}

function escapeChar(chars: string): string {
  return Array.from(chars, (char) => `\\${(char.codePointAt(0) ?? 0).toString(16)} `).join('');
}
