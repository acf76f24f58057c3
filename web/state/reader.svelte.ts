/**
 * The opened message: its row at once, its content when the worker has parsed it, its source on demand. Answers for a
 * message that is no longer open are dropped. Must not know how mail is drawn or made safe.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { MailEvent } from '../model/event.ts';
import type { MessageId } from '../model/ids.ts';
import type { MessageContent, MessageSummary } from '../model/message.ts';
import { asPoplarError } from './as-poplar-error.ts';
import type { FlagActions, FlagPatch } from './flag-actions.ts';

export type ReaderView = 'html' | 'text' | 'source';

export class ReaderState {
  readonly #api: MailApi;
  readonly #flags: FlagActions;
  #id = $state<MessageId | null>(null);
  #summary = $state.raw<MessageSummary | null>(null);
  #content = $state.raw<MessageContent | null>(null);
  #source = $state.raw<Uint8Array<ArrayBuffer> | null>(null);
  #error = $state.raw<PoplarError | null>(null);
  #view = $state<ReaderView>('text');
  #gone = $state(false);
  #abort = new AbortController();

  constructor(api: MailApi, flags: FlagActions) {
    this.#api = api;
    this.#flags = flags;
  }

  get id(): MessageId | null {
    return this.#id;
  }
  /** The list's row of the message: what can be shown before it is parsed. */
  get summary(): MessageSummary | null {
    return this.#summary;
  }
  get content(): MessageContent | null {
    return this.#content;
  }
  /** Raw bytes, once the source view was asked for. */
  get source(): Uint8Array<ArrayBuffer> | null {
    return this.#source;
  }
  get error(): PoplarError | null {
    return this.#error;
  }
  /** It was deleted for good while it was open. */
  get gone(): boolean {
    return this.#gone;
  }
  get view(): ReaderView {
    return this.#view;
  }

  /** Follows flag changes of the opened message until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#api.subscribe((event) => void this.#hear(event)),
      this.#flags.listen((rows) => this.#take(rows)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Shows a message; `row` is its row in the list when that is at hand. Opening it marks it as read. */
  async open(id: MessageId, row: MessageSummary | null = null): Promise<void> {
    if (id === this.#id && this.#error === null) return;
    this.#reset(id);
    this.#summary = row;
    const signal = this.#abort.signal;
    try {
      const [content] = await Promise.all([
        this.#api.content(id, signal),
        row === null ? this.#readSummary(id, signal) : null,
      ]);
      if (signal.aborted) return;
      this.#content = content;
      this.#view = content.html === null ? 'text' : 'html';
      if (this.#summary !== null && !this.#summary.seen)
        await this.#flags.set([this.#summary], { seen: true });
    } catch (error) {
      if (!signal.aborted) this.#error = asPoplarError(error);
    }
  }

  /** Also of a message that cannot be read: its row says who sent it, and that it is damaged. */
  async #readSummary(id: MessageId, signal: AbortSignal): Promise<void> {
    const summary = await this.#api.summary(id);
    if (!signal.aborted) this.#summary ??= summary;
  }

  close(): void {
    this.#reset(null);
  }

  /** Tries again after an error. */
  async retry(): Promise<void> {
    if (this.#id !== null) await this.open(this.#id, this.#summary);
  }

  async show(view: ReaderView): Promise<void> {
    this.#view = view;
    if (view !== 'source' || this.#source !== null || this.#id === null) return;
    const signal = this.#abort.signal;
    try {
      const source = await this.#api.source(this.#id);
      if (!signal.aborted) this.#source = source;
    } catch (error) {
      if (!signal.aborted) this.#error = asPoplarError(error);
    }
  }

  /** Decoded bytes of an attachment of the opened message. */
  attachment(index: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#api.attachment(this.#opened(), index);
  }

  /** The raw message, for saving it. */
  rawMessage(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#source === null ? this.#api.source(this.#opened()) : Promise.resolve(this.#source);
  }

  async setFlags(patch: FlagPatch): Promise<void> {
    const summary = this.#summary;
    if (summary === null) return;
    if (patch.seen === undefined) await this.#flags.set([summary], patch);
    else await this.#flags.setUndoably([summary], patch);
  }

  #opened(): MessageId {
    if (this.#id === null) throw new TypeError('no message is open');
    return this.#id;
  }

  #reset(id: MessageId | null): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#id = id;
    this.#summary = null;
    this.#content = null;
    this.#source = null;
    this.#error = null;
    this.#view = 'text';
    this.#gone = false;
  }

  /** All of the message is here now, as it came; what was shown of it stays until that can be. */
  async #reload(id: MessageId): Promise<void> {
    const signal = this.#abort.signal;
    const isSource = this.#view === 'source';
    try {
      const [summary, content, source] = await Promise.all([
        this.#api.summary(id),
        this.#api.content(id, signal),
        isSource ? this.#api.source(id) : null,
      ]);
      if (signal.aborted || summary === null) return;
      this.#summary = summary;
      this.#content = content;
      this.#source = source;
      this.#error = null;
      if (!isSource) this.#view = content.html === null ? 'text' : 'html';
    } catch (error) {
      if (!signal.aborted) this.#error = asPoplarError(error);
    }
  }

  #take(rows: readonly MessageSummary[]): void {
    const row = rows.find(({ id }) => id === this.#id);
    if (row !== undefined) this.#summary = row;
  }

  async #hear(event: MailEvent): Promise<void> {
    const id = this.#id;
    if (id === null || !('ids' in event) || !event.ids.includes(id)) return;
    if (event.type === 'messages-deleted') {
      this.#gone = true;
      return;
    }
    if (event.type === 'messages-changed' && event.whole) return this.#reload(id);
    const signal = this.#abort.signal;
    try {
      const summary = await this.#api.summary(id);
      if (!signal.aborted && summary !== null) this.#summary = summary;
    } catch (error) {
      // A message that can be read stays readable: only what stands in for a missing one may say so.
      if (!signal.aborted && this.#content === null) this.#error = asPoplarError(error);
    }
  }
}
