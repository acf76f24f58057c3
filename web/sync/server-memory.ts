/** What is kept of a mail server from one visit to the next. Must not know what a visit does. */
import type { Account } from '../model/account.ts';
import type { AccountId } from '../model/ids.ts';
import type { ServerNotes } from '../model/server-notes.ts';
import type { Pop3Client } from '../pop3/client.ts';
import { serverRules } from '../pop3/server-rules.ts';
import type { VisitNotes } from '../pop3/visit-notes.ts';
import type { MailStore } from '../store/mail-store.ts';

const DAY_MS = 86_400_000;
/** How long it is believed: servers are updated, and not all of them greet differently then. */
const KEPT_MS = 30 * DAY_MS;
/** The same where there is no TLS: anybody on the way may have said it, once, so that secrets go in a weaker way for long. */
const KEPT_IN_CLEAR_MS = DAY_MS;

export class ServerMemory {
  readonly #store: MailStore;
  readonly #account: AccountId;
  readonly #keptMs: number;
  readonly #now: () => number;

  constructor(store: MailStore, { id, incoming }: Account, now: () => number) {
    this.#store = store;
    this.#account = id;
    this.#keptMs = incoming.security === 'none' ? KEPT_IN_CLEAR_MS : KEPT_MS;
    this.#now = now;
  }

  /** What the last visit has left, unless it is too old. */
  async recall(): Promise<ServerNotes | null> {
    const { notes = null } = await this.#store.status(this.#account);
    return notes !== null && this.#now() < notes.learntAt + this.#keptMs ? notes : null;
  }

  /** After a login that went well. */
  learn(client: Pop3Client, notes: VisitNotes): Promise<void> {
    const rules = serverRules(client.capabilities);
    return this.#store.patchStatus(this.#account, { rules, notes: notes.lasting(this.#now()) });
  }

  /** The server hands out some mail in UTF-8 mode only. False when it was asked for that already. */
  needsUtf8(): Promise<boolean> {
    return this.#note('utf8');
  }

  /** All came one by one after the server had failed at several commands at once. */
  async bearsNoPipelining(): Promise<void> {
    await this.#note('oneByOne');
  }

  /** False when that was known. */
  async #note(what: 'utf8' | 'oneByOne'): Promise<boolean> {
    const notes = await this.recall();
    if (notes === null || notes[what]) return false;
    await this.#store.patchStatus(this.#account, { notes: { ...notes, [what]: true } });
    return true;
  }
}
