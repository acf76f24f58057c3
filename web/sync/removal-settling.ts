/**
 * The start of the end of a visit: what a broken session left open in the journal of removals is settled by the listing,
 * with what people wished for, and what is old is forgotten. Must not know what this visit deletes.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import {
  isWhole,
  NOTHING_REMOVED,
  type ClockSight,
  type Removal,
  type RemovalStatus,
} from '../model/retention.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { isTrusted } from './clock-watch.ts';
import type { Known } from './deleted-here.ts';
import { sharedUniqueId } from './identity.ts';
import { withEnded } from './removal-batch.ts';
import { ignoredLately, isOpen, isOutdated, isUnfinished, settled } from './removal-journal.ts';
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

export interface Settled {
  /** What has become of the rule so far; what the visit before met is not said of this one. */
  removal: RemovalStatus;
  /** What was asked for lately and is there all the same. */
  ignored: ReadonlySet<Uidl>;
}

export async function settle(
  { store, now }: { store: MailStore; now: () => number },
  { account, survey, clock, knownHere }: SettlingJob,
): Promise<Settled> {
  const { removal: noted = NOTHING_REMOVED } = await store.status(account);
  const [wishes, journal] = [await store.wishes(account), await store.removals(account)];
  // What nobody can follow any more (renamed.ts) is no longer waited for, and the listing tells of the rest.
  const removal = { ...noted, refused: 0, unknown: 0, held: {} };
  const doubtful = inDoubt(journal, survey.listed);
  if (doubtful.length === 0 && isUnfinished(noted)) await store.patchStatus(account, { removal });
  const old = isTrusted(clock) ? journal.filter((entry) => isOutdated(entry, now())) : [];
  const isWaiting = wishes.some(({ wish }) => wish !== 'keep');
  if (doubtful.length + old.length === 0 && !isWaiting) return { removal, ignored: new Set() };
  const here = await knownHere();
  const identified = identifyKnown(survey.listed, survey.known, here);
  const there = new Set<Uidl | null>(identified.map(({ message }) => message.uidl));
  if (isWaiting) {
    const gone = doubtful.flatMap((one) => (isOpen(one) && !there.has(one.uidl) ? one.uidl : []));
    await store.changeWishes(account, unsealing(new Set(gone)));
    const sight = { listed: there, fetched: fetched(await store.knownUidls(account), here), now: now() };
    await store.changeWishes(account, expiring(sight));
  }
  if (old.length > 0) await store.forgetRemovals(account, forgettable(old, there, here));
  if (doubtful.length === 0) return { removal, ignored: new Set() };
  const ended = doubtful.map((one) => ({ before: one.state, after: settled(one, there, now()) }));
  const changed = ended.flatMap(({ before, after }) => (before === after.state ? [] : after));
  const status = statusAfter(removal, ended, now());
  await store.putRemovals(account, changed, { removal: status });
  const entries = ended.map(({ after }) => after);
  return { removal: status, ignored: ignoredLately(entries, now()) };
}

function forgettable(
  old: readonly Removal[],
  there: ReadonlySet<Uidl | null>,
  here: readonly Known[],
): Uidl[] {
  // Of what is here still it is the only word that it is nowhere else: see AccountRemovalForecast.
  const kept = new Set(here.flatMap((one) => ('header' in one ? [] : one.uidl)));
  return old.flatMap(({ uidl }) => (there.has(uidl) || kept.has(uidl) ? [] : uidl));
}

/** What the listing tells: how a broken session ended, and whether what was called gone is there all the same. */
function inDoubt(journal: readonly Removal[], listed: readonly ListedMessage[]): Removal[] {
  if (journal.length === 0) return [];
  const names = new Set(listed.map(({ uidl }) => uidl));
  return journal.filter(
    (one) =>
      isOpen(one) || one.state === 'ignored' || (one.state === 'gone' && names.has(sharedUniqueId(one.uidl))),
  );
}

/** An account that was closed and is taken up again has a journal, and no status. */
function statusAfter(
  removal: RemovalStatus,
  ended: readonly { before: Removal['state']; after: Removal }[],
  at: number,
): RemovalStatus {
  const back = ended.filter(({ before, after }) => before === 'gone' && after.state !== 'gone').length;
  const told = ended.filter(({ before, after }) => before !== 'gone' || after.state !== 'gone');
  return withEnded(
    { ...removal, gone: Math.max(0, removal.gone - back) },
    told.map(({ after }) => after),
    at,
  );
}

/** Unique-ids of what need not come any more. */
function fetched(known: ReadonlySet<Uidl>, here: readonly Known[]): Set<Uidl> {
  const left = new Set(known);
  for (const one of here) if (!('header' in one) && !isWhole(one)) left.delete(one.uidl);
  return left;
}
