/**
 * The mail of this device as this tab knows it: the list in memory, kept equal to the store and to the other tabs, and
 * the events that tell of changes. Must not know accounts, fetching or parsing.
 */
import type { ListQuery, ListWindow } from '../api/mail-api.ts';
import type { MailEvent } from '../model/event.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { FolderKind, MessageSummary, MovedMessage } from '../model/message.ts';
import { headerIdentity } from '../pop3/identity-hash.ts';
import type { FlagPatch, MailStore, Newest } from '../store/mail-store.ts';
import { MailList } from './mail-list.ts';
import type { TabMessage, Tabs } from './tabs.ts';

/** Messages that are deleted in one transaction: some megabytes to be read and written. */
const DELETED_AT_ONCE = 1_000;

/** Of a list that is not loaded yet, so many rows can be had: what a page asks for first. */
const FIRST_ROWS = 100;

/** The newest rows of a query's folder. */
type First = Newest & { query: ListQuery };

export class Mailroom {
  readonly #store: MailStore;
  readonly #tabs: Tabs;
  readonly #list = new MailList();
  readonly #listeners = new Set<(event: MailEvent) => void>();
  #loaded: Promise<void> | null = null;
  /** What changed before the list was loaded; null afterwards. */
  #early: TabMessage[] | null = [];
  /** The first rows of lists that were asked for before that. */
  readonly #first = new Map<string, Promise<First>>();

