/**
 * Walks the parts of a message (RFC 2046 §5.1) without decoding any: one pass over the lines, a stack of open
 * boundaries, bounded depth and count. Nested messages are leaves. Knows nothing of what the parts are good for.
 */
import { bytesFromLatin1 } from '../wire/ascii.ts';
import { splitHeader, firstValue, type HeaderBlock } from './header.ts';
import { parseStructured, type StructuredValue } from './parameter.ts';

/** A part with content of its own (not a multipart). */
export interface Leaf {
  readonly block: HeaderBlock;
  readonly type: StructuredValue;
  /** Types of the multiparts around it, outermost first. */
  readonly within: readonly string[];
  readonly start: number;
  /** Offset after the last octet, the line break before the boundary not counted. */
  readonly end: number;
}

export interface Walk {
  /** False when the octets ended (or the limits cut) before the closing boundary of the outermost multipart. */
  complete: boolean;
  parts: number;
  /** All header blocks of parts, in order, without the message's own. */
  blocks: HeaderBlock[];
}

interface OpenMultipart {
  type: string;
  /** `--` and the boundary. */
  delimiter: Uint8Array;
}

const MAX_DEPTH = 64;
const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

/** RFC 2045 §5.2: no Content-Type means text/plain; RFC 2046 §5.1.5: in a digest it means a message. */
export function partType(block: HeaderBlock, parent: string | undefined): StructuredValue {
  const type = parseStructured(firstValue(block, 'content-type') ?? '');
  if (/^[^/\s]+\/[^/\s]+$/.test(type.value)) return type;
  return { value: parent === 'multipart/digest' ? 'message/rfc822' : 'text/plain', params: type.params };
}

/** Calls `onLeaf` for each leaf below `root` that begins before `limit`, in order. */
export function walkParts(
  raw: Uint8Array,
  root: HeaderBlock,
  limit: number,
  maxParts: number,
  onLeaf: (leaf: Leaf) => void,
): Walk {
  const walker = new PartWalker(raw, limit, maxParts, onLeaf);
  walker.open(root);
  walker.run(root.bodyStart);
  return walker.walk;
}

class PartWalker {
  readonly walk: Walk = { complete: true, parts: 0, blocks: [] };
  private readonly raw: Uint8Array;
  private readonly limit: number;
  private readonly maxParts: number;
  private readonly onLeaf: (leaf: Leaf) => void;
  private readonly stack: OpenMultipart[] = [];
  private leaf: Omit<Leaf, 'end'> | null = null;

  constructor(raw: Uint8Array, limit: number, maxParts: number, onLeaf: (leaf: Leaf) => void) {
    this.limit = Math.min(limit, raw.length);
    this.raw = this.limit < raw.length ? raw.subarray(0, this.limit) : raw;
    this.maxParts = maxParts;
    this.onLeaf = onLeaf;
  }

  /** A part begins: either a multipart is opened or a leaf waits for its end. */
  open(block: HeaderBlock): void {
    const type = partType(block, this.stack.at(-1)?.type);
    const boundary = type.value.startsWith('multipart/') ? type.params.get('boundary') : undefined;
    this.walk.parts++;
    if (this.walk.parts > 1) this.walk.blocks.push(block);
    if (boundary !== undefined && boundary !== '' && this.stack.length < MAX_DEPTH) {
      this.stack.push({ type: type.value, delimiter: bytesFromLatin1(`--${boundary}`) });
      this.leaf = null;
    } else {
      this.leaf = { block, type, within: this.stack.map((open) => open.type), start: block.bodyStart };
    }
  }

  run(start: number): void {
    let at = start;
    while (at < this.limit && this.stack.length > 0 && this.walk.parts < this.maxParts) {
      const level = this.raw[at] === DASH && this.raw[at + 1] === DASH ? this.openLevel(at) : -1;
      at = level < 0 ? nextDashedLine(this.raw, at) : this.atBoundary(level, at);
    }
    this.walk.complete = this.stack.length === 0;
    this.closeLeaf(this.limit);
  }

  /** The innermost open multipart whose delimiter starts the line, or -1. */
  private openLevel(at: number): number {
    for (let level = this.stack.length - 1; level >= 0; level--) {
      const delimiter = this.stack[level]?.delimiter;
      if (delimiter !== undefined && this.delimits(at, delimiter)) return level;
    }
    return -1;
  }

  /** RFC 2046 §5.1.1: after the delimiter only `--` and white space, or it is the start of a longer one. */
  private delimits(at: number, delimiter: Uint8Array): boolean {
    for (let i = 0; i < delimiter.length; i++) if (this.raw[at + i] !== delimiter[i]) return false;
    let i = at + delimiter.length;
    if (this.raw[i] === DASH && this.raw[i + 1] === DASH) i += 2;
    while (i < this.raw.length && (this.raw[i] === 0x20 || this.raw[i] === 0x09 || this.raw[i] === CR)) i++;
    return i >= this.raw.length || this.raw[i] === LF;
  }

  private atBoundary(level: number, at: number): number {
    this.closeLeaf(at);
    const next = this.lineEnd(at);
    const delimiter = this.stack[level]?.delimiter.length ?? 0;
    const closing = this.raw[at + delimiter] === DASH && this.raw[at + delimiter + 1] === DASH;
    this.stack.length = closing ? level : level + 1;
    if (closing) return next;
    const block = splitHeader(this.raw, next, this.limit);
    this.open(block);
    return block.bodyStart;
  }

  private closeLeaf(lineStart: number): void {
    if (this.leaf === null) return;
    const { block, type, within, start } = this.leaf;
    let end = lineStart;
    if (end > start && this.raw[end - 1] === LF && end < this.limit) end--;
    if (end > start && this.raw[end - 1] === CR && end < lineStart) end--;
    this.onLeaf({ block, type, within, start, end: Math.max(start, end) });
    this.leaf = null;
  }

  private lineEnd(at: number): number {
    const lf = this.raw.indexOf(LF, at);
    return lf < 0 ? this.limit : lf + 1;
  }
}

/**
 * Start of the next line after `at` that begins with `--`, or the length. Of LF and two dashes one stands at every third
 * place, so only every third octet is looked at: bodies are long, and boundaries are few.
 */
function nextDashedLine(raw: Uint8Array, at: number): number {
  for (let i = at + 2; i < raw.length; i += 3) {
    const octet = raw[i];
    if (octet !== DASH && octet !== LF) continue;
    const lf = octet === LF ? i : raw[i - 1] === LF ? i - 1 : i - 2;
    if (raw[lf] === LF && raw[lf + 1] === DASH && raw[lf + 2] === DASH) return lf + 1;
  }
  return raw.length;
}
