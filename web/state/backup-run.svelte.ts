/**
 * One copy of all mail of an account, from the store into a file. Must not know where the file is, nor what is in it. It
 * counts as saved only when the file is known to be whole.
 */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { AccountId } from '../model/ids.ts';
import { asPoplarError } from './as-poplar-error.ts';

/** Where the pieces go. All methods throw PoplarError `file-not-written`. */
export interface BackupSink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** `written`: the file is whole where somebody chose. `handed-over`: the browser has it, and tells nothing more of it. */
  close(): Promise<'written' | 'handed-over'>;
  /** Leaves no file behind, where that can be. */
  abort(): Promise<void>;
}

export interface BackupFigures {
  /** Messages so far, and of how many. */
  messages: number;
  total: number;
  /** Octets of the file so far. */
  octets: number;
  /** Messages that could not be read from this device. */
  unreadable: number;
  /** Messages that are in the file, but not as they once came. */
  damaged: number;
  /** Messages whose beginning alone is here; they are not in the file either. */
  beginnings: number;
}

export type BackupView =
  | { state: 'idle' }
  | ({ state: 'running' } & BackupFigures)
  /** The browser has the file; only somebody who looks can tell whether it is there. */
  | ({ state: 'asking' } & BackupFigures)
  | ({ state: 'saved' } & BackupFigures)
  | { state: 'failed'; error: PoplarError };

export class BackupRun {
  view = $state.raw<BackupView>({ state: 'idle' });
  readonly #api: MailApi;
  readonly #account: AccountId;
  #id: number | null = null;
  #isCancelled = false;

  constructor(api: MailApi, account: AccountId) {
    this.#api = api;
    this.#account = account;
  }

  /** Writes the whole file. How it went is in `view`; never rejects. One at a time. */
  async run(sink: BackupSink): Promise<void> {
    if (this.view.state === 'running') return;
    this.#isCancelled = false;
    try {
      const figures = await this.#write(sink);
      const end = await sink.close();
      this.view = { state: 'asking', ...figures };
      if (end === 'written') await this.confirm();
    } catch (error) {
      this.view = this.#isCancelled ? { state: 'idle' } : { state: 'failed', error: asPoplarError(error) };
      // What went wrong first is what people must hear.
      await Promise.allSettled([sink.abort(), this.#drop()]);
    }
  }

  /** The file is there and whole. */
  async confirm(): Promise<void> {
    if (this.view.state !== 'asking' || this.#id === null) return;
    const { view } = this;
    try {
      await this.#api.endBackup(this.#id, true);
      this.#id = null;
      this.view = { ...view, state: 'saved' };
    } catch (error) {
      this.view = { state: 'failed', error: asPoplarError(error) };
    }
  }

  /** Stops writing, or says that the file is not there: nothing counts as saved. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    if (this.view.state === 'running') return;
    this.view = { state: 'idle' };
    await this.#drop();
  }

  async #write(sink: BackupSink): Promise<BackupFigures> {
    let figures: BackupFigures = {
      messages: 0,
      total: 0,
      octets: 0,
      unreadable: 0,
      damaged: 0,
      beginnings: 0,
    };
    this.view = { state: 'running', ...figures };
    const { id, messages: total } = await this.#api.startBackup(this.#account);
    this.#id = id;
    for (;;) {
      if (this.#isCancelled) throw new PoplarError('cancelled', 'page');
      const part = await this.#api.readBackup(id);
      await sink.write(part.bytes);
      figures = {
        messages: figures.messages + part.messages,
        total,
        octets: figures.octets + part.bytes.length,
        unreadable: figures.unreadable + part.unreadable,
        damaged: figures.damaged + part.damaged,
        beginnings: figures.beginnings + part.beginnings,
      };
      this.view = { state: 'running', ...figures };
      if (part.isLast) break;
    }
    if (this.#isCancelled) throw new PoplarError('cancelled', 'page');
    return figures;
  }

  /** The worker forgets what it had ready. */
  async #drop(): Promise<void> {
    const id = this.#id;
    this.#id = null;
    if (id !== null) await this.#api.endBackup(id, false);
  }
}
