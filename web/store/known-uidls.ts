/**
 * What this tab remembers of unique-ids, so that adding a batch need not read all of an account's. Another tab may have
 * added some since: what is remembered counts only while its generation equals the one of the account's ledger, which
 * the adding transaction reads. Must not know the database.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import { FORGOTTEN } from './keys.ts';

/** All that is known, from the records of an account. */
export function readKnown(pages: readonly (readonly Uidl[])[]): Set<Uidl> {
  const known = new Set(pages.flat());
  known.delete(FORGOTTEN);
  return known;
}

interface Remembered {
  generation: number;
  uidls: Set<Uidl>;
}

export class KnownUidls {
  readonly #accounts = new Map<AccountId, Remembered>();

  /** The unique-ids as of that generation, or null when they have to be read. Not to be changed. */
  recall(account: AccountId, generation: number): ReadonlySet<Uidl> | null {
    const remembered = this.#accounts.get(account);
    return remembered?.generation === generation ? remembered.uidls : null;
  }

  /** Remembers what a transaction has read. */
  remember(account: AccountId, generation: number, uidls: Set<Uidl>): void {
    this.#accounts.set(account, { generation, uidls });
  }

  /** Tells of a committed transaction that led from one generation to the next by adding these. */
  extend(account: AccountId, from: number, to: number, added: readonly Uidl[]): void {
    const remembered = this.#accounts.get(account);
    if (remembered?.generation !== from) return;
    for (const uidl of added) remembered.uidls.add(uidl);
    remembered.generation = to;
  }

  forget(account: AccountId): void {
    this.#accounts.delete(account);
  }
}
