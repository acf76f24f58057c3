/**
 * Passwords: kept in the store when the person wants that, else in memory until the tab is closed.
 * They are read by the fetch alone and never travel back to a page.
 */
import type { AccountId } from '../model/ids.ts';
import type { MailStore } from '../store/mail-store.ts';

export class Passwords {
  readonly #store: MailStore;
  readonly #forThisVisit = new Map<AccountId, string>();

  constructor(store: MailStore) {
    this.#store = store;
  }

  async get(account: AccountId): Promise<string | null> {
    return this.#forThisVisit.get(account) ?? (await this.#store.password(account));
  }

  /** Replaces what was known. Without `remember` a password kept before is forgotten. */
  async set(account: AccountId, password: string, remember: boolean): Promise<void> {
    await this.#store.setPassword(account, remember ? password : null);
    if (remember) this.#forThisVisit.delete(account);
    else this.#forThisVisit.set(account, password);
  }

  /** The account is gone; the store has forgotten its part with it. */
  forget(account: AccountId): void {
    this.#forThisVisit.delete(account);
  }
}
