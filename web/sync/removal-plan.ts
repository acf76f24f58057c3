/**
 * What would be deleted on a server, and why the rest stays: decided before anything is done. Pure. When in doubt a
 * message stays. Being absent from a listing is never a reason for anything.
 */
import type { Backup } from '../model/backup.ts';
import type { Uidl } from '../model/ids.ts';
import {
  isWhole,
  type ClockSight,
  type DeletingRule,
  type Held,
  type Holding,
  type HoldReason,
  type Receipt,
  type RemovalFigures,
  type RemovalForecast,
} from '../model/retention.ts';
import { wholeOctets } from '../model/message.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { isTrusted } from './clock-watch.ts';
import { isDeletedHere, type Known } from './deleted-here.ts';
import { identifyDuplicates, isMadeHere, sharedUniqueId, type IdentifiedMessage } from './identity.ts';
import { SLACK_OCTETS } from './renaming.ts';

const DAY_MS = 86_400_000;

/** Why nothing may go now, by a rule or at all. */
export function holdsNow(
  isKept: boolean,
  clock: ClockSight,
): Pick<RemovalQuestion, 'holdAll' | 'mayBeCleared'> {
  const holdAll = !isTrusted(clock) ? 'clock' : isKept ? null : 'may-be-cleared';
  return { holdAll, mayBeCleared: !isKept };
}

export interface RemovalQuestion {
  /** Of this very session: numbers are worth nothing in another one. */
  listed: readonly ListedMessage[];
  /** All that was ever stored of the account, as the listing is identified by it. */
  known: ReadonlySet<Uidl>;
  holdings: readonly Known[];
  /** Null: only what somebody asked for goes. */
  rule: DeletingRule | null;
  /** What people want of single messages. */
  wishes: ReadonlyMap<Uidl, ServerWish>;
  now: number;
  /** Days count from here at the earliest: ClockSight.jumpedAt. */
  countFrom: number | null;
  /** Why nothing may go by the rule; null when nothing is in the way. */
  holdAll: 'may-be-cleared' | 'clock' | null;
  /** What is here may be cleared away: then not even what somebody asked for may go. */
  mayBeCleared?: boolean;
  /** What no rule asks for now: see ignoredLately. */
  ignored?: ReadonlySet<Uidl>;
  /** What is in this copy may go although it may be cleared away here. */
  backup?: Backup;
}

/** A message on the server, what is kept of it here, and its receipt. */
export interface Candidate {
  message: ListedMessage;
  holding: Known;
  receipt: Receipt;
}

export interface RemovalPlan {
  /** By the rule, longest here first. Each still has to be read back (removal-proof.ts), like those asked for. */
  due: Candidate[];
  /** By somebody's wish. */
  asked: Candidate[];
  /** By the wish of somebody who agreed that there is no copy of them here. */
  withoutCopy: ListedMessage[];
  /** The rule does not ask for them yet. */
  later: Candidate[];
  held: { message: ListedMessage; reason: HoldReason }[];
}

/** What becomes of one listed message. */
export type Verdict =
  | { is: 'kept' | 'unasked' | 'without-copy' }
  | { is: 'held'; reason: HoldReason }
  | { is: 'asked' | 'due'; candidate: Candidate }
  | { is: 'later'; candidate: Candidate; at: number };

export interface Judged {
  /** With its own identity. */
  message: ListedMessage;
  /** What is kept of it here. */
  holding: Holding | null;
  wish: ServerWish | null;
  verdict: Verdict;
}

/** As the fetch tells messages apart that share a unique-id: by the sizes of what is here. */
export function identifyKnown(
  listed: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
  here: readonly Known[],
): IdentifiedMessage[] {
  return identifyDuplicates(listed, known, new Map(here.map((one) => [one.uidl, wholeOctets(one)])));
}

