/**
 * The mail of this device as this tab knows it: the list in memory, kept equal to the store and to the other tabs, and
 * the events that tell of changes. Must not know accounts, fetching or parsing.
 */
import type { MailEvent } from '../model/event.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { FolderKind, MessageSummary, MovedMessage } from '../model/message.ts';
import { headerIdentity } from '../pop3/identity-hash.ts';
import type { FlagPatch, MailStore } from '../store/mail-store.ts';
import { MailList } from './mail-list.ts';
import type { TabMessage, Tabs } from './tabs.ts';

/** Messages that are deleted in one transaction: some megabytes to be read and written. */
const DELETED_AT_ONCE = 1_000;

export class Mailroom {
  readonly #store: MailStore;
  readonly #tabs: Tabs;
  readonly #list = new MailList();
  readonly #listeners = new Set<(event: MailEvent) => void>();
  readonly #loaded: Promise<void>;
  /** What other tabs said before the list was loaded; null afterwards. */
  #early: TabMessage[] | null = [];

  /** Begins to read all summaries at once. */
  constructor(store: MailStore, tabs: Tabs) {
    this.#store = store;
    this.#tabs = tabs;
    tabs.listen((message) => (this.#early === null ? this.#hear(message) : this.#early.push(message)));
    this.#loaded = this.#load();
    this.#loaded.catch(() => undefined); // Every reader of the list hears the error.
  }

  /** The list, once it is loaded. Throws what the store threw. */
  async list(): Promise<MailList> {
    await this.#loaded;
    return this.#list;
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

  async #load(): Promise<void> {
    this.#list.add(await this.#store.summaries());
    const early = this.#early ?? [];
    this.#early = null;
    for (const message of early) this.#hear(message);
  }

  /** A change that happened here. Before the list is loaded it waits its turn like those of other tabs. */
  #apply(message: TabMessage): void {
    this.#tabs.post(message);
    if (this.#early === null) this.#hear(message);
    else this.#early.push(message);
  }

  #hear(message: TabMessage): void {
    switch (message.type) {
      case 'added': {
        const added = this.#list.add(message.summaries);
        if (added.length === 0) return;
        return this.tellHere({ type: 'messages-added', account: message.account, count: added.length });
      }
      case 'flagged':
        if (this.#list.setFlags(message.ids, message.patch).length === 0) return;
        return this.tellHere({ type: 'messages-changed', ids: message.ids });
      case 'moved':
        if (this.#list.move(message.ids, message.folder).length === 0) return;
        return this.tellHere({ type: 'messages-moved', ids: message.ids });
      case 'deleted':
        if (this.#list.remove(message.ids).length === 0) return;
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
