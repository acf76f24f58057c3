/**
 * Sets seen and starred: at once on the page, then in the store, and back when the store refuses. Whoever shows rows
 * listens for both. Must not know who that is, nor any words.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { MessageSummary } from '../model/message.ts';
import { asPoplarError } from './as-poplar-error.ts';

export interface FlagPatch {
  seen?: boolean;
  starred?: boolean;
}

/** Who tells the person what became of an action. Built in main, where the words are. */
export interface ActionSink {
  done(patch: FlagPatch, count: number, undo: () => Promise<void>): void;
  failed(error: PoplarError): void;
}

export type RowListener = (rows: readonly MessageSummary[]) => void;

export class FlagActions {
  readonly #api: MailApi;
  readonly #sink: ActionSink;
  readonly #listeners = new Set<RowListener>();

  constructor(api: MailApi, sink: ActionSink) {
    this.#api = api;
    this.#sink = sink;
  }

  /** Hears the rows as they are to be shown from now on, until the returned function is called. */
  listen(listener: RowListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** False when the store refused; then the rows were put back and the person told. */
  async set(rows: readonly MessageSummary[], patch: FlagPatch): Promise<boolean> {
    this.#show(rows.map((row) => ({ ...row, ...patch })));
    try {
      await this.#api.setFlags(
        rows.map((row) => row.id),
        patch,
      );
      return true;
    } catch (error) {
      this.#show(rows);
      this.#sink.failed(asPoplarError(error));
      return false;
    }
  }

  /** The same, told to the person with a way back. */
  async setUndoably(rows: readonly MessageSummary[], patch: FlagPatch): Promise<void> {
    if (!(await this.set(rows, patch))) return;
    this.#sink.done(patch, rows.length, async () => {
      for (const row of rows) await this.set([{ ...row, ...patch }], before(row, patch));
    });
  }

  #show(rows: readonly MessageSummary[]): void {
    for (const listener of this.#listeners) listener(rows);
  }
}

/** What the patch changed, as it was in `row`. */
function before(row: MessageSummary, patch: FlagPatch): FlagPatch {
  return {
    ...(patch.seen === undefined ? {} : { seen: row.seen }),
    ...(patch.starred === undefined ? {} : { starred: row.starred }),
  };
}
