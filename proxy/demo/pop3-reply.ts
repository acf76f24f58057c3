/**
 * Writes POP3 replies as chunks of octets, so that a large message never has to exist a second time as one string.
 * Pure: no socket, no state. Knows nothing of commands.
 */

const encoder = new TextEncoder();
const CRLF = encoder.encode('\r\n');
const DOT = encoder.encode('.');
const TERMINATION = encoder.encode('.\r\n');
const LF = 10;
const DOT_OCTET = 46;

/** The largest chunk of message text that is handed out at once, in octets. */
export const CHUNK_OCTETS = 64 * 1024;

/** Text as UTF-8 octets. */
export function octetsOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A positive status line (RFC 1939 §3). */
export function okLine(text: string): Uint8Array[] {
  return [encoder.encode(text === '' ? '+OK\r\n' : `+OK ${text}\r\n`)];
}

/** A negative status line (RFC 1939 §3). */
export function errLine(text: string): Uint8Array[] {
  return [encoder.encode(text === '' ? '-ERR\r\n' : `-ERR ${text}\r\n`)];
}

/** An empty server challenge (RFC 5034 §4). */
export function continuationLine(): Uint8Array[] {
  return [encoder.encode('+ \r\n')];
}

/** A multi-line reply of short lines, byte-stuffed and terminated (RFC 1939 §3). Lines are gathered into chunks. */
export function* listing(status: string, lines: Iterable<string>): Generator<Uint8Array> {
  let pending = status === '' ? '+OK\r\n' : `+OK ${status}\r\n`;
  for (const line of lines) {
    pending += `${line.startsWith('.') ? '.' : ''}${line}\r\n`;
    if (pending.length < CHUNK_OCTETS) continue;
    yield encoder.encode(pending);
    pending = '';
  }
  yield encoder.encode(`${pending}.\r\n`);
}

/** How a message's end is written. `glued`: as by servers that forget the last line end before the dot. */
export interface MessageEnd {
  glued: boolean;
}

/**
 * A message as RETR sends it: byte-stuffed, a missing last line end added, terminated (RFC 1939 §3, §11).
 * A dot after a bare LF is stuffed too: clients that take LF as a line end would otherwise see the end there.
 */
export function* messageReply(
  status: string,
  raw: Uint8Array,
  end: MessageEnd = { glued: false },
): Generator<Uint8Array> {
  yield* okLine(status);
  const body = end.glued ? withoutLastLineEnd(raw) : raw;
  let atLineStart = true;
  for (let offset = 0; offset < body.length; offset += CHUNK_OCTETS) {
    const block = body.subarray(offset, offset + CHUNK_OCTETS);
    yield* stuffed(block, atLineStart);
    atLineStart = block[block.length - 1] === LF;
  }
  if (!end.glued && !endsWithLineEnd(body)) yield CRLF;
  yield TERMINATION;
}

/** The header, the empty line and the first `lines` lines of the body (RFC 1939 §7 TOP). */
export function topOf(raw: Uint8Array, lines: number): Uint8Array {
  let position = 0;
  let left = -1;
  while (position < raw.length && left !== 0) {
    const found = raw.indexOf(LF, position);
    const stop = found < 0 ? raw.length : found + 1;
    if (left > 0) left -= 1;
    else if (isEmptyLine(raw, position, stop)) left = lines;
    position = stop;
  }
  return raw.subarray(0, position);
}

function isEmptyLine(raw: Uint8Array, start: number, stop: number): boolean {
  return stop - start === 1 || (stop - start === 2 && raw[start] === 13 && raw[start + 1] === LF);
}

/** Yields the block with a dot doubled at each line start; without such dots the block itself, uncopied. */
function* stuffed(block: Uint8Array, atLineStart: boolean): Generator<Uint8Array> {
  const view = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (atLineStart && block[0] === DOT_OCTET) yield DOT;
  let from = 0;
  for (let hit = view.indexOf('\n.'); hit >= 0; hit = view.indexOf('\n.', hit + 1)) {
    yield block.subarray(from, hit + 1);
    yield DOT;
    from = hit + 1;
  }
  yield block.subarray(from);
}

function endsWithLineEnd(raw: Uint8Array): boolean {
  return raw.length >= 2 && raw[raw.length - 2] === 13 && raw[raw.length - 1] === LF;
}

function withoutLastLineEnd(raw: Uint8Array): Uint8Array {
  return endsWithLineEnd(raw) ? raw.subarray(0, raw.length - 2) : raw;
}
