/**
 * Fetching as the page sees it: what runs, how the last fetch of each account ended, whose password is asked for. Must
 * not know the protocol; progress and outcomes come as events, calls only start and stop.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { MailApi } from '../api/mail-api.ts';
import { fromErrorRecord, PoplarError, type ErrorRecord } from '../errors.ts';
import type { MailEvent, SyncProgress, SyncResult } from '../model/event.ts';
import type { AccountId } from '../model/ids.ts';
import { asPoplarError } from './as-poplar-error.ts';

/** What this class reads of its neighbours. */
export interface SyncSurroundings {
  /** The accounts that "get mail" means when none is named. */
  accounts: () => readonly AccountId[];
  online: () => boolean;
  /** Asks for the proxy's access token; false when the person would rather not. */
  askToken: (wrong: boolean) => Promise<boolean>;
}

/** Codes that only a (new) password can help with. */
const passwordCodes: readonly string[] = ['password-needed', 'login-refused'];

/** Codes that only a (new) access token can help with. */
const tokenCodes: readonly string[] = ['proxy-token-needed', 'proxy-token-wrong'];

/** From this automatic failure in a row on it is told. */
const LOUD_FROM = 4;

export class SyncState {
  /** The fetches under way. */
  readonly running = new SvelteMap<AccountId, SyncProgress>();
  /** How the last fetch of each account ended in this visit, when it ended well. */
  readonly results = new SvelteMap<AccountId, SyncResult>();
  /** Why the last fetch of each account failed, until it is dismissed or tried again. */
  readonly errors = new SvelteMap<AccountId, PoplarError>();
  /** Why the fetches under way could not be asked for; null when they could. */
  error = $state.raw<PoplarError | null>(null);
  /** The account whose password is being asked for. */
  askingFor = $state<AccountId | null>(null);
  readonly #api: MailApi;
  readonly #around: SyncSurroundings;
  /** Fetches that the person started here: only these may open a dialog when they fail. */
  #started: readonly AccountId[] = [];
  /** Automatic fetches in a row that failed. */
  readonly #quiet = new SvelteMap<AccountId, number>();

  constructor(api: MailApi, around: SyncSurroundings) {
    this.#api = api;
    this.#around = around;
  }

  get busy(): boolean {
    return this.running.size > 0;
  }

  /** Picks up fetches that already run (another tab, a reload) and follows events until the returned function is called. */
  start(): () => void {
    void this.#pickUp();
    return this.#api.subscribe((event) => this.#hear(event));
  }

  /** Fetches what is new. Offline it only says so. Outcomes are in `results` and `errors`; never throws. */
  async getMail(target: AccountId | 'all'): Promise<void> {
    const accounts = target === 'all' ? this.#around.accounts() : [target];
    await Promise.all(accounts.map((account) => this.#getOne(account)));
  }

  /** Stops a fetch; what was fetched stays. Never throws. */
  async cancel(account: AccountId): Promise<void> {
    try {
      await this.#api.cancelSync(account);
    } catch (error) {
      this.errors.set(account, asPoplarError(error));
    }
  }

  /** Takes an error or a note about skipped messages off the page. */
  dismiss(account: AccountId): void {
    this.errors.delete(account);
    this.results.delete(account);
    if (this.askingFor === account) this.askingFor = null;
  }

  async #getOne(account: AccountId): Promise<void> {
    this.dismiss(account);
    if (!this.#around.online()) {
      this.errors.set(account, new PoplarError('offline', 'page', { retryable: true }));
      return;
    }
    this.#started = [...this.#started, account];
    try {
      await this.#api.sync(account);
    } catch (error) {
      this.#fail(account, asPoplarError(error));
    }
  }

  async #pickUp(): Promise<void> {
    try {
      for (const progress of await this.#api.running()) this.running.set(progress.account, progress);
      this.error = null;
    } catch (error) {
      this.error = asPoplarError(error);
    }
  }

  #hear(event: MailEvent): void {
    switch (event.type) {
      case 'sync-progress':
        this.running.set(event.progress.account, event.progress);
        break;
      case 'sync-finished':
        this.#end(event.result.account);
        this.#quiet.delete(event.result.account);
        this.errors.delete(event.result.account);
        this.results.set(event.result.account, event.result);
        break;
      case 'sync-failed':
        if (event.automatic && this.#isQuiet(event.account, event.error)) this.#end(event.account);
        else this.#fail(event.account, fromErrorRecord(event.error));
        break;
      case 'messages-removed':
      case 'account-closed':
        this.dismiss(event.account);
        this.#end(event.account);
        break;
      case 'accounts-changed':
      case 'proxy-token-changed':
      case 'list-rebuilt':
      case 'store-lost':
      case 'messages-added':
      case 'messages-changed':
      case 'messages-moved':
      case 'messages-deleted':
      case 'server-ledger-changed':
        break;
    }
  }

  /** What fails by itself and is tried again by itself is no news, unless it goes on. */
  #isQuiet(account: AccountId, { retryable }: ErrorRecord): boolean {
    const count = (this.#quiet.get(account) ?? 0) + 1;
    this.#quiet.set(account, count);
    return retryable && count < LOUD_FROM;
  }

  #fail(account: AccountId, error: PoplarError): void {
    const startedHere = this.#started.includes(account);
    this.#end(account);
    this.results.delete(account);
    if (error.code === 'cancelled') return;
    this.errors.set(account, error);
    if (!startedHere) return;
    if (passwordCodes.includes(error.code)) this.askingFor ??= account;
    if (tokenCodes.includes(error.code)) void this.askToken(account, error);
  }

  /** Asks for the proxy's access token and, once it is given, fetches again. */
  async askToken(account: AccountId, error: PoplarError): Promise<void> {
    if (await this.#around.askToken(error.code === 'proxy-token-wrong')) await this.getMail(account);
  }

  #end(account: AccountId): void {
    this.running.delete(account);
    this.#started = this.#started.filter((id) => id !== account);
  }
}
