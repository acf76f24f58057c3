/**
 * Visits that find a maildrop as the one before has left it, with nothing to fetch: nearly all of them. The listing tells
 * by its fingerprint, so that a hundred thousand unique-ids need be neither read nor compared. It must not know how that
 * is done (survey.ts).
 */
import type { Account } from '../model/account.ts';
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
  /** Something may have to be deleted, fetched once more or told: then the visit has to know what is listed. */
  isBusy: boolean;
  /** AccountStatus.seen. */
  seen: string | null;
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
  return { wishes, uidlChanges, isBusy, seen };
}

/**
 * Of what the server said, of what the person wants of it (another choice may leave out less) and of what is known. Null
 * where that does not tell what is to be done.
 */
export async function fingerprintOf(
  account: Account,
  { isBusy, uidlChanges }: Before,
  listing: MaildropListing,
): Promise<string | null> {
  const print = isBusy ? null : await listing.fingerprint();
  return print === null ? null : JSON.stringify([print, fetchChoiceOf(account), uidlChanges]);
}
