/**
 * Text to mail octets: charsets, quoted-printable, base64, encoded words and parameters. Pure; only for the sample
 * mail (the page has its own composer), so it encodes what the samples need and throws on anything else.
 */

const ASCII = /^[\t\n\r -~]*$/;

/** Charsets the samples are written in. */
export type SampleCharset =
  'utf-8' | 'iso-8859-1' | 'iso-8859-2' | 'iso-8859-7' | 'windows-1256' | 'iso-2022-jp';

/** All characters have a place in seven bits. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** Text in a charset; throws RangeError when a character is not in it. */
export function encodeText(text: string, charset: SampleCharset): Buffer {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  return charset === 'iso-2022-jp' ? encodeIso2022Jp(text) : encodeSingleByte(text, charset);
}

function encodeSingleByte(text: string, charset: SampleCharset): Buffer {
  const upper = new TextDecoder(charset).decode(Uint8Array.from({ length: 128 }, (_, index) => index + 128));
  return Buffer.from(
    Array.from(text, (char) => {
      const code = char.codePointAt(0) ?? 0;
      if (code < 128) return code;
      const place = upper.indexOf(char);
      if (place < 0) throw new RangeError(`${char} is not in ${charset}`);
      return place + 128;
    }),
  );
}

/** RFC 1468: ASCII and JIS X 0208 by turns, every line ends in ASCII. */
function encodeIso2022Jp(text: string): Buffer {
  const out: number[] = [];
  let inJis = false;
  const shift = (toJis: boolean): void => {
    if (toJis !== inJis) out.push(0x1b, ...(toJis ? [0x24, 0x42] : [0x28, 0x42]));
    inJis = toJis;
  };
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    shift(code >= 128);
    if (code < 128) out.push(code);
    else out.push(...jisPlace(char));
  }
  shift(false);
  return Buffer.from(out);
}

let jisPlaces: ReadonlyMap<string, readonly [number, number]> | null = null;

/** The two octets of a character in JIS X 0208, read backwards out of the platform's own decoder, once. */
function jisPlace(char: string): readonly [number, number] {
  jisPlaces ??= readJisTable();
  const place = jisPlaces.get(char);
  if (place === undefined) throw new RangeError(`${char} is not in iso-2022-jp`);
  return place;
}

function readJisTable(): ReadonlyMap<string, readonly [number, number]> {
  const decoder = new TextDecoder('euc-jp');
  const places = new Map<string, readonly [number, number]>();
  for (let row = 0x21; row <= 0x7e; row += 1) {
    for (let cell = 0x21; cell <= 0x7e; cell += 1) {
      const char = decoder.decode(Uint8Array.of(row | 0x80, cell | 0x80));
      if (!char.includes('\ufffd')) places.set(char, [row, cell]);
    }
  }
  return places;
}

/** Quoted-printable with lines of at most 76 octets (RFC 2045 §6.7). CRLF in, CRLF out. */
export function quotedPrintable(octets: Uint8Array): string {
  return splitLines(octets).map(quotedPrintableLine).join('\r\n');
}

function splitLines(octets: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = octets.indexOf(10); end >= 0; end = octets.indexOf(10, start)) {
    lines.push(octets.subarray(start, octets[end - 1] === 13 ? end - 1 : end));
    start = end + 1;
  }
  return [...lines, octets.subarray(start)];
}

function quotedPrintableLine(line: Uint8Array): string {
  const rows: string[] = [];
  let row = '';
  line.forEach((octet, index) => {
    const blankAtEnd = index === line.length - 1 && (octet === 32 || octet === 9);
    const plain = octet === 9 || (octet >= 32 && octet <= 126 && octet !== 61);
    const piece = plain && !blankAtEnd ? String.fromCharCode(octet) : hexEscape('=', octet);
    if (row.length + piece.length > 75) {
      rows.push(`${row}=`);
      row = '';
    }
    row += piece;
  });
  return [...rows, row].join('\r\n');
}

/** Base64 in lines of 76 characters (RFC 2045 §6.8). */
export function base64Lines(octets: Uint8Array): string {
  const view = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const lines: string[] = [];
  for (let offset = 0; offset < view.length; offset += 57)
    lines.push(view.toString('base64', offset, offset + 57));
  return lines.join('\r\n');
}

/** Header text: ASCII as it is, anything else as encoded words of at most 75 characters (RFC 2047 §2), folded. */
export function headerText(text: string, charset: SampleCharset = 'utf-8'): string {
  if (isAscii(text)) return foldAscii(text);
  return chunksOf(text, charset === 'iso-2022-jp' ? 12 : 14)
    .map((chunk) => `=?${charset}?B?${encodeText(chunk, charset).toString('base64')}?=`)
    .join('\r\n ');
}

/** Breaks at blanks so that a line has at most 78 characters where the words allow it (RFC 5322 §2.1.1). */
function foldAscii(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length > 62) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\r\n ');
}

/** Pieces of so many characters; a surrogate pair or a joined emoji's parts are never cut in half. */
function chunksOf(text: string, size: number): string[] {
  const chars = Array.from(text);
  const chunks: string[] = [];
  for (let index = 0; index < chars.length; index += size)
    chunks.push(chars.slice(index, index + size).join(''));
  return chunks;
}

/** A parameter such as filename: quoted when ASCII, otherwise percent-encoded UTF-8 (RFC 2231 §4). */
export function parameter(name: string, value: string): string {
  if (isAscii(value)) return `${name}="${value.replaceAll(/["\\]/g, '\\$&')}"`;
  const encoded = Array.from(Buffer.from(value, 'utf8'), (octet) => {
    const char = String.fromCharCode(octet);
    return /[A-Za-z0-9._-]/.test(char) ? char : hexEscape('%', octet);
  });
  return `${name}*=utf-8''${encoded.join('')}`;
}

function hexEscape(mark: string, octet: number): string {
  return mark + octet.toString(16).toUpperCase().padStart(2, '0');
}
