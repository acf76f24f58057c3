/**
 * The start of the end of a visit: what a broken session left open in the journal of removals is settled by the listing,
 * with what people wished for, and what is old is forgotten. Must not know what this visit deletes.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import { NOTHING_REMOVED, type ClockSight, type RemovalStatus } from '../model/retention.ts';
import type { MailStore } from '../store/mail-store.ts';
import { isTrusted } from './clock-watch.ts';
import type { Known } from './deleted-here.ts';
import { withEnded } from './removal-batch.ts';
import { isOpen, isOutdated, isUnfinished, settled } from './removal-journal.ts';
import { identifyKnown } from './removal-plan.ts';
import type { Survey } from './survey.ts';
import { expiring, unsealing } from './wishes.ts';

export interface SettlingJob {
  account: AccountId;
  survey: Pick<Survey, 'listed' | 'known'>;
  clock: ClockSight;
  /** What the plan goes by, so that both mean the same message by the same name. Asked for only when there is a question. */
  knownHere: () => Promise<readonly Known[]>;
}

/** Resolves to what has become of the rule so far; what the visit before met is not said of this one. */
export async function settle(
  { store, now }: { store: MailStore; now: () => number },
  { account, survey, clock, knownHere }: SettlingJob,
): Promise<RemovalStatus> {
  const { removal: noted = NOTHING_REMOVED } = await store.status(account);
  const [wishes, journal] = [await store.wishes(account), await store.removals(account)];
  const open = journal.filter(isOpen);
  // What nobody can follow any more (renamed.ts) is no longer waited for, and the listing tells of the rest.
  const removal = { ...noted, refused: 0, unknown: 0, held: {} };
  if (open.length === 0 && isUnfinished(noted)) await store.patchStatus(account, { removal });
  const old = isTrusted(clock) ? journal.filter((entry) => isOutdated(entry, now())) : [];
  const isWaiting = wishes.some(({ wish }) => wish !== 'keep');
  if (open.length + old.length === 0 && !isWaiting) return removal;
  const here = await knownHere();
  const identified = identifyKnown(survey.listed, survey.known, here);
  const there = new Set<Uidl | null>(identified.map(({ message }) => message.uidl));
  if (isWaiting) {
    const gone = open.map(({ uidl }) => uidl).filter((uidl) => !there.has(uidl));
    await store.changeWishes(account, unsealing(new Set(gone)));
    const sight = { listed: there, fetched: fetched(await store.knownUidls(account), here), now: now() };
    await store.changeWishes(account, expiring(sight));
  }
  if (old.length > 0) {
    // Of what is here still it is the only word that it is nowhere else: see AccountRemovalForecast.
    const kept = new Set(here.flatMap((one) => ('header' in one ? [] : one.uidl)));
    const forgettable = old.filter(({ uidl }) => !there.has(uidl) && !kept.has(uidl));
    await store.forgetRemovals(
      account,
      forgettable.map(({ uidl }) => uidl),
    );
  }
  if (open.length === 0) return removal;
  const ended = open.map((one) => settled(one, there));
  // An account that was closed and is taken up again has a journal, and no status.
  const status = withEnded(removal, ended, now());
  await store.putRemovals(account, ended, { removal: status });
  return status;
}

/** Unique-ids of what need not come any more. */
function fetched(known: ReadonlySet<Uidl>, here: readonly Known[]): Set<Uidl> {
  const left = new Set(known);
  for (const one of here) if (!('header' in one) && one.damaged) left.delete(one.uidl);
  return left;
}
