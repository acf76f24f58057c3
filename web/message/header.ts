/**
 * Cuts a header block into fields (RFC 5322 §2.2), for the message and for its parts. Tolerant: bare LF, a `From `
 * line or blank lines first, junk lines between fields, a missing blank line, no header at all. Values stay folded
 * binary strings; `textValue` decodes. Knows nothing of what the fields mean.
 */
import { bytesFromLatin1 } from '../wire/ascii.ts';
import { binaryText } from './binary.ts';
import { decodeText, guessText } from './charset.ts';

/** One field: lower-case name; value as received, folds included, one char per octet. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

export interface HeaderBlock {
  readonly fields: readonly HeaderField[];
  /** Offset of the first octet of the first field. */
  readonly start: number;
  /** Offset after the last field; equals `bodyStart` when there is no blank line. */
  readonly end: number;
  /** Offset of the first octet after the blank line. */
  readonly bodyStart: number;
  /** Some octet of the block is above 0x7F. */
  readonly eightBit: boolean;
}

/** A header longer than this is cut: no honest mail comes near. */
export const HEADER_LIMIT_OCTETS = 256 * 1024;
/** Fields beyond these, and what stands in one beyond that, are not looked at. */
const MAX_FIELDS = 2000;
const MAX_VALUE_CHARS = 64 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const NAME = /[!-9;-~]+/y;
/** White space, even a fold, may stand before the colon (RFC 5322 §4.5). */
const COLON = /[^\S\n]*(?:\n[ \t]{1,79})?:/y;
/** Names that begin a header for sure, as opposed to a first line of text that happens to have a colon. */
const SURE_FIELD =
  '(?:received|return-path|from|to|cc|subject|date|sender|references|[a-z0-9]+(?:-[a-z0-9]+){1,8})[ \\t]*:';
const STARTS_SURE = new RegExp(`^${SURE_FIELD}`, 'i');
/** A junk line is one that header fields follow soon after. */
const HEADER_GOES_ON = new RegExp(`^(?:[^\\n]+\\n){0,2}${SURE_FIELD}`, 'i');
/** What is left of a first Received when a server has eaten its name (GeoCities did). */
const BEHEADED = /^(?:from|by|with|for|id)[ \t]/i;
const LOOK_AHEAD_CHARS = 500;

/** The header of a whole message. Without any field `fields` is empty and the body starts where the header would. */
export function splitMessageHeader(raw: Uint8Array): HeaderBlock {
  return splitHeader(raw, skipEnvelope(raw), raw.length);
}

/** The header block that starts at `start`; nothing at or after `limit` is looked at. */
export function splitHeader(raw: Uint8Array, start: number, limit: number): HeaderBlock {
  const end = Math.min(limit, start + HEADER_LIMIT_OCTETS);
  const blank = blankLineEnd(raw, start, end);
  const bodyStart = blank < 0 ? end : blank + 1;
  const blockEnd = blank < 0 ? end : blank > start && raw[blank - 1] === CR ? blank - 1 : blank;
  const { text, eightBit } = binaryText(raw, start, blockEnd);
  const { fields, stoppedAt } = cutFields(text);
  if (stoppedAt === null) return { fields, eightBit, start, end: blockEnd, bodyStart };
  return { fields, eightBit, start, end: start + stoppedAt, bodyStart: start + stoppedAt };
}

/**
 * Index of the LF that ends the first blank line of [start, end), or -1. A blank line is LF LF or LF CR LF, and of
 * either every second place holds something, so only every second octet is looked at.
 */
function blankLineEnd(raw: Uint8Array, start: number, end: number): number {
  if (start < end && raw[start] === LF) return start;
  if (start + 1 < end && raw[start] === CR && raw[start + 1] === LF) return start + 1;
  for (let i = start + 1; i < end; i += 2) {
    const octet = raw[i] ?? 0;
    if (octet > CR) continue;
    if (octet === LF && (raw[i - 1] === LF || (raw[i - 1] === CR && raw[i - 2] === LF))) return i;
    const endsNext = octet === LF || (octet === CR && raw[i - 1] === LF);
    if (endsNext && i + 1 < end && raw[i + 1] === LF) return i + 1;
  }
  return -1;
}

