/** What was said in the last sessions of an account, read when somebody wants to see it. Must not know how it is shown. */
import { SvelteMap } from 'svelte/reactivity';
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { AccountId } from '../model/ids.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { asPoplarError } from './as-poplar-error.ts';

export class TranscriptsState {
  /** Newest first; absent until they are read. */
  readonly sessions = new SvelteMap<AccountId, readonly SessionTranscript[]>();
  /** Why they could not be read. */
  readonly errors = new SvelteMap<AccountId, PoplarError>();
  readonly #api: MailApi;

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** Reads them anew. Never throws. */
  async load(account: AccountId): Promise<void> {
    try {
      this.sessions.set(account, await this.#api.transcripts(account));
      this.errors.delete(account);
    } catch (error) {
      this.errors.set(account, asPoplarError(error));
    }
  }
}