/** Each listed message, in the order of the listing. */
export function* judge(question: RemovalQuestion): Generator<Judged, void> {
  const { listed, known, wishes } = question;
  const holdings = new Map(question.holdings.map((holding) => [holding.uidl, holding]));
  const groups = new Groups(listed, holdings);
  for (const { message } of identifyKnown(listed, known, question.holdings)) {
    const { uidl } = message;
    const found = (uidl !== null && holdings.get(uidl)) || null;
    const holding = found !== null && 'header' in found ? null : found;
    const wish = (uidl !== null && wishes.get(uidl)) || null;
    yield { message, holding, wish, verdict: decide({ message, found, holding, wish }, groups, question) };
  }
}

export function planRemoval(question: RemovalQuestion): RemovalPlan {
  const plan: RemovalPlan = { due: [], asked: [], withoutCopy: [], later: [], held: [] };
  for (const { message, verdict } of judge(question)) {
    if (verdict.is === 'held') plan.held.push({ message, reason: verdict.reason });
    else if (verdict.is === 'without-copy') plan.withoutCopy.push(message);
    else if ('candidate' in verdict) plan[verdict.is].push(verdict.candidate);
  }
  const byAge = (a: Candidate, b: Candidate): number =>
    a.holding.receivedAt - b.holding.receivedAt || a.holding.id - b.holding.id;
  plan.due.sort(byAge);
  plan.asked.sort(byAge);
  return plan;
}

function decide(
  { message, found, holding, wish }: Omit<Judged, 'verdict'> & { found: Known | null },
  groups: Groups,
  question: RemovalQuestion,
): Verdict {
  const { rule, holdAll } = question;
  if (wish?.wish === 'keep') return { is: 'kept' };
  if (wish?.wish === 'fetch' && isToCome(holding)) return { is: 'unasked' };
  const isAsked = wish?.wish === 'delete' || wish?.wish === 'delete-without-copy';
  if (!isAsked && !isMeant(found, rule)) return { is: 'unasked' };
  if (wish?.wish === 'delete-without-copy' && (holding === null || !isWhole(holding))) {
    return withoutCopy(message, wish, groups.isAlone(message.uidl, found !== null));
  }
  // What was deleted here is no copy, but the rule that goes by that knows it by its header.
  const matched = match(message, found, groups);
  if (typeof matched === 'string') return { is: 'held', reason: matched };
  const isSafe = isCopied(matched.holding, question);
  if (isAsked) {
    // No clock has a say in what somebody asked for.
    const mayBeLost = holdAll === 'may-be-cleared' || question.mayBeCleared === true;
    return mayBeLost && !isSafe
      ? { is: 'held', reason: 'may-be-cleared' }
      : { is: 'asked', candidate: matched };
  }
  const at = dueAt(matched.holding, question);
  if (at > question.now) return { is: 'later', candidate: matched, at };
  const isIgnored = question.ignored?.has(matched.holding.uidl) === true;
  const reason = holdAll === 'may-be-cleared' && isSafe ? null : holdAll;
  if (reason === null && isIgnored) return { is: 'held', reason: 'ignored' };
  return reason === null ? { is: 'due', candidate: matched } : { is: 'held', reason };
}

/** Whether somebody's wish brings it: what is here whole is not fetched again. */
export function isToCome(holding: Holding | null): boolean {
  return holding === null || !isWhole(holding);
}

/** Nothing here can prove which one it is: it has to be alone with its unique-id, and as large as it was. */
function withoutCopy({ uidl, octets }: ListedMessage, wish: ServerWish, isAlone: boolean): Verdict {
  if (uidl === null || isMadeHere(uidl)) return { is: 'held', reason: 'no-unique-id' };
  if (!isAlone) return { is: 'held', reason: 'shared-unique-id' };
  return octets === wish.octets ? { is: 'without-copy' } : { is: 'held', reason: 'size' };
}

