/**
 * From a maildrop to a plan: what is there, under which identity, and what of it is not here. It must not know how
 * messages are fetched.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { requireUniqueIds } from './identity.ts';
import { planSync, type SyncPlan, type SyncPolicy } from './plan.ts';
import { looksRenamed, recognise } from './renaming.ts';

export interface SurveyParts {
  client: Pop3Client;
  store: MailStore;
  account: AccountId;
  policy: SyncPolicy;
  /** Messages that this fetch has given up already. */
  skipped: readonly Uidl[];
}

export interface Survey {
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
  if (!looksRenamed(listed, fresh, known)) return { plan, known };
  const renamed = await recogniseRenamed(parts, listed, fresh);
  return { plan: planSync(listed, new Set([...given, ...renamed]), policy), known };
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
  const identify = (messages: readonly ListedMessage[]): Promise<ListedMessage[]> =>
    client.identify(messages.map((message) => ({ ...message, uidl: null })));
  const found = await recognise(fresh, { summaries, raw: (id) => store.raw(id) }, identify);
  const renamed = found.flatMap(({ uidl }) => uidl ?? []);
  if (renamed.length > 0) await store.addUidls(account, renamed);
  return renamed;
}
