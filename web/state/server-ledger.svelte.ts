/**
 * The page of an account's server: the rows at hand, what is looked at and what is chosen. Looks when it is opened and after
 * a fetch that changed something there. Must not know how rows are drawn, nor any words.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { MailEvent } from '../model/event.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type {
  LedgerAction,
  LedgerChange,
  LedgerFilter,
  LedgerRow,
  LedgerSelection,
  LedgerWindow,
} from '../model/server-ledger.ts';
import { asPoplarError } from './as-poplar-error.ts';
import { HeadReading } from './head-reading.ts';
import { LedgerSelectionState } from './ledger-selection.svelte.ts';
import { PageLoads } from './page-loads.ts';
import { PAGE_ROWS, pagesBetween, RowPages } from './row-pages.ts';

const ROWS_AHEAD = 20;

/** All of a window but its rows. */
export type LedgerView = Omit<LedgerWindow, 'rows' | 'offset'>;

export class ServerLedgerState {
  readonly selection = new LedgerSelectionState();
  readonly #api: MailApi;
  readonly #pages = new RowPages<LedgerRow>();
  readonly #loads = new PageLoads();
  readonly #heads = new HeadReading((uidls) => void this.#readHeads(uidls));
  #account: AccountId | null = null;
  #filter = $state<LedgerFilter>('all');
  #view = $state.raw<LedgerView | null>(null);
  #looking = $state(false);
  #error = $state.raw<PoplarError | null>(null);
  #revision = $state(0);
  #cursor = $state(0);
  #cursorMoves = $state(0);
  /** Where a range begins. */
  #anchor = 0;
  #shown = { first: 0, last: PAGE_ROWS };
  /** Grows with all that makes answers under way worthless. */
  #generation = 0;
  #control = new AbortController();

  constructor(api: MailApi) {
    this.#api = api;
  }

