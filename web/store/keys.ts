/** Message ids and key ranges: MessageId = page × 1,024 + slot. Everything that computes with a key is here. */
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import { messageId, uidl } from '../model/ids.ts';

/** Slots of a page. Part of every stored id: cannot change without rewriting the database. */
export const PAGE_SLOTS = 1024;
/** The first page number; so 0 is never an id. */
export const FIRST_PAGE = 1;

/** Under this number stand unique-ids that belong to no slot: see MailStore.addUidls. */
export const UNPLACED_PAGE = 0;

/** In place of a unique-id that was forgotten: no server gives an empty one. */
export const FORGOTTEN: Uidl = uidl('');

export interface Place {
  page: number;
  slot: number;
}

export function idAt(page: number, slot: number): MessageId {
  return messageId(page * PAGE_SLOTS + slot);
}

/** Where a message would be, or null for a number that can be no id (they come from URLs, too). */
export function placeOf(id: MessageId): Place | null {
  if (!Number.isSafeInteger(id) || id < FIRST_PAGE * PAGE_SLOTS) return null;
  return { page: Math.floor(id / PAGE_SLOTS), slot: id % PAGE_SLOTS };
}

/** All records of an account in `uidls`, `removals` and `deletions`: an array sorts after every number and string. */
export function accountRange(account: AccountId): IDBKeyRange {
  return IDBKeyRange.bound([account], [account, []]);
}

/** The ids by page, with their slots; ids that can be none are left out. */
export function byPage(ids: readonly MessageId[]): Map<number, { id: MessageId; slot: number }[]> {
  const pages = new Map<number, { id: MessageId; slot: number }[]>();
  for (const id of ids) {
    const place = placeOf(id);
    if (place === null) continue;
    const inPage = pages.get(place.page);
    if (inPage === undefined) pages.set(place.page, [{ id, slot: place.slot }]);
    else inPage.push({ id, slot: place.slot });
  }
  return pages;
}

/** All packs that hold messages of the page. */
export function packRange(page: number): IDBKeyRange {
  return IDBKeyRange.bound(idAt(page, 0), idAt(page + 1, 0), false, true);
}

/** The key of a pack for a message that was completed later: its own, and behind the pack that has its id for key. */
export function completedPackKey(id: MessageId): number {
  return id + 0.5;
}
