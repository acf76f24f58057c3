/**
 * The identities of the headers of stored messages, read some at a time: messages that came together are packed together,
 * and reading one of a pack costs reading all of it. Must not know what they are compared with.
 */
import type { MessageId, Uidl } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';
import { headerIdentity } from '../pop3/identity-hash.ts';
import type { MailStore } from '../store/mail-store.ts';

/** Read at once: about a pack. */
const MAX_OCTETS = 4 * 1024 * 1024;
const MAX_MESSAGES = 512;

type Row = Pick<MessageSummary, 'id' | 'octets'>;

export class StoredHeaders {
  readonly #store: Pick<MailStore, 'raws'>;
  /** Messages that are read together, by each of them; gone once they are read. */
  readonly #unread = new Map<MessageId, readonly MessageId[]>();
  readonly #identities = new Map<MessageId, Uidl | null>();

  /** Rows in about the order in which they were stored. */
  constructor(store: Pick<MailStore, 'raws'>, rows: readonly Row[]) {
    this.#store = store;
    for (const some of inPortions(rows)) for (const id of some) this.#unread.set(id, some);
  }

  /** Null where the message cannot be read. Rejects when the store fails. */
  async identityOf(id: MessageId): Promise<Uidl | null> {
    const some = this.#unread.get(id);
    if (some !== undefined) await this.#read(some);
    return this.#identities.get(id) ?? null;
  }

  async #read(some: readonly MessageId[]): Promise<void> {
    const raws = await this.#store.raws(some);
    for (const [index, id] of some.entries()) {
      const raw = raws[index] ?? null;
      this.#identities.set(id, raw === null ? null : headerIdentity(raw));
      this.#unread.delete(id);
    }
  }
}

function inPortions(rows: readonly Row[]): MessageId[][] {
  const portions: MessageId[][] = [];
  let [open, octets]: [MessageId[], number] = [[], Infinity];
  for (const row of rows) {
    if (octets + row.octets > MAX_OCTETS || open.length === MAX_MESSAGES) {
      [open, octets] = [[], 0];
      portions.push(open);
    }
    open.push(row.id);
    octets += row.octets;
  }
  return portions;
}
