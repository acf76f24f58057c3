/**
 * A MailApi in memory, with switches: answers can be held and let go in any order, calls can be made to fail. Keeps
 * the promises of api/mail-api.ts as far as the page can see them.
 */
import type { AccountInfo, FolderCount, ListQuery, ListWindow, MailApi } from '../../web/api/mail-api.ts';
import { PoplarError } from '../../web/errors.ts';
import type { Account, AccountDraft, AccountOptions } from '../../web/model/account.ts';
import { withPin, type Certificate } from '../../web/model/certificate.ts';
import { closeAccount, type AccountRemovalForecast } from '../../web/model/closed-account.ts';
import type { Deployment } from '../../web/model/deployment.ts';
import type { MailEvent, SyncProgress, Trigger } from '../../web/model/event.ts';
import type { FolderKind, MessageContent, MessageSummary, MovedMessage } from '../../web/model/message.ts';
import { accountId, type AccountId, type MessageId } from '../../web/model/ids.ts';
import type { RepairProgress, RepairReport } from '../../web/model/repair.ts';
import type { DeletingRule, RemovalForecast, Retention } from '../../web/model/retention.ts';
import type { SessionTranscript } from '../../web/model/transcript.ts';
import { deploymentOf } from './deployment.ts';
import { FakeLedgerApi } from './fake-ledger-api.ts';
import { NOTHING_DAMAGED, readAll, readHalf } from './fake-repair.ts';
import { contentOf, GENERATED_ACCOUNT, GENERATED_NOW, sourceOf } from './generated-mail.ts';

type Method = Exclude<keyof MailApi, 'subscribe'>;

export interface FakeMailOptions {
  rows?: MessageSummary[];
  accounts?: Account[];
  deployment?: Deployment | PoplarError;
  /** What a message holds, when the generated one will not do. */
  content?: (row: MessageSummary) => MessageContent;
}

export class FakeMailApi extends FakeLedgerApi implements MailApi {
  /** Every call in order, as `method` and arguments. */
  readonly calls: [Method, ...unknown[]][] = [];
  /** Newest first. */
  rows: MessageSummary[];
  accountList: Account[];
  transcriptList: SessionTranscript[] = [];
  forecast: RemovalForecast = {
    due: { messages: 312, octets: 48_000_000, oldestAt: Date.UTC(2019, 4, 3, 12) },
    later: { messages: 20, octets: 3_000_000, oldestAt: null },
    held: { 'not-here': 1, size: 2 },
  };
  repairReport = NOTHING_DAMAGED;
  /** Messages of each account that are no longer on its server. */
  goneThere = 0;
  #deployment: Deployment | PoplarError;
  readonly #content: (row: MessageSummary) => MessageContent;
  readonly #listeners = new Set<(event: MailEvent) => void>();
  readonly #held = new Map<Method, (() => void)[]>();
  readonly #failures = new Map<Method, PoplarError>();
  readonly #hidden = new Set<MessageId>();
  #version = 1;

  constructor(options: FakeMailOptions = {}) {
    super();
    this.rows = options.rows ?? [];
    this.#content = options.content ?? contentOf;
    this.accountList = options.accounts ?? [GENERATED_ACCOUNT];
    this.#deployment = options.deployment ?? deploymentOf();
  }

  /** From now on answers of this method wait for `release`. They are computed when they are released. */
  hold(method: Method): void {
    this.#held.set(method, []);
  }

  /** Lets the answer at `place` among the waiting ones go. */
  release(method: Method, place = 0): void {
    const [letGo] = this.#held.get(method)?.splice(place, 1) ?? [];
    if (letGo === undefined) throw new RangeError(`no ${method} is held at ${place}`);
    letGo();
  }

  /** Stops holding and lets all waiting answers go in order. */
  releaseAll(method: Method): void {
    const waiting = this.#held.get(method) ?? [];
    this.#held.delete(method);
    for (const letGo of waiting) letGo();
  }

  /** The next call of this method rejects. */
  failNext(method: Method, error: PoplarError): void {
    this.#failures.set(method, error);
  }

  count(method: Method): number {
    return this.calls.filter(([name]) => name === method).length;
  }

  emit(event: MailEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** New mail on top of the list, told as the engine does. */
  deliver(rows: readonly MessageSummary[]): void {
    this.#version += 1;
    this.rows = [...rows, ...this.rows];
    const account = rows[0]?.account;
    if (account !== undefined) this.emit({ type: 'messages-added', account, count: rows.length });
  }

  deployment(): Promise<Deployment> {
    return this.#answer('deployment', [], () => {
      if (this.#deployment instanceof PoplarError) throw this.#deployment;
      return this.#deployment;
    });
  }

