/** Capabilities: what a server said of itself in reply to CAPA (RFC 2449 §5). Pure data with questions. */
import { PoplarError } from '../errors.ts';
import { latin1FromBytes } from '../wire/ascii.ts';
import { LineBuffer } from '../wire/line-buffer.ts';

/** Tags are compared without regard to case; unknown ones and typing errors harm nothing. */
export class Capabilities {
  /** CAPA was answered. Without it nothing is known, which is not the same as nothing being offered. */
  readonly known: boolean;
  readonly #tags: ReadonlyMap<string, readonly string[]>;

  private constructor(known: boolean, tags: ReadonlyMap<string, readonly string[]>) {
    this.known = known;
    this.#tags = tags;
  }

  /** Before CAPA, or when the server does not know it. */
  static readonly unknown = new Capabilities(false, new Map());

  /** From the lines of the reply. A tag that comes twice (SASL over several lines) has the arguments of both. */
  static fromLines(lines: readonly string[]): Capabilities {
    const tags = new Map<string, readonly string[]>();
    for (const line of lines) {
      const [tag, ...args] = line.trim().split(/\s+/);
      if (tag === undefined || tag === '') continue;
      const name = tag.toUpperCase();
      tags.set(name, [...(tags.get(name) ?? []), ...args]);
    }
    return new Capabilities(true, tags);
  }

  has(tag: string): boolean {
    return this.#tags.has(tag.toUpperCase());
  }

  /** The words behind a tag, as the server wrote them; empty when the tag is not there. */
  argumentsOf(tag: string): readonly string[] {
    return this.#tags.get(tag.toUpperCase()) ?? [];
  }

  /** SASL mechanisms on offer, upper case (RFC 5034 §3). */
  get mechanisms(): readonly string[] {
    return this.argumentsOf('SASL').map((name) => name.toUpperCase());
  }

  /** Several commands may be under way at once (RFC 2449 §6.6). Only what is said after the login counts. */
  get pipelining(): boolean {
    return this.has('PIPELINING');
  }

  /** The same without one tag. */
  without(tag: string): Capabilities {
    const tags = new Map(this.#tags);
    tags.delete(tag.toUpperCase());
    return new Capabilities(this.known, tags);
  }
}

/** More lines than any server has capabilities: a reply beyond this is cut, not kept. */
const MAX_LINES = 1000;
/** More octets than any such reply has: beyond this it is taken for endless. */
const MAX_REPLY_OCTETS = 1024 * 1024;

/** Gathers the body of a CAPA reply. */
export class CapabilityReader {
  readonly #buffer = new LineBuffer();
  readonly #lines: string[] = [];
  #octets = 0;

  /** Throws PoplarError `protocol-error` when a line, or the reply, has no end. */
  push(bytes: Uint8Array): void {
    this.#octets += bytes.length;
    if (this.#octets > MAX_REPLY_OCTETS) {
      throw new PoplarError('protocol-error', 'login', { detail: { what: 'capabilities-too-long' } });
    }
    const cursor = { bytes, at: 0 };
    for (let line = this.#buffer.next(cursor); line !== null; line = this.#buffer.next(cursor)) {
      if (this.#lines.length < MAX_LINES) this.#lines.push(latin1FromBytes(line));
    }
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}
