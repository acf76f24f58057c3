/** How much mail there is and how much of it is unread, by account. Must not know how it is drawn. */
import type { FolderCount, MailApi } from '../api/mail-api.ts';
import type { AccountId } from '../model/ids.ts';
import type { MailEvent } from '../model/event.ts';
import type { PoplarError } from '../errors.ts';
import { asPoplarError } from './failure.ts';

const CHANGING = new Set<MailEvent['type']>([
  'messages-added',
  'messages-changed',
  'messages-removed',
  'accounts-changed',
]);

export class CountsState {
  readonly #api: MailApi;
  #counts = $state.raw<readonly FolderCount[]>([]);
  #error = $state.raw<PoplarError | null>(null);
  #asked = 0;

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** Why the last counting failed; the figures are then those of the one before. */
  get error(): PoplarError | null {
    return this.#error;
  }

  /** Counts now and after each change until the returned function is called. */
  start(): () => void {
    const stop = this.#api.subscribe((event) => {
      if (CHANGING.has(event.type)) void this.#load();
    });
    void this.#load();
    return stop;
  }

  /** Unread messages of one account's inbox, or of all with null. */
  unread(account: AccountId | null): number {
    return this.#sum(account, 'unread');
  }

  /** All messages of one account's inbox, or of all with null. */
  total(account: AccountId | null): number {
    return this.#sum(account, 'total');
  }

  #sum(account: AccountId | null, figure: 'unread' | 'total'): number {
    return this.#counts
      .filter((count) => account === null || count.account === account)
      .reduce((sum, count) => sum + count[figure], 0);
  }

  async #load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const counts = await this.#api.counts();
      if (asked !== this.#asked) return;
      this.#counts = counts;
      this.#error = null;
    } catch (error) {
      if (asked === this.#asked) this.#error = asPoplarError(error);
    }
  }
}
