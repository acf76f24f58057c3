/** Reading: lists, opened messages, sources, attachments, flags. Must not know how mail got here. */
import type { FolderCount, ListQuery, ListWindow, MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { MessageId } from '../model/ids.ts';
import type { MessageContent, MessageSummary } from '../model/message.ts';
import type { FlagPatch, MailStore } from '../store/mail-store.ts';
import type { Mailroom } from './mailroom.ts';
import type { Parser } from './parser.ts';

type ReadingCalls = Pick<
  MailApi,
  'counts' | 'list' | 'indexOf' | 'ids' | 'summary' | 'content' | 'source' | 'attachment' | 'setFlags'
>;

/** More rows than any window shows; a larger limit would freeze the page that asked. */
const MAX_WINDOW_ROWS = 1_000;

export class ReadingDesk implements ReadingCalls {
  readonly #store: MailStore;
  readonly #mailroom: Mailroom;
  readonly #parser: Parser;

  constructor(store: MailStore, mailroom: Mailroom, parser: Parser) {
    this.#store = store;
    this.#mailroom = mailroom;
    this.#parser = parser;
    mailroom.subscribe((event) => {
      if (event.type === 'messages-removed' || event.type === 'messages-deleted') parser.clear();
      if (event.type === 'messages-changed' && event.whole) parser.forget(event.ids);
    });
  }

  async counts(): Promise<FolderCount[]> {
    return (await this.#mailroom.list()).counts();
  }

  async list(query: ListQuery, offset: number, limit: number): Promise<ListWindow> {
    return this.#mailroom.window(query, offset, Math.min(limit, MAX_WINDOW_ROWS));
  }

  async indexOf(query: ListQuery, id: MessageId): Promise<number> {
    return (await this.#mailroom.list()).indexOf(query, id);
  }

  async ids(query: ListQuery): Promise<MessageId[]> {
    return (await this.#mailroom.list()).ids(query);
  }

  async summary(id: MessageId): Promise<MessageSummary | null> {
    return (await this.#mailroom.list()).get(id);
  }

  async content(id: MessageId, signal?: AbortSignal): Promise<MessageContent> {
    const content = await this.#parser.content(id, signal);
    // The octets alone do not tell.
    const { unterminated, partial } = (await this.summary(id)) ?? {};
    const shown = partial === undefined ? content : ofBeginning(content);
    const defects = [...shown.defects];
    if (unterminated && partial === undefined) defects.push('unterminated');
    return { ...shown, defects };
  }

  /** The octets are the caller's own. */
  source(id: MessageId): Promise<Uint8Array<ArrayBuffer>> {
    return loadRaw(this.#store, id);
  }

  attachment(id: MessageId, index: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#parser.attachment(id, index);
  }

  setFlags(ids: MessageId[], patch: FlagPatch): Promise<void> {
    return this.#mailroom.flag(ids, patch);
  }
}

/** Nothing that was cut off in the middle is offered to be saved, nor called damaged. */
function ofBeginning(content: MessageContent): MessageContent {
  const defects = content.defects.filter((defect) => defect !== 'truncated-structure');
  return { ...content, attachments: [], defects };
}

/** The raw message. Throws PoplarError `not-found`. */
export async function loadRaw(store: MailStore, id: MessageId): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await store.raw(id);
  if (raw === null) throw new PoplarError('not-found', 'storage', { detail: { id } });
  return raw;
}
