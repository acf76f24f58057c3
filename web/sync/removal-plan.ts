/**
 * What would be deleted on a server, and why the rest stays: decided before anything is done. Pure. When in doubt a
 * message stays. Being absent from a listing is never a reason for anything.
 */
import type { Uidl } from '../model/ids.ts';
import type {
  DeletingRule,
  Held,
  HoldReason,
  Receipt,
  RemovalFigures,
  RemovalForecast,
} from '../model/retention.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { isDeletedHere, type Known } from './deleted-here.ts';
import { identifyDuplicates, isMadeHere, sharedUniqueId } from './identity.ts';
import { SLACK_OCTETS } from './renaming.ts';

const DAY_MS = 86_400_000;

export interface RemovalQuestion {
  /** Of this very session: numbers are worth nothing in another one. */
  listed: readonly ListedMessage[];
  /** All that was ever stored of the account, as the listing is identified by it. */
  known: ReadonlySet<Uidl>;
  holdings: readonly Known[];
  rule: DeletingRule;
  now: number;
  /** Days count from here at the earliest: ClockSight.jumpedAt. */
  countFrom: number | null;
  /** Why nothing at all may go; null when nothing is in the way. */
  holdAll: 'may-be-cleared' | 'clock' | null;
}

/** A message on the server, what is kept of it here, and its receipt. */
export interface Candidate {
  message: ListedMessage;
  holding: Known;
  receipt: Receipt;
}

export interface RemovalPlan {
  /** Longest here first. Each still has to be read back (removal-proof.ts). */
  due: Candidate[];
  /** The rule does not ask for them yet. */
  later: Candidate[];
  held: { message: ListedMessage; reason: HoldReason }[];
}

export function planRemoval(question: RemovalQuestion): RemovalPlan {
  const { listed, known, holdAll } = question;
  const holdings = new Map(question.holdings.map((holding) => [holding.uidl, holding]));
  const groups = new Groups(listed, holdings);
  const plan: RemovalPlan = { due: [], later: [], held: [] };
  // As the fetch tells messages apart that share a unique-id: by the sizes of what is here.
  const sizes = new Map(question.holdings.map(({ uidl, octets }) => [uidl, octets]));
  for (const { message } of identifyDuplicates(listed, known, sizes)) {
    if (!isMeant(message, holdings, question.rule)) continue;
    const found = match(message, holdings, groups);
    if (typeof found === 'string') plan.held.push({ message, reason: found });
    else if (!isDue(found.holding, question)) plan.later.push(found);
    else if (holdAll !== null) plan.held.push({ message, reason: holdAll });
    else plan.due.push(found);
  }
  plan.due.sort((a, b) => a.holding.receivedAt - b.holding.receivedAt || a.holding.id - b.holding.id);
  return plan;
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
function isMeant(
  { uidl }: ListedMessage,
  holdings: ReadonlyMap<Uidl, Known>,
  { rule }: DeletingRule,
): boolean {
  if (rule !== 'when-deleted') return true;
  const known = uidl === null ? undefined : holdings.get(uidl);
  return known !== undefined && isDeletedHere(known);
}

function match(
  message: ListedMessage,
  holdings: ReadonlyMap<Uidl, Known>,
  groups: Groups,
): Candidate | HoldReason {
  const { uidl } = message;
  if (uidl === null || isMadeHere(uidl)) return 'no-unique-id';
  const holding = holdings.get(uidl);
  if (holding === undefined) return 'not-here';
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

function isDue({ receivedAt }: Known, { rule, now, countFrom }: RemovalQuestion): boolean {
  if (rule.rule !== 'after-days') return true;
  return now - Math.max(receivedAt, countFrom ?? receivedAt) >= rule.days * DAY_MS;
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
}

function count(counts: Map<Uidl, number>, key: Uidl): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