/** The plan in figures. */
export function forecastOf({ due, later, held }: RemovalPlan): RemovalForecast {
  return { due: figures(due), later: figures(later), held: countHeld(held.map(({ reason }) => reason)) };
}

export function countHeld(reasons: Iterable<HoldReason>): Held {
  const held: Held = {};
  for (const reason of reasons) held[reason] = (held[reason] ?? 0) + 1;
  return held;
}

function figures(candidates: readonly Candidate[]): RemovalFigures {
  let [octets, oldestAt]: [number, number | null] = [0, null];
  for (const { holding } of candidates) {
    octets += holding.octets;
    if (holding.sentAt !== null) oldestAt = Math.min(holding.sentAt, oldestAt ?? holding.sentAt);
  }
  return { messages: candidates.length, octets, oldestAt };
}

/** Whether the rule has to do with the message at all: there is nothing to say of mail that nobody has deleted. */
function isMeant(found: Known | null, rule: DeletingRule | null): boolean {
  return rule?.rule === 'when-deleted' ? found !== null && isDeletedHere(found) : rule !== null;
}

function match(message: ListedMessage, holding: Known | null, groups: Groups): Candidate | HoldReason {
  const { uidl } = message;
  if (uidl === null || isMadeHere(uidl)) return 'no-unique-id';
  if (holding === null) return 'not-here';
  if ('damaged' in holding) return 'not-read-back';
  if (holding.partial !== undefined) return 'partial';
  if (!groups.isWhole(uidl)) return 'shared-unique-id';
  const { receipt } = holding;
  if (receipt === null) return 'no-receipt';
  if (receipt.unterminated) return 'unterminated';
  return fits(message.octets, holding.octets, receipt.listedOctets) ? { message, holding, receipt } : 'size';
}

/**
 * LIST need not count what RETR sends (compressed, other line ends), but it has to say what it said when the message was
 * fetched; and when it counts more than came, something may be missing here.
 */
function fits(listedOctets: number, octets: number, listedThen: number): boolean {
  if (listedOctets === 0 || Math.max(listedOctets, listedThen) > octets + SLACK_OCTETS) return false;
  return listedOctets === listedThen || Math.abs(listedOctets - octets) <= SLACK_OCTETS;
}

/** Whether the copy that was saved holds it as it is here: not what came, or came anew, after it. */
function isCopied({ id, receivedAt }: Known, { backup }: RemovalQuestion): boolean {
  if (backup === undefined || id > backup.upTo || receivedAt > backup.at) return false;
  return !backup.without.includes(id);
}

/** From when on the rule lets it go, milliseconds since 1970; 0 for at once. */
function dueAt({ receivedAt }: Known, { rule, countFrom }: RemovalQuestion): number {
  if (rule?.rule !== 'after-days') return 0;
  return Math.max(receivedAt, countFrom ?? receivedAt) + rule.days * DAY_MS;
}

/** Messages that share a unique-id: as long as one of them is not here, none of them can be told for sure. */
class Groups {
  readonly #there = new Map<Uidl, number>();
  readonly #here = new Map<Uidl, number>();

  constructor(listed: readonly ListedMessage[], holdings: ReadonlyMap<Uidl, Known>) {
    for (const { uidl } of listed) if (uidl !== null) count(this.#there, uidl);
    for (const uidl of holdings.keys()) count(this.#here, sharedUniqueId(uidl));
  }

  /** As many are listed as are here: for one alone, one. */
  isWhole(identity: Uidl): boolean {
    const shared = sharedUniqueId(identity);
    return this.#there.get(shared) === this.#here.get(shared);
  }

  /** No other message, there or here, has its unique-id; `isFound`: something is known here of this one. */
  isAlone(identity: Uidl | null, isFound: boolean): boolean {
    if (identity === null) return false;
    return this.#there.get(identity) === 1 && (this.#here.get(identity) ?? 0) === (isFound ? 1 : 0);
  }
}

function count(counts: Map<Uidl, number>, key: Uidl): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
