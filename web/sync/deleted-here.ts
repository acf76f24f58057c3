/**
 * Messages that were deleted on this device, and what is left of them. The rule `when-deleted` goes by what is in Trash
 * and by what was deleted for good: of the latter there is nothing to be read back, but the person wanted it gone, and its
 * header tells it on the server.
 */
import { uidl, type AccountId } from '../model/ids.ts';
import { wholeOctets, type MessageSummary } from '../model/message.ts';
import type { Deletion, DeletingRule, Holding } from '../model/retention.ts';
import type { MailStore } from '../store/mail-store.ts';
import type { Stored } from './renaming.ts';
import { StoredHeaders } from './stored-headers.ts';

/** A message by what is kept of it here, be it no more than a note. */
export type Known = Holding | Deletion;

/** What a rule has to know of the account: what is kept, and for `when-deleted` also what is not any more. */
export async function knownTo(
  rule: DeletingRule | null,
  store: Pick<MailStore, 'holdings' | 'deletions'>,
  account: AccountId,
): Promise<Known[]> {
  const holdings = await store.holdings(account);
  // Holdings last: what is here counts for more than a note that something of that name was deleted.
  return rule?.rule === 'when-deleted' ? [...(await store.deletions(account)), ...holdings] : holdings;
}

export function isDeletedHere(known: Deletion | Pick<Holding, 'folder'>): boolean {
  return 'header' in known || known.folder === 'trash';
}

/**
 * What is here of the account, what is kept first: a name that may be that of a message or of its copy in Trash is not to
 * be deleted on the server.
 */
export async function keptFirst(
  store: Pick<MailStore, 'summaries'>,
  account: AccountId,
): Promise<MessageSummary[]> {
  const rows = (await store.summaries()).filter((row) => row.account === account);
  return [...rows.filter((row) => !isDeletedHere(row)), ...rows.filter(isDeletedHere)];
}

/** All that is or was here of the account, so that it is known again under whatever name a server gives to it. */
export async function everHere(store: MailStore, account: AccountId): Promise<Stored> {
  const rows = await keptFirst(store, account);
  const deletions = await store.deletions(account);
  const headers = new Map(deletions.map(({ id, header }) => [id, header === null ? null : uidl(header)]));
  // What is damaged tells nothing of what it was, and may be a copy of what was deleted for good: the server's is not to go.
  const damaged = rows.filter((row) => row.damaged === true);
  const mayBe = new Set(damaged.map(looks));
  for (const one of [...damaged, ...deletions.filter((deletion) => mayBe.has(looks(deletion)))])
    headers.set(one.id, null);
  const stored = new StoredHeaders(store, rows);
  return {
    summaries: [...rows, ...deletions],
    headerOf(id) {
      const noted = headers.get(id);
      return noted === undefined ? stored.identityOf(id) : Promise.resolve(noted);
    },
  };
}

/**
 * What was deleted here for good and may not come by another name. What we have deleted on the server may: somebody took
 * it out of the Trash there.
 */
export async function notToReturn(
  store: Pick<MailStore, 'deletions' | 'removals'>,
  account: AccountId,
): Promise<Deletion[]> {
  const journal = await store.removals(account);
  const gone = new Set(journal.flatMap(({ uidl: name, state }) => (state === 'gone' ? name : [])));
  return (await store.deletions(account)).filter((deletion) => !gone.has(deletion.uidl));
}

/** What a copy has in common with it. */
function looks(message: Pick<Known, 'octets' | 'partial' | 'sentAt'>): string {
  return `${wholeOctets(message)} ${message.sentAt}`;
}
