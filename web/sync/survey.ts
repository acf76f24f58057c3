/**
 * From a maildrop to a plan: what is there, under which identity, and what of it is not here. It must not know how
 * messages are fetched.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { identifyDuplicates, requireUniqueIds } from './identity.ts';
import { planSync, sumOctets, type SyncPlan, type SyncPolicy } from './plan.ts';
import { looksRenamed, recognise, type Identify } from './renaming.ts';
import { findReused, type Reuse } from './reuse.ts';

export interface SurveyParts {
  client: Pop3Client;
  store: MailStore;
  account: AccountId;
  policy: SyncPolicy;
  /** Messages that this fetch has given up already. */
  skipped: readonly Uidl[];
}

export interface Survey {
  /** What is there, those without a unique-id by their header; numbers are of this session. */
  listed: readonly ListedMessage[];
  plan: SyncPlan;
  /** Identities of all that was ever stored of the account. */
  known: ReadonlySet<Uidl>;
}

/** Lists the maildrop and plans. Throws PoplarError; what was learnt of renamed messages is stored. */
export async function survey(parts: SurveyParts): Promise<Survey> {
  const { client, store, account, policy, skipped } = parts;
  const known = await store.knownUidls(account);
  const named = await client.list();
  requireUniqueIds(named, known);
  const listed = await client.identify(named);
  const given = new Set([...known, ...skipped]);
  const plan = planSync(listed, given, policy);
  const fresh = [...plan.retrieve, ...plan.tooLarge];
  if (looksRenamed(listed, fresh, known)) {
    const renamed = await recogniseRenamed(parts, listed, fresh);
    return { listed, plan: planSync(listed, new Set([...given, ...renamed]), policy), known };
  }
  if (await isSettled(parts, listed, plan)) return { listed, plan, known };
  const { others, same } = await recogniseReused(parts, listed, given);
  if (others.length === 0) {
    const settled = { count: listed.length, octets: sumOctets(listed) };
    await store.patchStatus(account, { settled });
  }
  const byNumber = new Map(others.map((message) => [message.number, message]));
  const settledListing = listed.map((message) => byNumber.get(message.number) ?? message);
  const settledPlan = planSync(settledListing, new Set([...given, ...same]), policy);
  return { listed: settledListing, plan: settledPlan, known };
}

/** But for what is new, the maildrop holds what it held when no unique-id was in doubt. */
async function isSettled(
  { store, account }: SurveyParts,
  listed: readonly ListedMessage[],
  { retrieve }: SyncPlan,
): Promise<boolean> {
  if (listed.length === retrieve.length) return true;
  const { settled } = await store.status(account);
  return (
    settled?.count === listed.length - retrieve.length &&
    settled.octets === sumOctets(listed) - sumOctets(retrieve)
  );
}

/** Other mail under known unique-ids, and the sizes of what only seemed to be. These are known from now on. */
async function recogniseReused(
  { client, store, account }: SurveyParts,
  listed: readonly ListedMessage[],
  given: ReadonlySet<Uidl>,
): Promise<Reuse> {
  const known = identifyDuplicates(listed, given).filter(({ isKnown }) => isKnown);
  const summaries = (await store.summaries()).filter((row) => row.account === account);
  const reuse = await findReused(
    known.map(({ message }) => message),
    { summaries, raw: (id) => store.raw(id) },
    byHeader(client),
  );
  if (reuse.same.length > 0) await store.addUidls(account, reuse.same);
  return reuse;
}

/** Unique-ids of messages that are here under others; they are known from now on. */
async function recogniseRenamed(
  { client, store, account }: SurveyParts,
  listed: readonly ListedMessage[],
  fresh: readonly ListedMessage[],
): Promise<Uidl[]> {
  const there = new Set(listed.map(({ uidl }) => uidl));
  const summaries = (await store.summaries()).filter(
    (row) => row.account === account && !there.has(row.uidl),
  );
  const found = await recognise(fresh, { summaries, raw: (id) => store.raw(id) }, byHeader(client));
  const renamed = found.flatMap(({ uidl }) => uidl ?? []);
  if (renamed.length > 0) await store.addUidls(account, renamed);
  return renamed;
}

const byHeader =
  (client: Pop3Client): Identify =>
  (messages) =>
    client.identify(messages.map((message) => ({ ...message, uidl: null })));
