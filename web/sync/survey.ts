/**
 * From a maildrop to a plan: what is there, under which identity, and what of it is not here. It must not know how
 * messages are fetched.
 */
import type { Account } from '../model/account.ts';
import type { Uidl } from '../model/ids.ts';
import { wholeOctets } from '../model/message.ts';
import type { Deletion } from '../model/retention.ts';
import type { ServerWish, WishKind } from '../model/server-ledger.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { AlreadyHere, type StoredMail } from './already-here.ts';
import type { ChoiceStart } from './choice-start.ts';
import { everHere, keptFirst, notToReturn } from './deleted-here.ts';
import { identifyDuplicates, isNewTwin, NO_SIZES, requireUniqueIds, type StoredSizes } from './identity.ts';
import { overstates, planSync, sumOctets, type SyncPlan, type SyncPolicy } from './plan.ts';
import { recogniseRenamed } from './renamed.ts';
import { looksRenamed, type Identify } from './renaming.ts';
import { findReused, type Reuse } from './reuse.ts';
import { fingerprintOf, lookBack } from './seen-listing.ts';

export interface SurveyParts {
  client: Pop3Client;
  store: MailStore;
  account: Account;
  policy: SyncPolicy;
  /** Messages that this fetch has given up already. */
  skipped: readonly Uidl[];
  /** Where begins what the person wants. */
  choiceStart: ChoiceStart;
}

export interface Survey {
  /** What is there, those without a unique-id by their header; numbers are of this session. */
  listed: readonly ListedMessage[];
  plan: SyncPlan;
  /** Identities of all that was ever stored of the account. */
  known: ReadonlySet<Uidl>;
  /** What is here under other identities than those listed; null while all that is known is listed. */
  alreadyHere: AlreadyHere | null;
  /** LIST claims far too much for something that is here. */
  sizesLie: boolean;
  /** AccountStatus.seen. */
  seen: string | null;
}

/**
 * Lists the maildrop and plans; null when it says what it said when nothing of it was to be fetched, and there is nothing
 * else to do. Throws PoplarError; what was learnt of renamed messages is stored.
 */
export async function survey(parts: SurveyParts): Promise<Survey | null> {
  const { client, store, account, skipped } = parts;
  const before = await lookBack(store, account);
  const listing = await client.listing();
  const fingerprint = () => fingerprintOf(account, before, listing);
  if (before.seen !== null && before.seen === (await fingerprint())) return null;
  const named = listing.messages();
  const { isUntold, ...compared } = await compare(parts, named, before.wishes);
  // Of a message without a name the listing tells too little: another one of its size would look the same.
  const isTold = skipped.length === 0 && !isUntold && named.every(({ uidl }) => uidl !== null);
  return { ...compared, seen: isTold && freshOf(compared.plan).length === 0 ? await fingerprint() : null };
}

async function compare(
  parts: SurveyParts,
  named: readonly ListedMessage[],
  wishes: readonly ServerWish[],
): Promise<Omit<Survey, 'seen'> & Pick<Reuse, 'isUntold'>> {
  const { client, store, policy, skipped, choiceStart } = parts;
  const { id: account } = parts.account;
  const known = await store.knownUidls(account);
  // To fetch what somebody wants deleted without a copy would be for nothing.
  const left = [...skipped, ...wishing(wishes, 'delete-without-copy')];
  const wanted = wishing(wishes, 'fetch');
  requireUniqueIds(named, known);
  const listed = await client.identify(named);
  const given = left.length === 0 ? known : new Set([...known, ...left]);
  const whole = planSync(listed, given, policy);
  const sizes = await readSizes(parts, whole, given);
  const below = await choiceStart.below(client, listed, freshOf(whole));
  const planFor = (as: readonly ListedMessage[], here: ReadonlySet<Uidl>): SyncPlan =>
    withWanted(planSync(as, here, policy, sizes, below), wanted);
  const plan = sizes === NO_SIZES && below === 0 ? withWanted(whole, wanted) : planFor(listed, given);
  const fresh = freshOf(plan);
  const alreadyHere = new AlreadyHere(storedMail(parts));
  const learnt = { known, sizesLie: claimTooMuch(listed, sizes), isUntold: false };
  const told = { ...learnt, alreadyHere: plan.knownListed === given.size ? null : alreadyHere };
  const recognised = listed.length - fresh.length - plan.leftOut.length;
  if (looksRenamed(recognised, fresh, known)) {
    const recogniser = { store, account, identify: byHeader(client) };
    // Even if it is what was deleted here: by this name somebody wants it.
    const unasked = fresh.filter((message) => !isOneOf(message, wanted));
    const renamed = await recogniseRenamed(recogniser, listed, unasked, plan.leftOut);
    const renamedPlan = planFor(listed, new Set([...given, ...renamed]));
    const deleted = (): Promise<Deletion[]> => notToReturn(store, account);
    const alreadyHere = new AlreadyHere({ ...storedMail(parts), deleted, wanted });
    return { listed, plan: renamedPlan, ...learnt, alreadyHere, known: new Set([...known, ...renamed]) };
  }
  if (await isSettled(parts, listed, plan)) return { listed, plan, ...told };
  const { others, same, isUntold } = await recogniseReused(parts, listed, given, sizes);
  // Where any was told there may be more than are looked at in one visit.
  if (others.length + same.length === 0 && !isUntold) {
    const settled = { count: listed.length, octets: sumOctets(listed) };
    await store.patchStatus(account, { settled });
  }
  const byNumber = new Map(others.map((message) => [message.number, message]));
  const settledListing = listed.map((message) => byNumber.get(message.number) ?? message);
  const settledPlan = planFor(settledListing, new Set([...given, ...same]));
  const rest = others.length === 0 ? told : { ...learnt, alreadyHere };
  return { listed: settledListing, plan: settledPlan, ...rest, isUntold };
}

