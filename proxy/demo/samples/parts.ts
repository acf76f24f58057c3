/**
 * MIME parts of the sample mail (RFC 2045, 2046): text, HTML, attachments, multiparts, nested messages. Pure.
 * A part is its header lines and its octets; boundaries come from a part's content, so that nothing is random.
 */
import { createHash } from 'node:crypto';
import {
  base64Lines,
  encodeText,
  isAscii,
  parameter,
  quotedPrintable,
  type SampleCharset,
} from './encode.ts';

export interface Part {
  /** Header lines without their line end; folded ones hold CRLF + blank. */
  headers: readonly string[];
  body: Uint8Array;
}

export interface TextOptions {
  charset?: SampleCharset;
  encoding?: '7bit' | '8bit' | 'quoted-printable' | 'base64';
  /** RFC 3676: a line that goes on in the next one of its paragraph gets a blank at its end. */
  flowed?: boolean;
  subtype?: string;
  /** More parameters of Content-Type, such as `method=REQUEST`. */
  parameters?: string;
}

const CRLF = '\r\n';

/** Line ends as mail has them; one leading line break is dropped so that texts can start on a line of their own. */
function mailLines(content: string): string {
  return `${content.replace(/^\n/, '').trimEnd().replaceAll('\n', CRLF)}${CRLF}`;
}

/** A text part; encoding and charset are chosen from the content when not given. */
export function text(content: string, options: TextOptions = {}): Part {
  const asSent = options.subtype === undefined ? unwrapped(content) : content;
  const lines = mailLines(options.flowed === true ? flowed(content) : asSent);
  const plain = isAscii(lines) && !/[^\r\n]{990}/.test(lines);
  const charset = options.charset ?? 'utf-8';
  const encoding = options.encoding ?? (plain ? '7bit' : 'quoted-printable');
  const type = `text/${options.subtype ?? 'plain'}; charset=${charset}`;
  const extra = `${options.flowed === true ? '; format=flowed' : ''}${options.parameters ? `; ${options.parameters}` : ''}`;
  return {
    headers: [`Content-Type: ${type}${extra}`, `Content-Transfer-Encoding: ${encoding}`],
    body: transferEncoded(encodeText(lines, charset), encoding),
  };
}

/** A line this long ends where the source file ran out of room, not where its writer wanted it to. */
const SOURCE_WIDTH = 76;

/** Prose with a line a paragraph, as most programs send it now; poems, lists, tables and quotes keep their lines. */
function unwrapped(content: string): string {
  return content.replace(/[^\n]+(?:\n[^\n]+)+/g, (paragraph) => {
    const broken = paragraph.split('\n').slice(0, -1);
    const isProse = broken.every((line) => line.length > SOURCE_WIDTH && !/^[>|\s]/.test(line));
    return isProse ? paragraph.replaceAll('\n', ' ') : paragraph;
  });
}

/** Soft line ends within paragraphs; list items keep their own line. */
function flowed(content: string): string {
  return content.replaceAll(/(\S)\n(?=\S)(?!\d\. |- )/g, '$1 \n');
}

/** An HTML part. */
export function html(content: string, options: TextOptions = {}): Part {
  return text(content, { ...options, subtype: 'html' });
}

function transferEncoded(octets: Uint8Array, encoding: string): Uint8Array {
  if (encoding === 'base64') return Buffer.from(base64Lines(octets) + CRLF, 'latin1');
  return encoding === 'quoted-printable' ? Buffer.from(quotedPrintable(octets), 'latin1') : octets;
}

/** A file to save. */
export function attachment(filename: string, type: string, octets: Uint8Array): Part {
  return file(type, octets, [`Content-Disposition: attachment;${CRLF} ${parameter('filename', filename)}`]);
}

/** An image that HTML shows by `cid:` (RFC 2392). */
export function inlineImage(cid: string, filename: string, type: string, octets: Uint8Array): Part {
  return file(type, octets, [
    `Content-Disposition: inline;${CRLF} ${parameter('filename', filename)}`,
    `Content-ID: <${cid}>`,
  ]);
}

function file(type: string, octets: Uint8Array, headers: readonly string[]): Part {
  return {
    headers: [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...headers],
    body: transferEncoded(octets, 'base64'),
  };
}

/** A message inside a message (RFC 2046 §5.2.1), as forwarded mail and bounces have it. */
export function nestedMessage(message: Uint8Array, type = 'message/rfc822'): Part {
  return { headers: [`Content-Type: ${type}`, 'Content-Transfer-Encoding: 7bit'], body: message };
}

/** Machine-readable lines of another type, such as message/delivery-status. */
export function lines(type: string, content: string): Part {
  return {
    headers: [`Content-Type: ${type}`, 'Content-Transfer-Encoding: 7bit'],
    body: Buffer.from(mailLines(content), 'latin1'),
  };
}

/** A multipart; `parameters` go behind the boundary. The boundary is a hash of what it separates. */
export function multipart(subtype: string, parts: readonly Part[], parameters = ''): Part {
  const inner = parts.map(partOctets);
  const hash = createHash('sha256');
  for (const octets of inner) hash.update(octets);
  const boundary = `=_poplar_${hash.digest('hex').slice(0, 24)}`;
  const pieces = inner.flatMap((octets) => [Buffer.from(`--${boundary}${CRLF}`), octets, Buffer.from(CRLF)]);
  const extra = parameters === '' ? '' : `;${CRLF} ${parameters}`;
  return {
    headers: [`Content-Type: multipart/${subtype};${CRLF} boundary="${boundary}"${extra}`],
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--${CRLF}`)]),
  };
}

/** The part as it stands in a message: header lines, empty line, octets. */
export function partOctets(part: Part): Uint8Array {
  return Buffer.concat([Buffer.from(`${part.headers.join(CRLF)}${CRLF}${CRLF}`, 'latin1'), part.body]);
}
