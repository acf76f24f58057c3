/**
 * Opened messages: parsed one after the other, and the last few kept, so that attachments open without another parse.
 * What cannot be parsed is shown as source with the reason as a defect. Must not know storage nor workers.
 */
import { PoplarError } from '../errors.ts';
import type { ParsedMessage } from '../message/parse.ts';
import { sourceContent } from '../message/source-view.ts';
import type { MessageId } from '../model/ids.ts';
import type { MessageContent } from '../model/message.ts';

/** How many messages are kept, and how many octets of them (the message that was opened last is always kept). */
const KEPT_MESSAGES = 8;
const KEPT_OCTETS = 64 * 1024 * 1024;
/** Larger messages are not parsed at all: two copies of them are more than a phone's tab may use. */
export const PARSE_LIMIT_OCTETS = 128 * 1024 * 1024;

/** Reads the raw message when its turn has come. Throws PoplarError, `not-found` among others. */
export type LoadRaw = (id: MessageId) => Promise<Uint8Array>;

interface Opened extends ParsedMessage {
  /** Why there is only the source, or null. */
  failure: PoplarError | null;
  octets: number;
}

export class Parser {
  readonly #parse: (raw: Uint8Array) => Promise<ParsedMessage>;
  readonly #load: LoadRaw;
  /** Oldest use first. */
  readonly #kept = new Map<MessageId, Opened>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parse: (raw: Uint8Array) => Promise<ParsedMessage>, load: LoadRaw) {
    this.#parse = parse;
    this.#load = load;
  }

  /** The opened message. Throws `cancelled`, and what `load` throws; malformed mail yields defects. */
  async content(id: MessageId, signal?: AbortSignal): Promise<MessageContent> {
    return { id, ...(await this.#open(id, signal)).content };
  }

  /** The octets of one attachment, the caller's own. Throws `not-found`, or why the message could not be parsed. */
  async attachment(id: MessageId, index: number): Promise<Uint8Array<ArrayBuffer>> {
    const { attachments, failure } = await this.#open(id);
    if (failure !== null) throw failure;
    const octets = attachments[index];
    if (octets === undefined) throw new PoplarError('not-found', 'message', { detail: { index } });
    return new Uint8Array(octets);
  }

  /** Forgets what is kept of messages that are not what they were. */
  forget(ids: readonly MessageId[]): void {
    // Behind what is being parsed now, which may be one of them as it was.
    this.#queue = this.#queue.then(() => ids.forEach((id) => this.#kept.delete(id)));
  }

  /** Forgets what is kept: messages were removed. */
  clear(): void {
    this.#kept.clear();
  }

  /** One after the other; a person who walks through a list leaves behind a queue that nobody waits for any more. */
  #open(id: MessageId, signal?: AbortSignal): Promise<Opened> {
    const turn = this.#queue.then(async () => {
      if (signal?.aborted) throw new PoplarError('cancelled', 'page');
      const opened = this.#kept.get(id) ?? (await this.#openNow(id));
      this.#keep(id, opened);
      return opened;
    });
    this.#queue = turn.catch(() => undefined); // Who asked hears the error; the next one is not concerned.
    return turn;
  }

  async #openNow(id: MessageId): Promise<Opened> {
    const raw = await this.#load(id);
    try {
      if (raw.length > PARSE_LIMIT_OCTETS)
        return source(raw, new PoplarError('parse-failed', 'message'), true);
      const parsed = await this.#parse(raw);
      return { ...parsed, failure: null, octets: raw.length + sizeOf(parsed) };
    } catch (error) {
      if (!(error instanceof PoplarError) || error.hop !== 'message') throw error;
      return source(raw, error, false);
    }
  }

  #keep(id: MessageId, opened: Opened): void {
    this.#kept.delete(id);
    this.#kept.set(id, opened);
    let octets = 0;
    for (const kept of this.#kept.values()) octets += kept.octets;
    for (const [oldest, { octets: freed }] of this.#kept) {
      if (oldest === id || (this.#kept.size <= KEPT_MESSAGES && octets <= KEPT_OCTETS)) return;
      this.#kept.delete(oldest);
      octets -= freed;
    }
  }
}

function source(raw: Uint8Array, failure: PoplarError, tooLarge: boolean): Opened {
  const timeout = failure.code === 'parse-timeout' ? 'parse-timeout' : 'parse-failed';
  const content = sourceContent(raw, tooLarge ? 'too-large-to-parse' : timeout);
  return { content, attachments: [], failure, octets: content.text?.length ?? 0 };
}

function sizeOf({ content, attachments }: ParsedMessage): number {
  const texts = (content.text?.length ?? 0) + (content.html?.length ?? 0);
  return attachments.reduce((sum, { length }) => sum + length, texts);
}
