/**
 * Listings: the replies to UIDL and LIST (RFC 1939 §5, §7), read as real servers write them. Sizes are hints and
 * numbers may be missing, doubled or out of order; nothing here decides what is fetched.
 */
import { PoplarError } from '../errors.ts';
import { messageNumber, uidl } from '../model/ids.ts';
import type { MessageNumber, Uidl } from '../model/ids.ts';
import type { Cursor } from '../wire/cursor.ts';
import { asciiText, latin1FromBytes } from '../wire/ascii.ts';
import { LineBuffer, MAX_LINE_OCTETS } from '../wire/line-buffer.ts';

export interface ListedMessage {
  readonly number: MessageNumber;
  /** Null when the server names none: then only the message itself tells which one it is (identity-hash.ts). */
  readonly uidl: Uidl | null;
  /** By LIST: a hint. 0 when the server did not say. */
  readonly octets: number;
}

// A message number and what follows it. Some servers put `+OK` before every line, or several blanks between the words.
// Nearly every line is `number blank word`, and is read without this: there are a hundred thousand of them.
const ENTRY = /^(?:\+OK[ \t]+)?[ \t]*(\d{1,9})(?:[ \t]+(.*))?$/is;

/** More messages than any maildrop holds; a listing beyond it is an attack on memory. */
const MAX_ENTRIES = 2_000_000;
/** So are more octets: two million entries with the longest unique-ids that RFC 1939 §7 allows (70) have fewer. */
export const MAX_LISTING_OCTETS = 160 * 1024 * 1024;

/** One listing on its way in: message number → what is read of the rest of its line. The first line of a number counts. */
export class ListingReader<Value> {
  readonly #read: (rest: string) => Value;
  readonly #buffer = new LineBuffer();
  readonly #entries = new Map<number, Value>();
  #octets = 0;

  constructor(read: (rest: string) => Value) {
    this.#read = read;
  }

  /** Throws PoplarError `protocol-error` when the listing has no end. */
  push(bytes: Uint8Array): void {
    this.#octets += bytes.length;
    if (this.#octets > MAX_LISTING_OCTETS) throw tooLong();
    const cursor = { bytes, at: 0 };
    if (this.#buffer.heldOctets > 0) this.#addNext(cursor);
    this.#addWholeLines(cursor);
    while (this.#addNext(cursor));
  }

  get entries(): ReadonlyMap<number, Value> {
    return this.#entries;
  }

  /** One line at a time; false when the chunk is used up. */
  #addNext(cursor: Cursor): boolean {
    const line = this.#buffer.next(cursor);
    if (line === null) return false;
    const text = latin1FromBytes(line);
    this.#add(text, 0, text.length);
    return true;
  }

  /** As many as there are, made text in one go: a line at a time costs three times as much. */
  #addWholeLines(cursor: Cursor): void {
    const end = cursor.bytes.lastIndexOf(LF) + 1;
    const text = end > cursor.at ? asciiText(cursor.bytes.subarray(cursor.at, end)) : null;
    if (text === null) return;
    let at = 0;
    for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', at)) {
      // The line buffer knows what is said of it.
      if (lf - at > MAX_LINE_OCTETS) break;
      this.#add(text, at, lf > at && text.charCodeAt(lf - 1) === CR ? lf - 1 : lf);
      at = lf + 1;
    }
    cursor.at += at;
  }

  #add(text: string, from: number, to: number): void {
    const digits = digitsAt(text, from);
    const behind = from + digits;
    const isPlain = digits > 0 && digits <= 9 && behind < to && text.charCodeAt(behind) === BLANK;
    if (isPlain) return this.#set(Number(text.slice(from, behind)), text.slice(behind + 1, to));
    const match = ENTRY.exec(text.slice(from, to));
    this.#set(Number(match?.[1] ?? 0), match?.[2] ?? '');
  }

  #set(number: number, rest: string): void {
    if (number === 0 || this.#entries.has(number)) return;
    if (this.#entries.size === MAX_ENTRIES) throw tooLong();
    this.#entries.set(number, this.#read(rest));
  }
}

const LF = 10;
const CR = 13;
const BLANK = 32;

/** How many characters from there on are digits. */
function digitsAt(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at += 1;
  return at - from;
}

/** Of a listing that is an attack on memory. */
export function tooLong(): PoplarError {
  return new PoplarError('protocol-error', 'maildrop', { detail: { what: 'listing-too-long' } });
}

/** The reply to UIDL. Blanks around a unique-id are not part of it. */
export const uidlListing = (): ListingReader<string> => new ListingReader((rest) => rest.trim());

/** The reply to LIST, in octets. */
export const sizeListing = (): ListingReader<number> => new ListingReader(octetsOf);

/**
 * Messages in the order of the UIDL listing. A line without a unique-id is a message all the same. Equal unique-ids are
 * all kept (RFC 1939 §7 allows identical messages to share one).
 */
export function listedMessages(
  uids: ReadonlyMap<number, string>,
  sizes: ReadonlyMap<number, number>,
): ListedMessage[] {
  const listed: ListedMessage[] = [];
  uids.forEach((uid, number) =>
    listed.push({
      number: messageNumber(number),
      uidl: uid === '' ? null : uidl(uid),
      octets: sizes.get(number) ?? 0,
    }),
  );
  return listed;
}

/**
 * The messages of a server without UIDL: those that LIST names, or as many as STAT counts. Throws PoplarError
 * `protocol-error` when it counts more than there can be.
 */
export function unnamedMessages(sizes: ReadonlyMap<number, number>, count: number): ListedMessage[] {
  if (sizes.size === 0 && count > MAX_ENTRIES) throw tooLong();
  const numbers = sizes.size > 0 ? [...sizes.keys()] : Array.from({ length: count }, (_, index) => index + 1);
  return listedMessages(new Map(numbers.map((number) => [number, ''])), sizes);
}

/** The size at the start of a scan listing's rest, junk behind it ignored; 0 when there is none. */
function octetsOf(rest: string): number {
  const size = rest.trimStart();
  const octets = Number(size.slice(0, digitsAt(size, 0)));
  return Number.isSafeInteger(octets) ? octets : 0;
}

/** What a maildrop holds, by the server. Hints. */
export interface MaildropTotals {
  messages: number;
  octets: number;
}

/** The text of a reply to STAT (RFC 1939 §5), junk behind it ignored, or null when it cannot be read. */
export function totalsOfStat(text: string): MaildropTotals | null {
  const messages = countOfStat(text);
  return messages === null ? null : { messages, octets: octetsOf(/\s+(.*)/.exec(text)?.[1] ?? '') };
}

/** The number of messages in the reply to STAT (RFC 1939 §5), or null when it cannot be read. */
export function countOfStat(text: string): number | null {
  const digits = /^(\d{1,9})\b/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * The unique-id in the text of a reply to `UIDL n` (RFC 1939 §7: `n uid`), or null. Twisted leaves the number out, so
 * that one word alone is the unique-id.
 */
export function uidOfReply(text: string, number: MessageNumber): Uidl | null {
  const [, first = '', rest = ''] = /^(\S*)(?:[ \t]+(.*))?$/s.exec(text.trim()) ?? [];
  if (rest === '') return first === '' ? null : uidl(first);
  return Number(first) === number ? uidl(rest) : null;
}