  accounts(): Promise<AccountInfo[]> {
    return this.#answer('accounts', [], () =>
      this.accountList.map((account) => ({
        account,
        status: {
          lastSyncAt: GENERATED_NOW - 120_000,
          maildropCount: this.rows.length,
          maildropOctets: 48_000_000,
        },
        hasPassword: true,
        nextVisitAt: GENERATED_NOW + 13 * 60_000,
      })),
    );
  }

  checkAccount(...[draft, onStep]: Parameters<MailApi['checkAccount']>) {
    return this.#answer('checkAccount', [draft], () => {
      for (const hop of ['proxy', 'name', 'connection', 'tls', 'login', 'maildrop'] as const) {
        onStep({ hop, state: 'passed', facts: [] });
      }
      return { messages: this.rows.length, octets: 48_000_000 };
    });
  }

  addAccount(draft: AccountDraft): Promise<Account> {
    return this.#answer('addAccount', [draft], () => {
      const { address, displayName, incoming, user, demo } = draft;
      const id = accountId(`a${this.accountList.length}`);
      const account = { id, address, displayName, incoming, user, demo, addedAt: GENERATED_NOW };
      this.accountList = [...this.accountList, account];
      this.#changed({ type: 'accounts-changed' });
      return account;
    });
  }

  closeAccount(account: AccountId): Promise<void> {
    return this.#answer('closeAccount', [account], () => {
      this.accountList = this.accountList.map((one) =>
        one.id === account ? closeAccount(one, GENERATED_NOW) : one,
      );
      this.#changed({ type: 'account-closed', account });
    });
  }

  forecastAccountRemoval(account: AccountId): Promise<AccountRemovalForecast> {
    return this.#answer('forecastAccountRemoval', [account], () => {
      const own = this.rows.filter((row) => row.account === account);
      const octets = own.reduce((sum, row) => sum + row.octets, 0);
      return { messages: own.length, octets, goneThere: this.goneThere };
    });
  }

  removeAccount(account: AccountId): Promise<void> {
    return this.#answer('removeAccount', [account], () => {
      this.accountList = this.accountList.filter(({ id }) => id !== account);
      this.rows = this.rows.filter((row) => row.account !== account);
      this.#changed({ type: 'messages-removed', account });
      this.emit({ type: 'accounts-changed' });
    });
  }

  setProxyToken(token: string, remember: boolean): Promise<void> {
    return this.#answer('setProxyToken', [token, remember], () => this.#changeToken(true));
  }

  forgetProxyToken(): Promise<void> {
    return this.#answer('forgetProxyToken', [], () => this.#changeToken(false));
  }

  #changeToken(hasToken: boolean): void {
    if (!(this.#deployment instanceof PoplarError)) this.#deployment = { ...this.#deployment, hasToken };
    this.#changed({ type: 'proxy-token-changed' });
  }

  setAccountOptions(account: AccountId, options: Partial<AccountOptions>): Promise<void> {
    return this.#answer('setAccountOptions', [account, options], () => {
      this.accountList = this.accountList.map((one) => (one.id === account ? { ...one, ...options } : one));
      this.#changed({ type: 'accounts-changed' });
    });
  }

  forecastRemoval(account: AccountId, rule: DeletingRule): Promise<RemovalForecast> {
    return this.#answer('forecastRemoval', [account, rule], () => this.forecast);
  }

  setRetention(account: AccountId, retention: Retention): Promise<void> {
    return this.#answer('setRetention', [account, retention], () => {
      this.accountList = this.accountList.map(({ retention: _before, ...one }) =>
        one.id === account && retention.rule !== 'keep'
          ? { ...one, retention: { ...retention, confirmedAt: GENERATED_NOW } }
          : one,
      );
      this.#changed({ type: 'accounts-changed' });
    });
  }

  wake(trigger: Trigger): Promise<void> {
    return this.#answer('wake', [trigger], () => undefined);
  }

  setPassword(account: AccountId): Promise<void> {
    return this.#answer('setPassword', [account], () => this.#changed({ type: 'accounts-changed' }));
  }

  trustCertificate(account: AccountId, certificate: Certificate | null): Promise<void> {
    return this.#answer('trustCertificate', [account, certificate], () => {
      this.accountList = this.accountList.map((one) =>
        one.id === account ? { ...one, incoming: withPin(one.incoming, certificate) } : one,
      );
      this.#changed({ type: 'accounts-changed' });
    });
  }

  transcripts(account: AccountId): Promise<SessionTranscript[]> {
    return this.#answer('transcripts', [account], () => this.transcriptList);
  }

  counts(): Promise<FolderCount[]> {
    return this.#answer('counts', [], () =>
      this.accountList.flatMap(({ id: account }) =>
        (['inbox', 'trash'] as const).map((folder) => {
          const rows = this.#select({ account, folder, filter: 'all' });
          const unread = rows.filter((row) => !row.seen).length;
          const octets = rows.reduce((sum, row) => sum + row.octets, 0);
          return { account, folder, total: rows.length, unread, octets };
        }),
      ),
    );
  }

  list(query: ListQuery, offset: number, limit: number, signal?: AbortSignal): Promise<ListWindow> {
    return this.#answer('list', [query, offset, limit], () => {
      if (signal?.aborted) throw new PoplarError('cancelled', 'page');
      const rows = this.#select(query);
      const unread = rows.filter((row) => !row.seen).length;
      return {
        total: rows.length,
        unread,
        offset,
        rows: rows.slice(offset, offset + limit),
        version: this.#version,
      };
    });
  }

  indexOf(query: ListQuery, id: MessageId): Promise<number> {
    return this.#answer('indexOf', [query, id], () => this.#select(query).findIndex((row) => row.id === id));
  }

  ids(query: ListQuery): Promise<MessageId[]> {
    return this.#answer('ids', [query], () => this.#select(query).map(({ id }) => id));
  }

  summary(id: MessageId): Promise<MessageSummary | null> {
    return this.#answer('summary', [id], () => this.rows.find((row) => row.id === id) ?? null);
  }

  content(id: MessageId): Promise<MessageContent> {
    return this.#answer('content', [id], () => this.#content(this.#find(id)));
  }

  source(id: MessageId): Promise<Uint8Array<ArrayBuffer>> {
    return this.#answer('source', [id], () => sourceOf(this.#find(id)));
  }

  attachment(id: MessageId, index: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#answer('attachment', [id, index], () => new Uint8Array([index]));
  }

  /** Half of it comes at once, the rest with the answer. */
  fetchRest(id: MessageId, onOctets: (octets: number) => void, signal: AbortSignal): Promise<void> {
    const half = (this.rows.find((row) => row.id === id)?.partial?.octets ?? 0) / 2;
    onOctets(half);
    return this.#answer('fetchRest', [id], () => {
      if (signal.aborted) throw new PoplarError('cancelled', 'page');
      this.rows = this.rows.map((row) => {
        if (row.id !== id) return row;
        const { partial, damaged: _, ...whole } = row;
        return { ...whole, octets: partial?.octets ?? row.octets };
      });
      this.#changed({ type: 'messages-changed', ids: [id], whole: true });
    });
  }

  setFlags(ids: MessageId[], patch: { seen?: boolean; starred?: boolean }): Promise<void> {
    return this.#answer('setFlags', [ids, patch], () => {
      this.rows = this.rows.map((row) => (ids.includes(row.id) ? { ...row, ...patch } : row));
      this.#changed({ type: 'messages-changed', ids });
    });
  }

  move(ids: MessageId[], folder: FolderKind): Promise<MovedMessage[]> {
    return this.#answer('move', [ids, folder], () => {
      const moved = this.rows.filter((row) => ids.includes(row.id) && row.folder !== folder);
      this.rows = this.rows.map((row) => (moved.includes(row) ? { ...row, folder } : row));
      this.#changed({ type: 'messages-moved', ids });
      return moved.map((row) => ({ id: row.id, from: row.folder }));
    });
  }

  setHidden(ids: MessageId[], hidden: boolean): Promise<void> {
    return this.#answer('setHidden', [ids, hidden], () => {
      for (const id of ids) this.#hidden[hidden ? 'add' : 'delete'](id);
      this.#changed({ type: 'messages-moved', ids });
    });
  }

  deleteForGood(ids: MessageId[]): Promise<void> {
    return this.#answer('deleteForGood', [ids], () => {
      this.rows = this.rows.filter((row) => row.folder !== 'trash' || !ids.includes(row.id));
      this.#changed({ type: 'messages-deleted', ids });
    });
  }

  sync(account: AccountId): Promise<void> {
    return this.#answer('sync', [account], () => {
      const onServer = this.rows.filter((row) => row.account === account).length;
      const result = {
        account,
        fetched: 0,
        fetchedOctets: 0,
        onServer,
        skipped: [],
        finishedAt: GENERATED_NOW,
      };
      this.emit({ type: 'sync-finished', result });
    });
  }

  cancelSync(account: AccountId): Promise<void> {
    return this.#answer('cancelSync', [account], () => undefined);
  }

  running(): Promise<SyncProgress[]> {
    return this.#answer('running', [], () => []);
  }

  repair(onProgress: (progress: RepairProgress) => void, signal: AbortSignal): Promise<RepairReport> {
    readHalf(this.rows, onProgress);
    return this.#answer('repair', [], () => readAll(this.rows, this.repairReport, signal));
  }

  subscribe(listener: (event: MailEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected override respond<T>(method: Method, args: unknown[], compute: () => T): Promise<T> {
    return this.#answer(method, args, compute);
  }

  async #answer<T>(method: Method, args: unknown[], compute: () => T): Promise<T> {
    this.calls.push([method, ...args]);
    const failure = this.#failures.get(method);
    this.#failures.delete(method);
    const waiting = this.#held.get(method);
    if (waiting === undefined) await Promise.resolve();
    else await new Promise<void>((resolve) => waiting.push(resolve));
    if (failure !== undefined) throw failure;
    return compute();
  }

  #select({ account, folder, filter }: ListQuery): MessageSummary[] {
    return this.rows.filter(
      (row) =>
        row.folder === folder &&
        !this.#hidden.has(row.id) &&
        (account === null || row.account === account) &&
        (filter === 'all' || (filter === 'unread' ? !row.seen : row.starred)),
    );
  }

  #find(id: MessageId): MessageSummary {
    const row = this.rows.find((candidate) => candidate.id === id);
    if (row === undefined) throw new PoplarError('not-found', 'storage');
    return row;
  }

  #changed(event: MailEvent): void {
    this.#version += 1;
    this.emit(event);
  }
}
