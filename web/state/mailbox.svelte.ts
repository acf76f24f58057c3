/**
 * The list: which mail it shows, the rows at hand, where the reader's eye and cursor are. Follows the worker's events
 * and keeps what is on screen still while mail arrives above it. Must not know how rows are drawn, nor any words.
 */
import type { ListQuery, ListWindow, MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { MailEvent } from '../model/event.ts';
import type { MessageId } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';
import { asPoplarError } from './as-poplar-error.ts';
import type { FlagActions } from './flag-actions.ts';
import { ListCursor } from './list-cursor.svelte.ts';
import { PageLoads } from './page-loads.ts';
import { PAGE_ROWS, pagesBetween, RowPages } from './row-pages.ts';

/** Rows asked for beyond each edge of the view, so that slow scrolling never meets a gap. */
const ROWS_AHEAD = 20;

const INBOX: ListQuery = { folder: 'inbox', account: null, filter: 'all' };

/** The same for the same list. */
function nameOf({ folder, account, filter }: ListQuery): string {
  return `${folder} ${account} ${filter}`;
}

export class MailboxState {
  readonly #api: MailApi;
  readonly #flags: FlagActions;
  readonly #pages = new RowPages();
  readonly #cursor = new ListCursor();
  readonly #loads = new PageLoads();
  #query = $state.raw<ListQuery>(INBOX);
  #total = $state<number | null>(null);
  #unread = $state(0);
  #error = $state.raw<PoplarError | null>(null);
  #shift = $state(0);
  #revision = $state(0);
  #version = -1;
  #view = { first: 0, last: PAGE_ROWS };
  /** Where each list that was left had been scrolled to. */
  #left: Readonly<Record<string, number>> = {};
  #generation = 0;
  #refreshing: Promise<void> | null = null;
  #refreshAgain = false;

  constructor(api: MailApi, flags: FlagActions) {
    this.#api = api;
    this.#flags = flags;
  }

  get query(): ListQuery {
    return this.#query;
  }
  /** Rows in the list, or null until the first answer is here. */
  get total(): number | null {
    return this.#total;
  }
  get unread(): number {
    return this.#unread;
  }
  /** Why the list could not be read; gone with the next answer. */
  get error(): PoplarError | null {
    return this.#error;
  }
  /** The row that the keyboard is on, or -1. */
  get cursor(): number {
    return this.#cursor.index;
  }
  /** How often the cursor was moved on purpose, ever: only then a list scrolls to it. */
  get cursorMoves(): number {
    return this.#cursor.moves;
  }
  /** Rows by which everything in view has moved, ever. A list adds what it grew by to its scroll position. */
  get shift(): number {
    return this.#shift;
  }

  /** Reads the first rows and follows events until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#api.subscribe((event) => this.#hear(event)),
      this.#flags.listen((rows) => this.#replace(rows)),
    ];
    this.watch(0, PAGE_ROWS);
    return () => stops.forEach((stop) => stop());
  }

  /** The row at the top of the screen when this list was left, or a part of it further on; else 0. */
  leftAt(query: ListQuery): number {
    return this.#left[nameOf(query)] ?? 0;
  }

  /** Remembers where a list was, for whoever comes back to it. */
  leave(query: ListQuery, row: number): void {
    this.#left = { ...this.#left, [nameOf(query)]: row };
  }

  show(query: ListQuery): void {
    if (nameOf(query) === nameOf(this.#query)) return;
    this.#generation += 1;
    this.#query = query;
    this.#total = null;
    this.#error = null;
    this.#cursor.reset();
    this.#drop();
    this.#version = -1;
    this.#revision += 1;
    this.watch(0, PAGE_ROWS);
  }

  /** The row at a place, or undefined while it is not here. Reactive. */
  row(index: number): MessageSummary | undefined {
    return this.#revision < 0 ? undefined : this.#pages.get(index);
  }

  /** The row of a message when it is at hand. */
  find(id: MessageId): MessageSummary | null {
    return this.#pages.get(this.#pages.indexOf(id)) ?? null;
  }

  /** Says which rows are on screen: first..last-1. Asks for what is missing, lets go of what nobody waits for. */
  watch(first: number, last: number): void {
    this.#view = { first, last };
    const end = Math.min(last + ROWS_AHEAD, this.#total ?? last);
    const wanted = this.#pages.missing(first - ROWS_AHEAD, end);
    for (const page of this.#loads.want(wanted)) void this.#load(page);
  }

  async #load(page: number): Promise<void> {
    const generation = this.#generation;
    const signal = this.#loads.begin(page);
    try {
      const offset = page * PAGE_ROWS;
      const window = await this.#api.list(this.#query, offset, PAGE_ROWS, signal);
      if (generation !== this.#generation || signal.aborted) return;
      if (this.#version === -1) this.#version = window.version;
      // Rows of two versions side by side would show some mail twice and some not at all.
      if (window.version !== this.#version) return void this.refresh();
      this.#pages.insert(offset, window.rows);
      this.#accept(window);
    } catch (error) {
      this.#fail(error, generation);
    } finally {
      this.#loads.end(page, signal);
    }
  }

  #fail(thrown: unknown, generation: number): void {
    const error = asPoplarError(thrown);
    if (generation === this.#generation && error.code !== 'cancelled') this.#error = error;
  }

  #accept(window: ListWindow): void {
    this.#total = window.total;
    this.#unread = window.unread;
    this.#error = null;
    this.#revision += 1;
  }

  /** Reads the rows on screen anew, keeping them and the cursor where they are. Calls while one runs become one more. */
  refresh(): Promise<void> {
    if (this.#refreshing !== null) {
      this.#refreshAgain = true;
      return this.#refreshing;
    }
    this.#refreshing = this.#refreshUntilQuiet().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshUntilQuiet(): Promise<void> {
    do {
      this.#refreshAgain = false;
      const generation = this.#generation;
      try {
        await this.#refreshOnce(generation);
      } catch (error) {
        this.#fail(error, generation);
      }
    } while (this.#refreshAgain);
  }

  async #refreshOnce(generation: number): Promise<void> {
    const query = this.#query;
    const { first, last } = this.#view;
    // At the very top new mail is meant to be seen; further down the first row in view must stay where it is.
    const anchor = first > 0 ? this.#pages.get(first) : undefined;
    const [anchorAt, cursorAt] = await Promise.all([
      anchor ? this.#api.indexOf(query, anchor.id) : -1,
      this.#cursor.id === null ? -1 : this.#api.indexOf(query, this.#cursor.id),
    ]);
    const shift = anchorAt >= 0 ? anchorAt - first : 0;
    const pages = pagesBetween(first + shift - ROWS_AHEAD, last + shift + ROWS_AHEAD);
    const offset = (pages[0] ?? 0) * PAGE_ROWS;
    const window = await this.#api.list(query, offset, pages.length * PAGE_ROWS);
    if (generation !== this.#generation || window.version < this.#version) return;

    this.#drop();
    this.#version = window.version;
    this.#pages.insert(offset, window.rows);
    this.#shift += shift;
    this.#cursor.follow(cursorAt >= 0 ? cursorAt : Math.min(this.cursor + shift, window.total - 1));
    this.#accept(window);
    this.watch(Math.max(0, this.#view.first + shift), Math.max(0, this.#view.last + shift));
  }

  #drop(): void {
    this.#loads.want([]);
    this.#pages.clear();
  }

  #hear(event: MailEvent): void {
    switch (event.type) {
      case 'messages-changed':
        return void this.#changed(event.ids);
      case 'messages-added':
      case 'messages-moved':
      case 'messages-deleted':
      case 'messages-removed':
      case 'list-rebuilt':
      case 'accounts-changed':
        return void this.refresh();
    }
  }

  /** Under a filter a row that no longer fits stays until the list is left: it must not vanish while it is read. */
  async #changed(ids: readonly MessageId[]): Promise<void> {
    const allHere = ids.every((id) => this.#pages.indexOf(id) >= 0);
    if (this.#query.filter === 'all' || !allHere) return this.refresh();
    const generation = this.#generation;
    try {
      const rows = await Promise.all(ids.map((id) => this.#api.summary(id)));
      this.#replace(rows.filter((row) => row !== null));
    } catch (error) {
      this.#fail(error, generation);
    }
  }

  #replace(rows: readonly MessageSummary[]): void {
    for (const row of rows) this.#pages.replace(row);
    this.#revision += 1;
  }

  moveTo(index: number): void {
    const last = (this.#total ?? 0) - 1;
    const place = Math.max(Math.min(index, last), Math.min(0, last));
    this.#cursor.moveTo(place, this.#pages.get(place)?.id ?? null);
  }

  /** Puts the cursor on a message, wherever it stands. Off the list it stays where it was. */
  async select(id: MessageId): Promise<void> {
    const generation = this.#generation;
    this.#cursor.aim(id);
    try {
      const here = this.#pages.indexOf(id);
      const index = here >= 0 ? here : await this.#api.indexOf(this.#query, id);
      const meant = generation === this.#generation && this.#cursor.id === id;
      if (meant && index >= 0) this.#cursor.moveTo(index, id);
    } catch (error) {
      this.#fail(error, generation);
    }
  }

  /** Moves the cursor by `step` and gives the row there; null at either end, or when it cannot be read. */
  async neighbour(step: number): Promise<MessageSummary | null> {
    const index = this.cursor + step;
    if (index < 0 || index >= (this.#total ?? 0)) return null;
    this.moveTo(index);
    const here = this.#pages.get(index);
    if (here !== undefined) return here;
    const generation = this.#generation;
    try {
      const window = await this.#api.list(this.#query, index, 1);
      return window.rows[0] ?? null;
    } catch (error) {
      this.#fail(error, generation);
      return null;
    }
  }
}
