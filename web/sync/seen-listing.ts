/**
 * Visits that find a maildrop as the one before has left it, with nothing to fetch: nearly all of them. The listing tells
 * by its fingerprint, so that a hundred thousand unique-ids need be neither read nor compared. It must not know how that
 * is done (survey.ts).
 */
import type { Account, SeenListing } from '../model/account.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { MaildropListing } from '../pop3/maildrop-listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { fetchChoiceOf } from './provider-ways.ts';
import { isOpen, isUnfinished } from './removal-journal.ts';

/** What there is to do beside fetching, and what is remembered of the last visit. */
export interface Before {
  wishes: ServerWish[];
  /** MailStore.uidlChanges. */
  uidlChanges: number;
  /** Something may have to be deleted, or fetched once more: then the visit has to know what is listed. */
  isBusy: boolean;
  /** The listing that has to be said again for nothing to be fetched. */
  seen: SeenListing | null;
}

/** To be asked before unique-ids are read. */
export async function lookBack(store: MailStore, { id, retention }: Account): Promise<Before> {
  const [uidlChanges, wishes, removals, { seen = null, removal }] = await Promise.all([
    store.uidlChanges(id),
    store.wishes(id),
    store.removals(id),
    store.status(id),
  ]);
  // Where no rule deletes anything a message that is to be kept stays anyway, and of an ended deletion nothing is awaited.
  const isBusy =
    retention !== undefined ||
    wishes.some(({ wish }) => wish !== 'keep') ||
    removals.some(isOpen) ||
    (removal !== undefined && isUnfinished(removal));
  const isCurrent = !isBusy && seen?.uidlChanges === uidlChanges;
  return { wishes, uidlChanges, isBusy, seen: isCurrent ? seen : null };
}

/** Of what the server said, and of what the person wants of it: another choice may leave out less. Null: it tells nothing. */
export async function fingerprintOf(account: Account, listing: MaildropListing): Promise<string | null> {
  const print = await listing.fingerprint();
  return print === null ? null : `${print} ${JSON.stringify(fetchChoiceOf(account))}`;
}