/** `stoppedAt` is the offset of a line that can only be body, or null when all lines were header. */
function cutFields(text: string): { fields: HeaderField[]; stoppedAt: number | null } {
  const cut = new FieldCutter(text);
  let at = 0;
  while (at < text.length && cut.fields.length < MAX_FIELDS) {
    let next = lineEnd(text, at);
    if (cut.fields.length > 0 && isWhiteSpace(text.charCodeAt(at))) {
      cut.goOn(next);
    } else {
      const open = fieldAt(text, at);
      if (open !== null) {
        next = Math.max(next, lineEnd(text, open.valueStart));
        cut.open(open, next);
      } else if (
        (cut.fields.length === 0 && !BEHEADED.test(text.slice(at, next))) ||
        !HEADER_GOES_ON.test(text.slice(next, next + LOOK_AHEAD_CHARS))
      ) {
        cut.close();
        return { fields: cut.fields, stoppedAt: at };
      } else cut.close();
    }
    at = next;
  }
  cut.close();
  return { fields: cut.fields, stoppedAt: null };
}

/** Cuts each value once, however many lines it has. */
class FieldCutter {
  readonly fields: HeaderField[] = [];
  readonly #text: string;
  #field: { name: string; value: string } | null = null;
  #start = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  open({ name, valueStart }: OpenField, end: number): void {
    this.close();
    this.#field = { name, value: '' };
    this.fields.push(this.#field);
    this.#start = valueStart;
    this.#end = end;
  }

  /** A folded line belongs to the open field, or to junk. */
  goOn(end: number): void {
    this.#end = end;
  }

  close(): void {
    if (this.#field !== null) this.#field.value = this.#text.slice(this.#start, this.#end);
    this.#field = null;
  }
}

interface OpenField {
  name: string;
  valueStart: number;
}

/** The field that starts at `at`. */
function fieldAt(text: string, at: number): OpenField | null {
  NAME.lastIndex = at;
  if (!NAME.test(text)) return null;
  const nameEnd = NAME.lastIndex;
  COLON.lastIndex = nameEnd;
  if (!COLON.test(text)) return null;
  return { name: text.slice(at, nameEnd).toLowerCase(), valueStart: COLON.lastIndex };
}

function lineEnd(text: string, at: number): number {
  const eol = text.indexOf('\n', at);
  return eol < 0 ? text.length : eol + 1;
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** mbox writers leave a `From ` line (RFC 4155), some servers a blank line, before the first field. */
function skipEnvelope(raw: Uint8Array): number {
  const first = raw[0] ?? 0;
  if (first > 0x20 && first !== 0x3e && raw[4] !== 0x20) return 0;
  const probe = binaryText(raw, 0, Math.min(raw.length, 1024)).text;
  const lead = /^(?:[ \t]*\r?\n){0,8}(?:>?From [^\n]*\n)?[ \t]*/.exec(probe)?.[0] ?? '';
  return STARTS_SURE.test(probe.slice(lead.length)) || lead.includes('From ') ? lead.length : 0;
}

/** The value on one line (RFC 5322 §2.2.3), trimmed, still one char per octet. */
export function unfold(value: string): string {
  const bounded = (value.length > MAX_VALUE_CHARS ? value.slice(0, MAX_VALUE_CHARS) : value).trim();
  return bounded.includes('\n') ? bounded.replace(/\r?\n/g, '') : bounded;
}

/** The first field of that name, unfolded, or null. The first wins, as in every reader that matters for trust. */
export function firstValue(block: HeaderBlock, name: string): string | null {
  for (const field of block.fields) if (field.name === name) return unfold(field.value);
  return null;
}

/** All fields of that name, unfolded, in order. */
export function allValues(block: HeaderBlock, name: string): string[] {
  const values: string[] = [];
  for (const field of block.fields) if (field.name === name) values.push(unfold(field.value));
  return values;
}

/** Text of a value with raw 8-bit octets (RFC 6532, or simply wrong); `hint` is the charset of the body. */
export function textValue(value: string, hint: string | null): string {
  if (value.includes('\u001B$')) return decodeText(bytesFromLatin1(value), 'iso-2022-jp');
  return /[\x80-\xff]/.test(value) ? guessText(bytesFromLatin1(value), hint) : value;
}
