/**
 * Cuts a header block into fields (RFC 5322 §2.2), for the message and for its parts. Tolerant: bare LF, a `From `
 * line or blank lines first, junk lines between fields, a missing blank line, no header at all. Values stay folded
 * binary strings; `textValue` decodes. Knows nothing of what the fields mean.
 */
import { binaryOctets, binaryText } from './binary.ts';
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
const LF = 0x0a;
const CR = 0x0d;
const FIELD_NAME = /^[!-9;-~]+[ \t]*$/;
const COMMON_FIELD =
  /^(?:received|return-path|from|to|cc|subject|date|message-id|reply-to|sender|mime-version|content-[a-z-]+|x-[!-9;-~]+|list-[a-z]+|delivered-to|dkim-signature|references|in-reply-to|user-agent)[ \t]*:/i;

/** The header of a whole message. Without any field `fields` is empty and the body starts where the header would. */
export function splitMessageHeader(raw: Uint8Array): HeaderBlock {
  return splitHeader(raw, skipEnvelope(raw), raw.length);
}

/** The header block that starts at `start`; nothing at or after `limit` is looked at. */
export function splitHeader(raw: Uint8Array, start: number, limit: number): HeaderBlock {
  const end = Math.min(limit, start + HEADER_LIMIT_OCTETS);
  let bits = 0;
  let lineStart = start;
  let blockEnd = end;
  let bodyStart = end;
  for (let i = start; i < end; i++) {
    const octet = raw[i] ?? 0;
    bits |= octet;
    if (octet !== LF) continue;
    if (i === lineStart || (i === lineStart + 1 && raw[lineStart] === CR)) {
      blockEnd = lineStart;
      bodyStart = i + 1;
      break;
    }
    lineStart = i + 1;
  }
  const eightBit = bits >= 0x80;
  const { fields, stoppedAt } = cutFields(binaryText(raw, start, blockEnd, !eightBit));
  if (stoppedAt === null) return { fields, eightBit, start, end: blockEnd, bodyStart };
  return { fields, eightBit, start, end: start + stoppedAt, bodyStart: start + stoppedAt };
}

/** `stoppedAt` is the offset of a line that can only be body, or null when all lines were header. */
function cutFields(text: string): { fields: HeaderField[]; stoppedAt: number | null } {
  const fields: HeaderField[] = [];
  let at = 0;
  let name = '';
  let valueStart = 0;
  while (at < text.length) {
    const eol = text.indexOf('\n', at);
    const next = eol < 0 ? text.length : eol + 1;
    const first = text.charCodeAt(at);
    const folded = fields.length > 0 && (first === 0x20 || first === 0x09);
    if (folded) {
      if (name !== '') fields[fields.length - 1] = { name, value: text.slice(valueStart, next) };
    } else {
      const line = text.slice(at, next);
      const colon = line.indexOf(':');
      name =
        colon > 0 && FIELD_NAME.test(line.slice(0, colon))
          ? line.slice(0, colon).trimEnd().toLowerCase()
          : '';
      if (name === '') {
        if (fields.length === 0 || !COMMON_FIELD.test(text.slice(next, next + 80)))
          return { fields, stoppedAt: at };
      } else {
        valueStart = at + colon + 1;
        fields.push({ name, value: line.slice(colon + 1) });
      }
    }
    at = next;
  }
  return { fields, stoppedAt: null };
}

/** mbox writers leave a `From ` line (RFC 4155), some servers a blank line, before the first field. */
function skipEnvelope(raw: Uint8Array): number {
  const first = raw[0] ?? 0;
  if (first > 0x20 && first !== 0x3e && raw[4] !== 0x20) return 0;
  const probe = binaryText(raw, 0, Math.min(raw.length, 1024), false);
  const lead = /^(?:[ \t]*\r?\n){0,8}(?:>?From [^\n]*\n)?/.exec(probe)?.[0] ?? '';
  if (lead === '') return 0;
  return COMMON_FIELD.test(probe.slice(lead.length)) || /From /.test(lead) ? lead.length : 0;
}

/** The value on one line (RFC 5322 §2.2.3), trimmed, still one char per octet. */
export function unfold(value: string): string {
  const line = value.includes('\n') ? value.replace(/\r?\n/g, '') : value;
  return line.trim();
}

/** The first field of that name, unfolded, or null. The first wins, as in every reader that matters for trust. */
export function firstValue(block: HeaderBlock, name: string): string | null {
  for (const field of block.fields) if (field.name === name) return unfold(field.value);
  return null;
}

/** All fields of that name, unfolded, in order. */
export function allValues(block: HeaderBlock, name: string): string[] {
  return block.fields.filter((field) => field.name === name).map((field) => unfold(field.value));
}

/** Text of a value with raw 8-bit octets (RFC 6532, or simply wrong); `hint` is the charset of the body. */
export function textValue(value: string, hint: string | null): string {
  if (value.includes('\x1b$')) return decodeText(binaryOctets(value), 'iso-2022-jp');
  return /[\x80-\xff]/.test(value) ? guessText(binaryOctets(value), hint) : value;
}
