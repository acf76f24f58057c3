/**
 * The end of a visit that deletes on the server, by the account's rule or because somebody asked for it: plan, prove, ask in
 * one batch, look once more whether anybody took it back, QUIT, and note what came of it (removal-batch.ts). Whatever breaks
 * in between is settled by the next listing. It must not know how messages were fetched.
 */
import { PoplarError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { Uidl } from '../model/ids.ts';
import { MAX_REMOVED, type ClockSight, type HoldReason } from '../model/retention.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { MailStore } from '../store/mail-store.ts';
import { watchClock } from './clock-watch.ts';
import { isDeletedHere, knownTo } from './deleted-here.ts';
import { askAndQuit, departuresOf, type Departure, type Ruled } from './removal-batch.ts';
import { countHeld, holdsNow, planRemoval, type Candidate, type RemovalPlan } from './removal-plan.ts';
import { prove } from './removal-proof.ts';
import { settle, type Settled, type SettlingJob } from './removal-settling.ts';
import type { Survey } from './survey.ts';
import { byUidl } from './wishes.ts';

/** So many are read back at most to find those that go. */
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
  const { account, client, survey } = job;
  const clock = await seeClock(parts, account);
  const knownHere = readOnce(() =>
    client.during(knownTo(account.retention ?? null, parts.store, account.id)),
  );
  const { removal, ignored } = await settle(parts, { account: account.id, survey, clock, knownHere });
  const plan = await planNow(parts, job, { clock, ignored, knownHere });
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
  const status = { ...removal, held: countHeld(reasons) };
  await parts.store.patchStatus(account.id, { removal: status });
  const departures = departuresOf(plan, proven).slice(0, MAX_REMOVED);
  if (departures.length === 0) return false;
  await askAndQuit(parts, { ...job, ruled }, departures, {
    ...status,
    refused: unaskedOf(ignored, departures),
  });
  return true;
}

/** How many of them are there still and not asked for again: of the rest it is told anew what comes of it. */
function unaskedOf(ignored: ReadonlySet<Uidl>, departures: readonly Departure[]): number {
  const asked = new Set(departures.map(({ uidl }) => uidl));
  return [...ignored].filter((uidl) => !asked.has(uidl)).length;
}

async function planNow(
  { store, now, isKept }: RemovalParts,
  { account, survey: { listed, known } }: RemovalJob,
  { clock, ignored, knownHere }: Pick<Settled, 'ignored'> & Pick<SettlingJob, 'clock' | 'knownHere'>,
): Promise<RemovalPlan | null> {
  const wishes = byUidl(await store.wishes(account.id));
  const rule = account.retention ?? null;
  const isAsked = [...wishes.values()].some(({ wish }) => wish.startsWith('delete'));
  if (rule === null && !isAsked) return null;
  // Gmail's `recent:` is for several programs side by side: none of them may delete.
  if (account.recent === true) return null;
  const holds = holdsNow(await isKept(), clock);
  const holdings = await knownHere();
  const { backup } = await store.status(account.id);
  const question = { listed, known, holdings, wishes, rule, now: now(), countFrom: clock.jumpedAt, ignored };
  return planRemoval({ ...question, ...holds, ...(backup && { backup }) });
}

/** All of an account is much to read: at the first question, and not again. */
function readOnce<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let reading: Promise<Result> | null = null;
  return () => (reading ??= read());
}

/** Looks at the clock and keeps what was seen; before the first look, the last fetch stands for it. */
export async function seeClock(
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