function wishing(wishes: readonly ServerWish[], kind: WishKind): Set<Uidl> {
  return new Set(wishes.flatMap(({ uidl, wish }) => (wish === kind ? uidl : [])));
}

/** What somebody asked for comes whole, whatever is left out otherwise. */
function withWanted(plan: SyncPlan, wanted: ReadonlySet<Uidl>): SyncPlan {
  if (wanted.size === 0) return plan;
  const isWanted = (message: ListedMessage): boolean => isOneOf(message, wanted);
  const { retrieve, headsOnly, leftOut } = plan;
  return {
    ...plan,
    retrieve: [...[...headsOnly, ...leftOut].filter(isWanted), ...retrieve],
    headsOnly: headsOnly.filter((message) => !isWanted(message)),
    leftOut: leftOut.filter((message) => !isWanted(message)),
  };
}

const isOneOf = ({ uidl }: ListedMessage, names: ReadonlySet<Uidl>): boolean =>
  uidl !== null && names.has(uidl);

function freshOf({ retrieve, headsOnly, tooLarge }: SyncPlan): ListedMessage[] {
  return [...retrieve, ...headsOnly, ...tooLarge];
}

/** Sizes of what is or was here by unique-id; none where they decide nothing, for it takes all summaries to know them. */
async function readSizes(
  parts: SurveyParts,
  { retrieve, headsOnly, tooLarge }: SyncPlan,
  given: ReadonlySet<Uidl>,
): Promise<StoredSizes> {
  const isTwin = (message: ListedMessage): boolean => isNewTwin(message, given);
  if (tooLarge.length === 0 && ![...retrieve, ...headsOnly].some(isTwin)) return NO_SIZES;
  const { summaries } = await everHere(parts.store, parts.account.id);
  // Rows last: what is here counts for more than a note of what was deleted under its name.
  return new Map(summaries.toReversed().map((one) => [one.uidl, wholeOctets(one)]));
}

function claimTooMuch(listed: readonly ListedMessage[], sizes: StoredSizes): boolean {
  if (sizes.size === 0) return false;
  return listed.some((message) => {
    const octets = message.uidl === null ? undefined : sizes.get(message.uidl);
    return octets !== undefined && overstates(message, octets);
  });
}

function storedMail({ store, account: { id: account } }: SurveyParts): StoredMail {
  return {
    summaries: () => keptFirst(store, account),
    raw: (id) => store.raw(id),
  };
}

/** But for what is new, the maildrop holds what it held when no unique-id was in doubt. */
async function isSettled(
  { store, account: { id: account } }: SurveyParts,
  listed: readonly ListedMessage[],
  { retrieve, headsOnly, maildropOctets }: SyncPlan,
): Promise<boolean> {
  const coming = [...retrieve, ...headsOnly];
  if (listed.length === coming.length) return true;
  const { settled } = await store.status(account);
  return (
    settled?.count === listed.length - coming.length && settled.octets === maildropOctets - sumOctets(coming)
  );
}

/** Other mail under known unique-ids, and the sizes of what only seemed to be. These are known from now on. */
async function recogniseReused(
  parts: SurveyParts,
  listed: readonly ListedMessage[],
  given: ReadonlySet<Uidl>,
  sizes: StoredSizes,
): Promise<Reuse> {
  const { client, store } = parts;
  const { id: account } = parts.account;
  const known = identifyDuplicates(listed, given, sizes).filter(({ isKnown }) => isKnown);
  const reuse = await findReused(
    known.map(({ message }) => message),
    await everHere(store, account),
    byHeader(client),
  );
  if (reuse.same.length > 0) await store.addUidls(account, reuse.same);
  return reuse;
}

const byHeader =
  (client: Pop3Client): Identify =>
  (messages) =>
    client.identify(messages.map((message) => ({ ...message, uidl: null })));
