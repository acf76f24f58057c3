/**
 * A maildrop whose server seems to have renamed its messages (renaming.ts): what of it is, or was, here gets its new
 * names, so that nothing is fetched again and what was deleted here for good does not come back. Must not know what is
 * fetched.
 */
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import { wholeOctets } from '../model/message.ts';
import type { Deletion, Removal } from '../model/retention.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { everHere } from './deleted-here.ts';
import { isOpen } from './removal-journal.ts';
import { isFew, recognise, SLACK_OCTETS, type Identify, type Recognised, type Stored } from './renaming.ts';

export interface RenamedParts {
  store: MailStore;
  account: AccountId;
  identify: Identify;
}

/**
 * The new unique-ids of what was recognised among the fresh messages, and where any was, among those that the person does not
 * want any more; it is stored under them by then.
 */
export async function recogniseRenamed(
  { store, account, identify }: RenamedParts,
  listed: readonly ListedMessage[],
  fresh: readonly ListedMessage[],
  leftOut: readonly ListedMessage[],
): Promise<Uidl[]> {
  const there = new Set(listed.map(({ uidl }) => uidl));
  const journal = await store.removals(account);
  const few = isFew(fresh);
  const gone = new Set(journal.flatMap(({ uidl, state }) => (few && state === 'gone' ? uidl : [])));
  // What we have deleted there is not renamed when it comes back: somebody took it out of the server's Trash.
  const mayBe = ({ uidl }: { uidl: Uidl }): boolean => !there.has(uidl) && !gone.has(uidl);
  const isWorthIt = !few || journal.some(isOpen);
  if (!isWorthIt && !mayComeBack(fresh, (await store.deletions(account)).filter(mayBe))) return [];
  const here = await everHere(store, account);
  const stored = { ...here, summaries: here.summaries.filter(mayBe) };
  const found = await recognise(fresh, stored, identify);
  if (found.length === 0) return [];
  const taken = new Set(found.map(({ id }) => id));
  const rest = { ...stored, summaries: stored.summaries.filter(({ id }) => !taken.has(id)) };
  const names = namesOf([...found, ...(await recognise(leftOut, rest, identify))]);
  // First: it can be done again, and without them the next listing would take what has another name for gone.
  await store.forgetRemovals(account, untold(journal, there, stored, names));
  await store.renameMessages(account, names);
  return [...names.values()];
}

/** Few messages are worth a look only then: what is here still is known again when it comes (already-here.ts). */
function mayComeBack(fresh: readonly ListedMessage[], deletions: readonly Deletion[]): boolean {
  const isAsLarge = (one: Deletion, octets: number): boolean =>
    Math.abs(wholeOctets(one) - octets) <= SLACK_OCTETS;
  return fresh.some(({ octets }) => deletions.some((one) => isAsLarge(one, octets)));
}

function namesOf(found: readonly Recognised[]): Map<MessageId, Uidl> {
  return new Map(
    found.flatMap(({ id, message }): [MessageId, Uidl][] =>
      message.uidl === null ? [] : [[id, message.uidl]],
    ),
  );
}

/** What the server was asked to delete under names that nobody can follow: no listing will tell what became of it. */
function untold(
  journal: readonly Removal[],
  there: ReadonlySet<Uidl | null>,
  { summaries }: Stored,
  names: ReadonlyMap<MessageId, Uidl>,
): Uidl[] {
  const followed = new Set(summaries.flatMap(({ id, uidl }) => (names.has(id) ? uidl : [])));
  const isUntold = (entry: Removal): boolean =>
    isOpen(entry) && !there.has(entry.uidl) && !followed.has(entry.uidl);
  return journal.filter(isUntold).map(({ uidl }) => uidl);
}
