/**
 * Accounts on their way out: no longer fetched while their mail stays, or gone with all of it. Either is one transaction,
 * so that a tab that is closed in the middle leaves the account as it was. Must not know how an account comes in.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { Account } from '../model/account.ts';
import { closeAccount, type AccountRemovalForecast } from '../model/closed-account.ts';
import type { AccountId } from '../model/ids.ts';
import type { MailStore } from '../store/mail-store.ts';
import { maildropName, type Exclusive, type SyncEngine } from '../sync/engine.ts';
import { findAccount, findOpenAccount } from './account-desk.ts';
import type { Mailroom } from './mailroom.ts';
import type { Passwords } from './passwords.ts';
import type { RemoteRuns } from './remote-runs.ts';

export interface LeavingDeskParts {
  store: MailStore;
  passwords: Passwords;
  mailroom: Mailroom;
  engine: SyncEngine;
  remoteRuns: RemoteRuns;
  exclusive: Exclusive;
  /** Milliseconds since 1970. */
  now: () => number;
}

type LeavingCalls = Pick<MailApi, 'closeAccount' | 'forecastAccountRemoval' | 'removeAccount'>;

export class LeavingDesk implements LeavingCalls {
  readonly #parts: LeavingDeskParts;

  constructor(parts: LeavingDeskParts) {
    this.#parts = parts;
    // Also when it happened in another tab.
    parts.mailroom.subscribe((event) => {
      if (event.type === 'messages-removed' || event.type === 'account-closed')
        parts.passwords.forget(event.account);
    });
  }

  async closeAccount(id: AccountId): Promise<void> {
    const { store, mailroom, now } = this.#parts;
    await this.#alone(await findOpenAccount(store, id), async () =>
      store.closeAccount(closeAccount(await findOpenAccount(store, id), now())),
    );
    mailroom.tell({ type: 'account-closed', account: id });
  }

  async forecastAccountRemoval(id: AccountId): Promise<AccountRemovalForecast> {
    const { store } = this.#parts;
    await findAccount(store, id);
    const [use, holdings, removals] = await Promise.all([
      store.use(id),
      store.holdings(id),
      store.removals(id),
    ]);
    const gone = new Set(removals.filter(({ state }) => state === 'gone').map(({ uidl }) => uidl));
    return { ...use, goneThere: holdings.filter(({ uidl }) => gone.has(uidl)).length };
  }

  async removeAccount(id: AccountId): Promise<void> {
    const { store, mailroom } = this.#parts;
    await this.#alone(await findAccount(store, id), () => store.removeAccount(id));
    mailroom.removed(id);
    mailroom.tell({ type: 'accounts-changed' });
  }

  /** A fetch that runs is called off first, in whichever tab; then under the maildrop's lock, so that none stores a message behind it. */
  async #alone(account: Account, leave: () => Promise<void>): Promise<void> {
    const { engine, remoteRuns, exclusive } = this.#parts;
    await engine.cancel(account.id);
    remoteRuns.cancel(account.id);
    await exclusive(maildropName(account), new AbortController().signal, leave);
  }
}