  get filter(): LedgerFilter {
    return this.#filter;
  }
  /** Null until the server was listed for the first time in this tab. */
  get view(): LedgerView | null {
    return this.#view;
  }
  get looking(): boolean {
    return this.#looking;
  }
  /** Why the server could not be listed, or the ledger not be read or changed. */
  get error(): PoplarError | null {
    return this.#error;
  }
  get total(): number {
    return this.#view?.figures[this.#filter].messages ?? 0;
  }
  get cursor(): number {
    return Math.max(0, Math.min(this.#cursor, this.total - 1));
  }
  /** How often the cursor was moved on purpose, ever: only then a list scrolls to it. */
  get cursorMoves(): number {
    return this.#cursorMoves;
  }

  /** Shows what is known of the account's server, looks at it, and follows events until the returned function is called. */
  open(account: AccountId): () => void {
    this.#account = account;
    this.#view = null;
    this.#error = null;
    this.show('all');
    const stop = this.#api.subscribe((event) => this.#hear(event));
    void this.look();
    return () => {
      stop();
      this.#heads.stop();
      this.#control.abort();
      this.#generation += 1;
      this.#account = null;
    };
  }

  show(filter: LedgerFilter): void {
    this.#filter = filter;
    this.#cursor = 0;
    this.#anchor = 0;
    this.selection.clear();
    this.#shown = { first: 0, last: PAGE_ROWS };
    void this.refresh();
  }

  /** Lists the server. Never throws; what was known before stays. */
  async look(): Promise<void> {
    const account = this.#account;
    if (account === null) return;
    this.#control.abort();
    const { signal } = (this.#control = new AbortController());
    this.#looking = true;
    this.#heads.reset();
    try {
      await this.#api.listServer(account, signal);
      if (signal.aborted) return;
      this.#error = null;
      await this.refresh();
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      if (!signal.aborted) this.#looking = false;
    }
  }

  stopLooking(): void {
    this.#control.abort();
    this.#looking = false;
  }

  /** The row at a place, or undefined while it is not here. Reactive. */
  row(index: number): LedgerRow | undefined {
    return this.#revision < 0 ? undefined : this.#pages.get(index);
  }

  /** Says which rows are on screen: first..last-1. */
  watch(first: number, last: number): void {
    this.#shown = { first, last };
    const end = Math.min(last + ROWS_AHEAD, this.total);
    const missing = this.#pages.missing(first - ROWS_AHEAD, end);
    for (const page of this.#loads.want(missing)) void this.#load(page);
    this.#readSoon();
  }

  /** Reads the rows on screen anew. */
  async refresh(): Promise<void> {
    this.#generation += 1;
    this.#loads.want([]);
    const { first, last } = this.#shown;
    const pages = pagesBetween(first - ROWS_AHEAD, last + ROWS_AHEAD);
    const offset = (pages[0] ?? 0) * PAGE_ROWS;
    await this.#read(offset, pages.length * PAGE_ROWS, () => this.#pages.clear());
  }

  moveTo(index: number): void {
    this.#cursor = Math.max(0, Math.min(index, this.total - 1));
    this.#cursorMoves += 1;
  }

  /** The row at `index` alone is chosen. */
  choose(index: number): void {
    this.#setAnchor(index);
    const uidl = this.#pages.get(index)?.uidl ?? null;
    this.selection.set(uidl === null ? [] : [uidl]);
  }

  toggle(index: number): void {
    this.#setAnchor(index);
    const uidl = this.#pages.get(index)?.uidl ?? null;
    if (uidl !== null) this.selection.toggle(uidl);
  }

  /** From where the last choice was made to `index`, all of them. */
  async chooseTo(index: number): Promise<void> {
    const account = this.#account;
    if (account === null) return;
    this.moveTo(index);
    const from = Math.min(this.#anchor, this.cursor);
    const count = Math.abs(this.#anchor - this.cursor) + 1;
    try {
      const uidls = await this.#api.ledgerIds(account, this.#filter, from, count);
      this.selection.set(uidls);
    } catch (error) {
      this.#fail(error);
    }
  }

  chooseAll(): void {
    this.selection.setAll(this.#filter);
  }

  /** Throws PoplarError. */
  change(selection: LedgerSelection, action: LedgerAction): Promise<LedgerChange> {
    return this.#api.changeLedger(this.#mustAccount(), selection, action);
  }

  /** For how many it is too late. Throws PoplarError. */
  undo(change: LedgerChange): Promise<number> {
    return this.#api.undoLedgerChange(this.#mustAccount(), change.undo);
  }

  #setAnchor(index: number): void {
    this.#anchor = index;
    this.moveTo(index);
  }

  async #load(page: number): Promise<void> {
    const signal = this.#loads.begin(page);
    await this.#read(page * PAGE_ROWS, PAGE_ROWS);
    this.#loads.end(page, signal);
  }

  async #read(offset: number, limit: number, before?: () => void): Promise<void> {
    const [account, generation] = [this.#account, this.#generation];
    if (account === null) return;
    try {
      const window = await this.#api.ledgerWindow(account, this.#filter, offset, limit);
      if (generation !== this.#generation || window === null) return;
      before?.();
      // Rows of two versions side by side would show some messages twice.
      const isOther = before === undefined && window.version !== this.#view?.version;
      if (isOther) return void this.refresh();
      this.#pages.insert(offset, window.rows);
      const { rows: _rows, offset: _offset, ...view } = window;
      this.#view = view;
      this.#revision += 1;
      this.#readSoon();
    } catch (error) {
      if (generation === this.#generation) this.#fail(error);
    }
  }

  #readSoon(): void {
    this.#heads.soon(() => {
      const { first, last } = this.#shown;
      if (this.#looking || this.#error !== null) return [];
      return Array.from({ length: Math.max(0, last - first) }, (_, place) => this.#pages.get(first + place));
    });
  }

  /** Headers of rows on screen that are only on the server. */
  async #readHeads(uidls: Uidl[]): Promise<void> {
    const account = this.#account;
    if (account === null) return;
    try {
      await this.#api.readLedgerHeads(account, uidls, this.#control.signal);
      await this.refresh();
    } catch (error) {
      this.#fail(error);
    }
  }

  #hear(event: MailEvent): void {
    if (event.type === 'server-ledger-changed' && event.account === this.#account) void this.refresh();
    const isWide = ['accounts-changed', 'messages-moved', 'messages-deleted'].includes(event.type);
    if (isWide) void this.refresh();
    if (event.type !== 'sync-finished' || event.result.account !== this.#account) return;
    const { fetched, onServer } = event.result;
    // What went is known here; what came, or went by others, has to be looked at.
    const isSame = fetched === 0 && onServer === this.#view?.figures.all.messages;
    void (isSame ? this.refresh() : this.look());
  }

  #mustAccount(): AccountId {
    if (this.#account === null) throw new TypeError('no ledger is open');
    return this.#account;
  }

  #fail(thrown: unknown): void {
    const error = asPoplarError(thrown);
    if (error.code !== 'cancelled') this.#error = error;
  }
}
