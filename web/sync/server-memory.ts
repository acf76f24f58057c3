/** What is kept of a mail server from one visit to the next. Must not know what a visit does. */
import type { AccountId } from '../model/ids.ts';
import type { ServerNotes } from '../model/server-notes.ts';
import type { Pop3Client } from '../pop3/client.ts';
import { serverRules } from '../pop3/server-rules.ts';
import type { VisitNotes } from '../pop3/visit-notes.ts';
import type { MailStore } from '../store/mail-store.ts';

/** How long it is believed: servers are updated, and not all of them greet differently then. */
const KEPT_MS = 30 * 86_400_000;

export class ServerMemory {
  readonly #store: MailStore;
  readonly #account: AccountId;
  readonly #now: () => number;

  constructor(store: MailStore, account: AccountId, now: () => number) {
    this.#store = store;
    this.#account = account;
    this.#now = now;
  }

  /** What the last visit has left, unless it is too old. */
  async recall(): Promise<ServerNotes | null> {
    const { notes = null } = await this.#store.status(this.#account);
    return notes !== null && this.#now() < notes.learntAt + KEPT_MS ? notes : null;
  }

  /** After a login that went well. */
  learn(client: Pop3Client, notes: VisitNotes): Promise<void> {
    const rules = serverRules(client.capabilities);
    return this.#store.patchStatus(this.#account, { rules, notes: notes.lasting(this.#now()) });
  }

  /** The server hands out some mail in UTF-8 mode only. False when it was asked for that already. */
  async needsUtf8(): Promise<boolean> {
    const notes = await this.recall();
    if (notes === null || notes.utf8) return false;
    await this.#store.patchStatus(this.#account, { notes: { ...notes, utf8: true } });
    return true;
  }
}
