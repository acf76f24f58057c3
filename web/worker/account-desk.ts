/**
 * Accounts: checked, added, removed, given a password. The part of MailApi that the set-up pages use.
 * Must not know messages beyond removing them all.
 */
import type { AccountInfo, MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { Account, AccountDraft, AccountOptions } from '../model/account.ts';
import { withPin, type Certificate } from '../model/certificate.ts';
import type { AccountId } from '../model/ids.ts';
import type { MailStore } from '../store/mail-store.ts';
import { checkMaildrop, type CheckParts } from '../sync/check.ts';
import { maildropName, type Exclusive, type SyncEngine } from '../sync/engine.ts';
import { nextVisitAt } from '../sync/schedule.ts';
import { cleanCertificate, cleanDraft, cleanOptions, cleanPassword } from './draft.ts';
import type { Mailroom } from './mailroom.ts';
import type { Passwords } from './passwords.ts';
import type { RemoteRuns } from './remote-runs.ts';

export interface AccountDeskParts extends CheckParts {
  store: MailStore;
  passwords: Passwords;
  mailroom: Mailroom;
  engine: SyncEngine;
  remoteRuns: RemoteRuns;
  exclusive: Exclusive;
  /** A new random id. */
  newId: () => AccountId;
}

type AccountCalls = Pick<
  MailApi,
  | 'accounts'
  | 'checkAccount'
  | 'addAccount'
  | 'removeAccount'
  | 'setAccountOptions'
  | 'setPassword'
  | 'trustCertificate'
>;

export class AccountDesk implements AccountCalls {
  readonly #parts: AccountDeskParts;

  constructor(parts: AccountDeskParts) {
    this.#parts = parts;
    // Also when another tab removed the account.
    parts.mailroom.subscribe((event) => {
      if (event.type === 'messages-removed') parts.passwords.forget(event.account);
    });
  }

  /** In the order they were added. */
  async accounts(): Promise<AccountInfo[]> {
    const accounts = await this.#parts.store.accounts();
    const sorted = accounts.toSorted((a, b) => a.addedAt - b.addedAt);
    return Promise.all(sorted.map((account) => this.#describe(account)));
  }

  async checkAccount(...[draft, onStep, signal]: Parameters<MailApi['checkAccount']>) {
    const { incoming, user, password } = cleanDraft(draft);
    return checkMaildrop(this.#parts, { incoming, user, password, onStep, signal });
  }

  /**
   * Two accounts of one maildrop would keep its mail twice, so the second is refused; the demo mailbox is simply there
   * already. One addition at a time over all tabs: between the look and the entry nobody else may add.
   */
  async addAccount(draft: AccountDraft): Promise<Account> {
    const { exclusive, mailroom, now } = this.#parts;
    const { fetch } = draft;
    const clean = { ...cleanDraft(draft), ...cleanOptions(fetch === undefined ? {} : { fetch }, now()) };
    const account = await exclusive('adding', new AbortController().signal, () => this.#enter(clean));
    mailroom.tell({ type: 'accounts-changed' });
    return account;
  }

  /** Under the maildrop's lock, so that no tab stores a message behind the removal. */
  async removeAccount(id: AccountId): Promise<void> {
    const { engine, remoteRuns, exclusive, store, mailroom } = this.#parts;
    const account = await findAccount(store, id);
    await engine.cancel(id);
    remoteRuns.cancel(id);
    await exclusive(maildropName(account), new AbortController().signal, () => store.removeAccount(id));
    mailroom.removed(id);
    mailroom.tell({ type: 'accounts-changed' });
  }

  async setPassword(id: AccountId, password: string, remember: boolean): Promise<void> {
    const { passwords, store } = this.#parts;
    await passwords.set(id, cleanPassword(password), remember);
    // With another password it may go well again.
    await store.patchStatus(id, { trouble: null });
    this.#parts.mailroom.tell({ type: 'accounts-changed' });
  }

  async setAccountOptions(id: AccountId, options: Partial<AccountOptions>): Promise<void> {
    const { engine, remoteRuns, now } = this.#parts;
    const clean = cleanOptions(options, now());
    // Whoever wants less does not want to wait until all of it is here.
    if (clean.fetch !== undefined || clean.headsAbove !== undefined) {
      remoteRuns.cancel(id);
      await engine.cancel(id);
    }
    await this.#change(id, (account) => ({ ...account, ...clean }));
  }

  async trustCertificate(id: AccountId, certificate: Certificate | null): Promise<void> {
    const clean = certificate && cleanCertificate(certificate);
    await this.#change(id, (account) => ({ ...account, incoming: withPin(account.incoming, clean) }));
  }

  /** Under the maildrop's lock, so that an account that is being removed does not come back. */
  async #change(id: AccountId, change: (account: Account) => Account): Promise<void> {
    const { exclusive, store, mailroom } = this.#parts;
    const name = maildropName(await findAccount(store, id));
    await exclusive(name, new AbortController().signal, async () => {
      await store.putAccount(change(await findAccount(store, id)), null);
      // What went wrong before may go well now.
      await store.patchStatus(id, { trouble: null });
    });
    mailroom.tell({ type: 'accounts-changed' });
  }

  async #enter(draft: AccountDraft): Promise<Account> {
    const { address, displayName, incoming, user, password, rememberPassword, demo, fetch } = draft;
    const { store, passwords } = this.#parts;
    const accounts = await store.accounts();
    // The demo server takes another port at each start, so its account is known by what it is.
    const there = demo ? accounts.find((one) => one.demo) : undefined;
    if (there !== undefined) {
      await passwords.set(there.id, password, rememberPassword);
      return there;
    }
    if (accounts.some((one) => maildropName(one) === maildropName(draft))) throw accountExists(draft);
    const [id, addedAt] = [this.#parts.newId(), this.#parts.now()];
    const account = { id, address, displayName, incoming, user, demo, addedAt, ...(fetch && { fetch }) };
    await store.putAccount(account, rememberPassword ? password : null);
    if (!rememberPassword) await passwords.set(id, password, false);
    return account;
  }

  async #describe(account: Account): Promise<AccountInfo> {
    const { store, passwords } = this.#parts;
    const [status, password] = await Promise.all([store.status(account.id), passwords.get(account.id)]);
    const hasPassword = password !== null;
    return { account, status, hasPassword, nextVisitAt: nextVisitAt({ account, status, hasPassword }) };
  }
}

/** The account with this id. Throws PoplarError `not-found`. */
export async function findAccount(store: MailStore, id: AccountId): Promise<Account> {
  const account = (await store.accounts()).find((one) => one.id === id);
  if (account === undefined) throw new PoplarError('not-found', 'storage', { detail: { account: id } });
  return account;
}

function accountExists({ incoming, user }: AccountDraft): PoplarError {
  const { host, port } = incoming;
  return new PoplarError('account-exists', 'page', { detail: { host, port, user } });
}
