/**
 * The very end of a visit that deletes: one batch of DELE, the last look at what people want, QUIT, and what came of it.
 * Noted before the server is asked, believed only after its +OK to QUIT. Must not know why messages go.
 */
import { PoplarError } from '../errors.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Removal, RemovalStatus } from '../model/retention.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import type { Candidate, RemovalPlan } from './removal-plan.ts';
import { sealing, unsealing } from './wishes.ts';

/** One message that the server is asked to delete in this session. */
export interface Departure {
  message: ListedMessage;
  uidl: Uidl;
  /** Of what is here, else by LIST. */
  octets: number;
  /** Empty without a copy here. */
  hash: string;
  isAsked: boolean;
  hasCopy: boolean;
}

/** Those that are proven, and those whose copy nobody wants. */
export function departuresOf(plan: RemovalPlan, proven: readonly Candidate[]): Departure[] {
  const asked = new Set(plan.asked);
  const kept = proven.map((candidate): Departure => {
    const { message, holding, receipt } = candidate;
    const { uidl, octets } = holding;
    return { message, uidl, octets, hash: receipt.hash, isAsked: asked.has(candidate), hasCopy: true };
  });
  const unkept = plan.withoutCopy.flatMap((message): Departure[] => {
    const { uidl, octets } = message;
    return uidl === null ? [] : [{ message, uidl, octets, hash: '', isAsked: true, hasCopy: false }];
  });
  return [...kept, ...unkept];
}

export interface BatchParts {
  store: MailStore;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface BatchJob {
  account: { id: AccountId };
  client: Pop3Client;
  signal: AbortSignal;
  /** What the rule still deletes, by what is here now. */
  ruled: () => Promise<Ruled>;
}

/** Whether the rule has to do with the message. */
export type Ruled = (message: { uidl: Uidl }) => boolean;

/**
 * Ends the session. Without a +OK to QUIT nobody knows, and nothing is taken for gone. Throws PoplarError of the store, and
 * `cancelled` work as its error.
 */
export async function askAndQuit(
  { store, now }: BatchParts,
  { account: { id }, client, signal, ruled }: BatchJob,
  departures: readonly Departure[],
  status: RemovalStatus,
): Promise<void> {
  const decidedAt = now();
  const removals = departures.map(({ uidl, octets, hash }): Removal => {
    return { uidl, octets, hash, decidedAt, state: 'asked' };
  });
  await client.during(store.putRemovals(id, removals));
  signal.throwIfAborted();
  let going: ReadonlySet<Uidl> = new Set();
  /** From here on nothing can be taken back. */
  const seal = async () => {
    const isRuled = await ruled();
    const meant = departures.filter((one) => one.isAsked || isRuled(one));
    going = await store.changeWishes(id, sealing(meant, decidedAt));
    return numbersOf(departures.filter(({ uidl }) => going.has(uidl)));
  };
  let refused: ReadonlySet<number>;
  try {
    refused = new Set(await client.removeAndQuit(numbersOf(departures), seal));
  } catch (error) {
    const unknown = removals.map((one): Removal => ({ ...one, state: 'unknown' }));
    await store.putRemovals(id, unknown, { removal: { ...status, unknown: unknown.length } });
    // What was fetched is here all the same. The next listing tells what became of the rest.
    if (error instanceof PoplarError && error.hop !== 'storage' && !signal.aborted) return;
    throw error;
  }
  const ended = departures.map(({ uidl, message, octets, hash }): Removal => {
    const state = !going.has(uidl) ? 'taken-back' : refused.has(message.number) ? 'stayed' : 'gone';
    return { uidl, octets, hash, decidedAt, state };
  });
  const gone = new Set(ended.flatMap(({ uidl, state }) => (state === 'gone' ? uidl : [])));
  // Before the journal ends: what stays open in it is settled by the next listing, wishes and all.
  await store.changeWishes(id, unsealing(gone));
  const left = departures.filter(({ uidl }) => gone.has(uidl)).map(({ message }) => message.octets);
  const octets = left.reduce((sum, one) => sum + one, 0);
  const { maildropCount, maildropOctets, settled } = await store.status(id);
  await store.putRemovals(id, ended, {
    removal: withEnded(status, ended, now()),
    maildropCount: maildropCount - gone.size,
    maildropOctets: maildropOctets - octets,
    // A server that has deleted nothing says what it said before: that is to be noticed.
    seen: null,
    // What is left is no more in doubt than it was.
    ...(settled && { settled: { count: settled.count - gone.size, octets: settled.octets - octets } }),
  });
}

const numbersOf = (departures: readonly Departure[]) => departures.map(({ message }) => message.number);

/** The status with what has ended counted in. */
export function withEnded(status: RemovalStatus, ended: readonly Removal[], at: number): RemovalStatus {
  const count = (wanted: Removal['state']): number => ended.filter(({ state }) => state === wanted).length;
  const gone = count('gone');
  return {
    ...status,
    gone: status.gone + gone,
    goneAt: gone > 0 ? at : status.goneAt,
    refused: status.refused + count('stayed') + count('ignored'),
  };
}
