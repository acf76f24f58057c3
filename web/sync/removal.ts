/**
 * The end of a visit that deletes on the server, by the account's rule or because somebody asked for it: plan, prove, ask in
 * one batch, look once more whether anybody took it back, QUIT, and note what came of it (removal-batch.ts). Whatever breaks
 * in between is settled by the next listing. It must not know how messages were fetched.
 */
import { PoplarError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { Uidl } from '../model/ids.ts';
import { NOTHING_REMOVED, type ClockSight, type HoldReason, type RemovalStatus } from '../model/retention.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { MailStore } from '../store/mail-store.ts';
import { isTrusted, watchClock } from './clock-watch.ts';
import { isDeletedHere, knownTo } from './deleted-here.ts';
import { identifyDuplicates } from './identity.ts';
import { askAndQuit, departuresOf, withEnded, type Ruled } from './removal-batch.ts';
import { forgettable, isOpen, settled } from './removal-journal.ts';
import { countHeld, holdsNow, planRemoval, type Candidate, type RemovalPlan } from './removal-plan.ts';
import { prove } from './removal-proof.ts';
import type { Survey } from './survey.ts';
import { byUidl, expiring, unsealing } from './wishes.ts';

/** In one visit; the next one goes on. A mistake of ours must not empty a maildrop at once. */
const MAX_REMOVED = 500;
/** So many are read back for that at most. */
const MAX_PROVED = 2_000;

export interface RemovalParts {
  store: MailStore;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Whether the browser has promised to keep what is stored. */
  isKept: () => Promise<boolean>;
}

/** One visit that has fetched all that it wanted. */
export interface RemovalJob {
  account: Account;
  client: Pop3Client;
  survey: Pick<Survey, 'listed' | 'known'>;
  signal: AbortSignal;
}

/**
 * Deletes on the server what is due. Resolves to true when that ended the session, however it did; false when there was
 * nothing to ask for and the session goes on. Throws PoplarError of the store, and `cancelled` work as its error.
 */
export async function removeDue(parts: RemovalParts, job: RemovalJob): Promise<boolean> {
  const clock = await seeClock(parts, job.account);
  const before = await settle(parts, job, clock);
  const { account, client } = job;
  const plan = await planNow(parts, job, clock);
  if (plan === null) return false;
  const proof = await proveSome(parts, client, [...plan.asked, ...plan.due]).catch((error: unknown) => {
    const isServers = error instanceof PoplarError && error.hop !== 'storage';
    if (isServers && !job.signal.aborted) return null;
    throw error;
  });
  // The connection is of no use any more, but what was fetched is here, and nothing was asked for.
  if (proof === null) return true;
  const { doubts } = proof;
  const asked = new Set(plan.asked);
  const ruled = (): Promise<Ruled> => ruledNow(parts, account);
  const isRuled = await client.during(ruled());
  const proven = proof.proven.filter((one) => asked.has(one) || isRuled(one.holding));
  const reasons: HoldReason[] = [...plan.held.map(({ reason }) => reason), ...doubts];
  const status = { ...before, unknown: 0, held: countHeld(reasons) };
  await parts.store.patchStatus(account.id, { removal: status });
  const departures = departuresOf(plan, proven).slice(0, MAX_REMOVED);
  if (departures.length === 0) return false;
  await askAndQuit(parts, { ...job, ruled }, departures, status);
  return true;
}

/** What a broken session left open in the journal is settled by the listing; what is old is forgotten. */
async function settle(
  { store, now }: RemovalParts,
  { account, client, survey }: RemovalJob,
  clock: ClockSight,
): Promise<RemovalStatus> {
  const { id } = account;
  const { removal } = await store.status(id);
  const wishes = await store.wishes(id);
  const journal = await store.removals(id);
  if (journal.length === 0 && wishes.length === 0) return removal ?? NOTHING_REMOVED;
  const there = new Set<Uidl | null>(
    identifyDuplicates(survey.listed, survey.known).map(({ message }) => message.uidl),
  );
  const open = journal.filter(isOpen);
  if (wishes.length > 0) {
    const gone = open.map(({ uidl }) => uidl).filter((uidl) => !there.has(uidl));
    await store.changeWishes(id, unsealing(new Set(gone)));
    await store.changeWishes(id, expiring(there, await fetchedUidls(store, id, wishes)));
  }
  const old = isTrusted(clock) ? forgettable(journal, there, now()) : [];
  if (old.length > 0) {
    // Of what is here still it is the only word that it is nowhere else: see AccountRemovalForecast.
    const here = new Set((await client.during(store.holdings(id))).map(({ uidl }) => uidl));
    await store.forgetRemovals(
      id,
      old.filter((uidl) => !here.has(uidl)),
    );
  }
  if (open.length === 0) return removal ?? NOTHING_REMOVED;
  const ended = open.map((one) => settled(one, there));
  // An account that was closed and is taken up again has a journal, and no status.
  const status = { ...withEnded(removal ?? NOTHING_REMOVED, ended, now()), unknown: 0 };
  await store.putRemovals(id, ended);
  await store.patchStatus(id, { removal: status });
  return status;
}

/** Unique-ids of what need not come any more. */
async function fetchedUidls(
  store: MailStore,
  account: Account['id'],
  wishes: readonly ServerWish[],
): Promise<Set<Uidl>> {
  const fetched = new Set(await store.knownUidls(account));
  if (!wishes.some(({ wish, uidl }) => wish === 'fetch' && fetched.has(uidl))) return fetched;
  for (const { uidl, damaged } of await store.holdings(account)) if (damaged) fetched.delete(uidl);
  return fetched;
}

async function planNow(
  { store, now, isKept }: RemovalParts,
  { account, client, survey: { listed, known } }: RemovalJob,
  clock: ClockSight,
): Promise<RemovalPlan | null> {
  const wishes = byUidl(await store.wishes(account.id));
  const rule = account.retention ?? null;
  const isAsked = [...wishes.values()].some(({ wish }) => wish.startsWith('delete'));
  if (rule === null && !isAsked) return null;
  // Gmail's `recent:` is for several programs side by side: none of them may delete.
  if (account.recent === true) return null;
  const holds = holdsNow(await isKept(), clock);
  const holdings = await client.during(knownTo(rule, store, account.id));
  const { backup } = await store.status(account.id);
  const question = { listed, known, holdings, wishes, rule, now: now(), countFrom: clock.jumpedAt };
  return planRemoval({ ...question, ...holds, ...(backup && { backup }) });
}

/** Looks at the clock and keeps what was seen; before the first look, the last fetch stands for it. */
async function seeClock(
  { store, now }: Pick<RemovalParts, 'store' | 'now'>,
  { id }: Account,
): Promise<ClockSight> {
  const { clock, lastSyncAt } = await store.status(id);
  const before = lastSyncAt === null ? undefined : { sightAt: lastSyncAt, heldUntil: null, jumpedAt: null };
  const seen = watchClock(clock ?? before, now());
  await store.patchStatus(id, { clock: seen });
  return seen;
}

async function proveSome({ store }: RemovalParts, client: Pop3Client, due: readonly Candidate[]) {
  const proven: Candidate[] = [];
  const doubts: HoldReason[] = [];
  const parts = {
    store: { raw: (id: Candidate['holding']['id']) => client.during(store.raw(id)) },
    identify: client.identify.bind(client),
  };
  for (let from = 0; from < Math.min(due.length, MAX_PROVED) && proven.length < MAX_REMOVED;) {
    const some = due.slice(from, from + MAX_REMOVED - proven.length);
    const proof = await prove(parts, some);
    proven.push(...proof.proven);
    doubts.push(...proof.doubts);
    from += some.length;
  }
  return { proven, doubts };
}

/** Not what the person has moved back from Trash, or wants again, by now: afterwards there is no undoing it on the server. */
async function ruledNow({ store }: RemovalParts, { id, retention }: Account): Promise<Ruled> {
  if (retention?.rule !== 'when-deleted') return () => true;
  const deleted = new Set<Uidl>();
  for (const known of await knownTo(retention, store, id)) if (isDeletedHere(known)) deleted.add(known.uidl);
  return ({ uidl }) => deleted.has(uidl);
}
