/**
 * Accounts: checked, added, changed, given a password. The part of MailApi that the set-up pages use. How they leave is
 * in leaving-desk. Must not know messages.
 */
import type { AccountInfo, MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { Account, AccountDraft, AccountOptions } from '../model/account.ts';
import { withPin, type Certificate } from '../model/certificate.ts';
import { isClosed } from '../model/closed-account.ts';
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
  'accounts' | 'checkAccount' | 'addAccount' | 'setAccountOptions' | 'setPassword' | 'trustCertificate'
>;

export class AccountDesk implements AccountCalls {
  readonly #parts: AccountDeskParts;

  constructor(parts: AccountDeskParts) {
    this.#parts = parts;
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

  async setPassword(id: AccountId, password: string, remember: boolean): Promise<void> {
    const { passwords, store } = this.#parts;
    await findOpenAccount(store, id);
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
    const name = maildropName(await findOpenAccount(store, id));
    await exclusive(name, new AbortController().signal, async () => {
      await store.putAccount(change(await findOpenAccount(store, id)), null);
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
    const there =
      accounts.find((one) => demo && one.demo) ??
      accounts.find((one) => maildropName(one) === maildropName(draft));
    if (there !== undefined && !isClosed(there)) {
      if (!demo || !there.demo) throw accountExists(draft);
      await passwords.set(there.id, password, rememberPassword);
      return there;
    }
    // One that was closed is taken up under its old id, so that what is here of it is known.
    const { id, addedAt } = there ?? { id: this.#parts.newId(), addedAt: this.#parts.now() };
    const account = { id, address, displayName, incoming, user, demo, addedAt, ...(fetch && { fetch }) };
    await store.putAccount(account, rememberPassword ? password : null);
    // Of a fetch that was asked for while it was closed.
    if (there !== undefined) await store.patchStatus(id, { trouble: null });
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

/** The same, and it is fetched. Throws PoplarError `not-found`, `account-closed`. */
export async function findOpenAccount(store: MailStore, id: AccountId): Promise<Account> {
  const account = await findAccount(store, id);
  if (isClosed(account)) throw new PoplarError('account-closed', 'page', { detail: { user: account.user } });
  return account;
}

function accountExists({ incoming, user }: AccountDraft): PoplarError {
  const { host, port } = incoming;
  return new PoplarError('account-exists', 'page', { detail: { host, port, user } });
}