  constructor(store: MailStore, tabs: Tabs) {
    this.#store = store;
    this.#tabs = tabs;
    tabs.listen((message) => this.#take(message));
  }

  /** The list, once it is loaded. Throws what the store threw. */
  async list(): Promise<MailList> {
    this.#loaded ??= this.#load();
    await this.#loaded;
    return this.#list;
  }

  /** Rows of a list. The first ones do not wait until all are loaded. Throws what the store threw. */
  async window(query: ListQuery, offset: number, limit: number): Promise<ListWindow> {
    const isFirst = query.filter === 'all' && offset >= 0 && limit >= 0 && offset + limit <= FIRST_ROWS;
    if (isFirst && this.#isAsRead) {
      const { total, unread, rows } = await this.#firstOf(query);
      const shown = { total, unread, offset, rows: rows.slice(offset, offset + limit), version: 0 };
      if (this.#isAsRead) return shown;
    }
    return (await this.list()).window(query, offset, limit);
  }

  subscribe(listener: (event: MailEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the pages of all tabs. For everything but changes of mail, which have methods of their own. */
  tell(event: MailEvent): void {
    this.tellHere(event);
    this.#tabs.post({ type: 'told', event });
  }

  /** Tells the page of this tab alone. */
  tellHere(event: MailEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** The store has new messages. */
  added(account: AccountId, summaries: MessageSummary[]): void {
    this.#apply({ type: 'added', account, summaries });
  }

  /** The store has all of this message now. */
  completed(summary: MessageSummary): void {
    this.#apply({ type: 'completed', summary });
  }

  /** Changes flags in the store and everywhere. */
  async flag(ids: readonly MessageId[], patch: FlagPatch): Promise<void> {
    const changed = await this.#store.setFlags(ids, patch);
    if (changed.length > 0) this.#apply({ type: 'flagged', ids: changed, patch });
  }

  /** Moves messages in the store and everywhere. */
  async move(ids: readonly MessageId[], folder: FolderKind): Promise<MovedMessage[]> {
    const moved = await this.#store.move(ids, folder);
    if (moved.length > 0) this.#apply({ type: 'moved', ids: moved.map(({ id }) => id), folder });
    return moved;
  }

  /** Hides messages of the lists of this tab, or shows them again. */
  async setHidden(ids: readonly MessageId[], hidden: boolean): Promise<void> {
    const changed = (await this.list()).setHidden(ids, hidden);
    if (changed.length > 0) this.tellHere({ type: 'messages-moved', ids: changed });
  }

  /** Deletes what is in Trash by then from the store and everywhere, some at a time. */
  async deleteForGood(ids: readonly MessageId[]): Promise<void> {
    for (let from = 0; from < ids.length; from += DELETED_AT_ONCE) {
      const some = ids.slice(from, from + DELETED_AT_ONCE);
      const deleted = await this.#store.removeMessages(some, headerIdentity);
      if (deleted.length > 0) this.#apply({ type: 'deleted', ids: deleted });
    }
  }

  /** The store has no messages of this account any more. */
  removed(account: AccountId): void {
    this.#apply({ type: 'removed', account });
  }

  /** The list is not loaded, and nothing changed yet. */
  get #isAsRead(): boolean {
    return this.#early?.length === 0;
  }

  #firstOf(query: ListQuery): Promise<First> {
    const key = `${query.folder} ${query.account ?? ''}`;
    const first = this.#first.get(key) ?? this.#readFirst(query);
    this.#first.set(key, first);
    return first;
  }

  async #readFirst(query: ListQuery): Promise<First> {
    return { query, ...(await this.#store.newest(query, FIRST_ROWS)) };
  }

  /** What was asked for first is not kept waiting. */
  async #load(): Promise<void> {
    await Promise.allSettled(this.#first.values());
    this.#list.add(await this.#store.summaries());
    const early = this.#early ?? [];
    this.#early = null;
    // Told even where the store had it already: the page has not heard of it.
    for (const message of early) this.#hear(message, true);
    await this.#compareFirst();
  }

  /** Another tab may have changed the store between the two readings, and its word of it may say nothing new by now. */
  async #compareFirst(): Promise<void> {
    const read = await Promise.allSettled(this.#first.values());
    this.#first.clear();
    const isSame = ({ query, ...first }: First): boolean => {
      const { total, unread, rows } = this.#list.window(query, 0, FIRST_ROWS);
      return JSON.stringify(first) === JSON.stringify({ total, unread, rows });
    };
    const stale = read.some((one) => one.status === 'fulfilled' && !isSame(one.value));
    if (stale) this.tellHere({ type: 'messages-changed', ids: [] });
  }

  /** A change that happened here. Before the list is loaded it waits its turn like those of other tabs. */
  #apply(message: TabMessage): void {
    this.#tabs.post(message);
    this.#take(message);
  }

  #take(message: TabMessage): void {
    if (this.#early === null) return this.#hear(message);
    this.#early.push(message);
    this.list().catch(() => undefined); // Every reader of the list hears the error.
  }

  #hear(message: TabMessage, isNews = false): void {
    switch (message.type) {
      case 'added': {
        const added = this.#list.add(message.summaries);
        const { length: count } = isNews ? message.summaries : added;
        if (count === 0) return;
        return this.tellHere({ type: 'messages-added', account: message.account, count });
      }
      case 'completed':
        if (!this.#list.replace(message.summary) && !isNews) return;
        return this.tellHere({ type: 'messages-changed', ids: [message.summary.id], whole: true });
      case 'flagged':
        if (this.#list.setFlags(message.ids, message.patch).length === 0 && !isNews) return;
        return this.tellHere({ type: 'messages-changed', ids: message.ids });
      case 'moved':
        if (this.#list.move(message.ids, message.folder).length === 0 && !isNews) return;
        return this.tellHere({ type: 'messages-moved', ids: message.ids });
      case 'deleted':
        if (this.#list.remove(message.ids).length === 0 && !isNews) return;
        return this.tellHere({ type: 'messages-deleted', ids: message.ids });
      case 'removed':
        this.#list.removeAccount(message.account);
        return this.tellHere({ type: 'messages-removed', account: message.account });
      case 'told':
        return this.tellHere(message.event);
      case 'cancel':
      case 'wake':
        return; // See RemoteRuns and ScheduleDesk.
    }
  }
}
