/**
 * The end of a visit for an account whose rule deletes on the server: plan, prove, ask in one batch right before QUIT, and
 * note what came of it. Noted before the server is asked, believed only after its +OK to QUIT; whatever breaks in between
 * is settled by the next listing. It must not know how messages were fetched.
 */
import { PoplarError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { MessageId, Uidl } from '../model/ids.ts';
import {
  NOTHING_REMOVED,
  type ClockSight,
  type ConfirmedRule,
  type HoldReason,
  type Removal,
  type RemovalStatus,
} from '../model/retention.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { MailStore } from '../store/mail-store.ts';
import { isTrusted, watchClock } from './clock-watch.ts';
import { isDeletedHere, knownTo } from './deleted-here.ts';
import { identifyDuplicates } from './identity.ts';
import { countHeld, planRemoval, type Candidate, type RemovalPlan } from './removal-plan.ts';
import { prove } from './removal-proof.ts';
import type { Survey } from './survey.ts';

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
  const settled = await settle(parts, job);
  const { account, client } = job;
  const { retention } = account;
  const plan = retention === undefined ? null : await planNow(parts, job, retention, clock);
  if (plan === null) return false;
  const proof = await proveSome(parts, client, plan.due).catch((error: unknown) => {
    const isServers = error instanceof PoplarError && error.hop !== 'storage';
    if (isServers && !job.signal.aborted) return null;
    throw error;
  });
  // The connection is of no use any more, but what was fetched is here, and nothing was asked for.
  if (proof === null) return true;
  const { doubts } = proof;
  const proven = await stillMeant(parts, job, proof.proven);
  const reasons: HoldReason[] = [...plan.held.map(({ reason }) => reason), ...doubts];
  const status = { ...settled, unknown: 0, held: countHeld(reasons) };
  await parts.store.patchStatus(account.id, { removal: status });
  if (proven.length === 0) return false;
  await ask(parts, job, proven, status);
  return true;
}

/** What a broken session left open: what is not listed any more is gone, what is listed has stayed. */
async function settle({ store, now }: RemovalParts, { account, survey }: RemovalJob): Promise<RemovalStatus> {
  const { id } = account;
  const { removal } = await store.status(id);
  if (removal === undefined) return NOTHING_REMOVED;
  const open = (await store.removals(id)).filter(({ state }) => state === 'asked' || state === 'unknown');
  if (open.length === 0) return removal;
  const there = new Set<Uidl | null>(
    identifyDuplicates(survey.listed, survey.known).map(({ message }) => message.uidl),
  );
  const settled = open.map((one): Removal => ({ ...one, state: there.has(one.uidl) ? 'stayed' : 'gone' }));
  const status = { ...added(removal, settled, now()), unknown: 0 };
  await store.putRemovals(id, settled);
  await store.patchStatus(id, { removal: status });
  return status;
}

async function planNow(
  { store, now, isKept }: RemovalParts,
  { account, client, survey: { listed, known } }: RemovalJob,
  rule: ConfirmedRule,
  clock: ClockSight,
): Promise<RemovalPlan | null> {
  // Gmail's `recent:` is for several programs side by side: none of them may delete.
  if (account.recent === true) return null;
  const isHeld = !isTrusted(clock) ? 'clock' : (await isKept()) ? null : 'may-be-cleared';
  const holdings = await client.during(knownTo(rule, store, account.id));
  const question = { listed, known, holdings, rule, now: now(), countFrom: clock.jumpedAt };
  return planRemoval({ ...question, holdAll: isHeld });
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

/** Without what the person has moved back from Trash since: afterwards there is no undoing it on the server. */
async function stillMeant(
  { store }: RemovalParts,
  { account: { id, retention }, client }: RemovalJob,
  proven: readonly Candidate[],
): Promise<readonly Candidate[]> {
  if (retention?.rule !== 'when-deleted' || proven.length === 0) return proven;
  const deleted = new Set<MessageId>();
  for (const known of await client.during(knownTo(retention, store, id))) {
    if (isDeletedHere(known)) deleted.add(known.id);
  }
  return proven.filter(({ holding }) => deleted.has(holding.id));
}

/** One batch and QUIT. Without its +OK nobody knows, and nothing is taken for gone. */
async function ask(
  { store, now }: RemovalParts,
  { account: { id }, client, signal }: RemovalJob,
  proven: readonly Candidate[],
  status: RemovalStatus,
): Promise<void> {
  const decidedAt = now();
  const removals = proven.map(({ holding: { uidl, octets }, receipt: { hash } }): Removal => ({
    ...{ uidl, octets, hash, decidedAt },
    state: 'asked',
  }));
  await client.during(store.putRemovals(id, removals));
  signal.throwIfAborted();
  let refused: ReadonlySet<number>;
  try {
    refused = new Set(await client.removeAndQuit(proven.map(({ message }) => message.number)));
  } catch (error) {
    await store.putRemovals(
      id,
      removals.map((one) => ({ ...one, state: 'unknown' })),
    );
    await store.patchStatus(id, { removal: { ...status, unknown: removals.length } });
    // What was fetched is here all the same. The next listing tells what became of the rest.
    if (error instanceof PoplarError && !signal.aborted) return;
    throw error;
  }
  const ended = removals.map((one, index): Removal => {
    const number = proven[index]?.message.number;
    return { ...one, state: number === undefined || refused.has(number) ? 'stayed' : 'gone' };
  });
  await store.putRemovals(id, ended);
  const gone = ended.filter(({ state }) => state === 'gone').length;
  const { maildropCount, maildropOctets, settled } = await store.status(id);
  const octets = proven.reduce(
    (sum, { message }) => sum + (refused.has(message.number) ? 0 : message.octets),
    0,
  );
  await store.patchStatus(id, {
    removal: added(status, ended, now()),
    maildropCount: maildropCount - gone,
    maildropOctets: maildropOctets - octets,
    // What is left is no more in doubt than it was.
    ...(settled && { settled: { count: settled.count - gone, octets: settled.octets - octets } }),
  });
}

function added(status: RemovalStatus, ended: readonly Removal[], at: number): RemovalStatus {
  const gone = ended.filter(({ state }) => state === 'gone').length;
  return {
    ...status,
    gone: status.gone + gone,
    goneAt: gone > 0 ? at : status.goneAt,
    refused: ended.length - gone,
  };
}
