/**
 * The accounts on this device, how many messages each has here, and what the proxy offers. Must not know how accounts
 * are kept nor how they are shown.
 */
import type { AccountInfo, FolderCount, MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { Account, AccountDraft, AccountOptions } from '../model/account.ts';
import type { Certificate } from '../model/certificate.ts';
import { isClosed, type AccountRemovalForecast } from '../model/closed-account.ts';
import type { Deployment } from '../model/deployment.ts';
import type { MailEvent } from '../model/event.ts';
import type { DeletingRule, RemovalForecast, Retention } from '../model/retention.ts';
import type { AccountId } from '../model/ids.ts';
import { AccountCheck } from './account-check.svelte.ts';
import { asPoplarError } from './as-poplar-error.ts';

export type AccountEntry = AccountInfo;

/** What the page knows of its proxy. */
export type DeploymentView =
  | { state: 'loading' }
  | { state: 'ready'; deployment: Deployment }
  /** A web server serves the page, and no proxy of Poplar is beside it: accounts go through bridges. */
  | { state: 'absent' }
  | { state: 'failed'; error: PoplarError };

export class AccountsState {
  /** Null until they are read for the first time. */
  entries = $state.raw<readonly AccountEntry[] | null>(null);
  counts = $state.raw<readonly FolderCount[]>([]);
  deployment = $state.raw<DeploymentView>({ state: 'loading' });
  /** Why the accounts could not be read; null when they could. */
  error = $state.raw<PoplarError | null>(null);
  /** The closed account that is about to be set up again; null otherwise. */
  takingUp = $state.raw<Account | null>(null);
  readonly #api: MailApi;
  #reading: Promise<void> | null = null;
  #stale = false;

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** Reads everything and follows changes until the returned function is called. */
  start(): () => void {
    void this.refresh();
    void this.loadDeployment();
    return this.#api.subscribe((event) => this.#hear(event));
  }

  /** Reads accounts and counts. Calls while one reading runs are answered by one more reading after it. */
  refresh(): Promise<void> {
    this.#stale = true;
    this.#reading ??= this.#readWhileStale().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** Asks the proxy what it is and offers; the outcome is in `deployment`. */
  async loadDeployment(): Promise<void> {
    if (this.deployment.state === 'failed') this.deployment = { state: 'loading' };
    try {
      this.deployment = { state: 'ready', deployment: await this.#api.deployment() };
    } catch (error) {
      const failure = asPoplarError(error);
      const absent = failure.code === 'proxy-absent';
      this.deployment = absent ? { state: 'absent' } : { state: 'failed', error: failure };
    }
  }

  /** The same, if there was none the last time. */
  async askProxyAgain(): Promise<void> {
    if (this.deployment.state === 'failed' || this.deployment.state === 'absent') await this.loadDeployment();
  }

  find(id: AccountId): Account | null {
    return this.entries?.find((entry) => entry.account.id === id)?.account ?? null;
  }

  /** A check of its own for whoever sets up an account. */
  newCheck(): AccountCheck {
    return new AccountCheck(this.#api);
  }

  /** What of the account is on this device: messages, and octets of their raw form. */
  here(id: AccountId): { messages: number; octets: number } {
    const own = this.counts.filter((count) => count.account === id);
    return {
      messages: own.reduce((sum, count) => sum + count.total, 0),
      octets: own.reduce((sum, count) => sum + count.octets, 0),
    };
  }

  /** Adds an account that has passed its check. Throws PoplarError. */
  async add(draft: AccountDraft): Promise<Account> {
    const account = await this.#api.addAccount(draft);
    await this.refresh();
    return account;
  }

  /** The accounts that are fetched. */
  get open(): readonly AccountEntry[] {
    return (this.entries ?? []).filter(({ account }) => !isClosed(account));
  }

  /** Ends its fetching for good and forgets its password; its mail stays here. Throws PoplarError. */
  async close(id: AccountId): Promise<void> {
    await this.#api.closeAccount(id);
    await this.refresh();
  }

  /** What `remove` would take along. Throws PoplarError. */
  forecastAccountRemoval(id: AccountId): Promise<AccountRemovalForecast> {
    return this.#api.forecastAccountRemoval(id);
  }

  /** Removes the account and its mail from this device; nothing changes on the server. Throws PoplarError. */
  async remove(id: AccountId): Promise<void> {
    await this.#api.removeAccount(id);
    await this.refresh();
  }

  /** Gives the password for this visit, or for good with `remember`. Throws PoplarError. */
  async setPassword(id: AccountId, password: string, remember: boolean): Promise<void> {
    await this.#api.setPassword(id, password, remember);
    await this.refresh();
  }

  /** Changes what is named. Throws PoplarError. */
  async setOptions(id: AccountId, options: Partial<AccountOptions>): Promise<void> {
    await this.#api.setAccountOptions(id, options);
    await this.refresh();
  }

  /** The dry run of a rule; deletes nothing. Throws PoplarError. */
  forecastRemoval(id: AccountId, rule: DeletingRule, signal: AbortSignal): Promise<RemovalForecast> {
    return this.#api.forecastRemoval(id, rule, signal);
  }

  /** After the forecast was seen and agreed to. Throws PoplarError. */
  async setRetention(id: AccountId, retention: Retention): Promise<void> {
    await this.#api.setRetention(id, retention);
    await this.refresh();
  }

  /** Accepts this certificate alone of the account's server; null goes back to verifying. Throws PoplarError. */
  async trustCertificate(id: AccountId, certificate: Certificate | null): Promise<void> {
    await this.#api.trustCertificate(id, certificate);
    await this.refresh();
  }

  #hear(event: MailEvent): void {
    if (event.type === 'proxy-token-changed') void this.loadDeployment();
    else if (event.type !== 'sync-progress') void this.refresh();
  }

  async #readWhileStale(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      try {
        const counts = this.#api.counts();
        // Counting waits until all mail is read, which names need not; and mail that cannot be counted is no reason to
        // hide the settings, where it can be repaired.
        counts.catch(() => undefined);
        this.entries = await this.#api.accounts();
        this.counts = await counts;
        this.error = null;
      } catch (error) {
        this.error = asPoplarError(error);
      }
    }
  }
}
