/**
 * Makes raw octets fit for a parser that knows only UTF-8 headers and trusts every label: raw 8-bit header values
 * become UTF-8, 8-bit text with a missing or wrong charset gets the right one, a missing blank line is put in and an
 * mbox line taken out. Most mail passes untouched and uncopied.
 */
import { decoderFor, isUtf8, saysNothing } from './charset.ts';
import { firstValue, splitMessageHeader, textValue, type HeaderBlock } from './header.ts';
import { parseStructured } from './parameter.ts';
import { walkParts, type Leaf, type Walk } from './structure.ts';
import { decodeTransfer } from './transfer.ts';

export interface Repaired {
  /** The octets to parse; the very same array when nothing was wrong. */
  raw: Uint8Array;
  /** The header of the message as received. */
  block: HeaderBlock;
  walk: Walk;
}

/** Replace the octets [start, end) by `octets`. */
interface Edit {
  start: number;
  end: number;
  octets: Uint8Array;
}

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** Walks the whole message once, through at most `maxParts` parts, and repairs what it has to. Never throws. */
export function repair(raw: Uint8Array, maxParts: number): Repaired {
  const block = splitMessageHeader(raw);
  const edits: Edit[] = block.start > 0 ? [{ start: 0, end: block.start, octets: NOTHING }] : [];
  const walk = walkParts(raw, block, raw.length, maxParts, (leaf) => edits.push(...charsetEdits(raw, leaf)));
  const charset = parseStructured(firstValue(block, 'content-type') ?? '').params.get('charset') ?? null;
  for (const part of [block, ...walk.blocks]) edits.push(...headerEdits(raw, part, charset));
  return { raw: edits.length === 0 ? raw : applyEdits(raw, edits), block, walk };
}

function headerEdits(raw: Uint8Array, block: HeaderBlock, charset: string | null): Edit[] {
  const edits: Edit[] = [];
  if (block.eightBit && !isUtf8(raw.subarray(block.start, block.end))) {
    // Folds stay, so that lines stay lines; junk between fields goes.
    const lines = block.fields.map(
      (field) => `${field.name}:${textValue(field.value.trimEnd(), charset)}\r\n`,
    );
    edits.push({ start: block.start, end: block.end, octets: encoder.encode(lines.join('')) });
  }
  if (block.end === block.bodyStart && block.bodyStart < raw.length) {
    edits.push({ start: block.end, end: block.end, octets: encoder.encode('\r\n') });
  }
  return edits;
}

/** The first Content-Type wins, so a better one is put before the part's own. */
function charsetEdits(raw: Uint8Array, leaf: Leaf): Edit[] {
  const { value, params } = leaf.type;
  if (value !== 'text/plain' && value !== 'text/html') return [];
  if (parseStructured(firstValue(leaf.block, 'content-disposition') ?? '').value === 'attachment') return [];
  const charset = betterCharset(raw, leaf, params.get('charset') ?? '');
  if (charset === null) return [];
  const kept = ['format', 'delsp']
    .filter((name) => params.has(name))
    .map((name) => `; ${name}="${params.get(name) ?? ''}"`);
  const field = `Content-Type: ${value}; charset=${charset}${kept.join('').replace(/[\r\n]/g, '')}\r\n`;
  return [{ start: leaf.block.start, end: leaf.block.start, octets: encoder.encode(field) }];
}

/** What the part's octets really are when its label is missing, says nothing, is unknown or is a lie; else null. */
function betterCharset(raw: Uint8Array, leaf: Leaf, label: string): string | null {
  const encoding = firstValue(leaf.block, 'content-transfer-encoding') ?? '';
  const encoded = /base64|quoted-printable/i.test(encoding);
  const decoder = saysNothing(label) ? null : decoderFor(label);
  if (decoder !== null && (decoder.encoding !== 'utf-8' || encoded)) return null;
  const octets = decodeTransfer(raw.subarray(leaf.start, leaf.end), encoding);
  if (!octets.some((octet) => octet >= 0x80)) return null;
  if (isUtf8(octets)) return label === '' || decoder !== null ? null : 'utf-8';
  return 'windows-1252';
}

function applyEdits(raw: Uint8Array, edits: Edit[]): Uint8Array {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  const grown = sorted.reduce((sum, edit) => sum + edit.octets.length - (edit.end - edit.start), 0);
  const out = new Uint8Array(raw.length + grown);
  let from = 0;
  let to = 0;
  for (const edit of sorted) {
    out.set(raw.subarray(from, edit.start), to);
    to += edit.start - from;
    out.set(edit.octets, to);
    to += edit.octets.length;
    from = edit.end;
  }
  out.set(raw.subarray(from), to);
  return out;
}
