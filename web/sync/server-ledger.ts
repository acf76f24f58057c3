/**
 * The ledger of an account's server: for each message there whether it is here, and what becomes of it there, by the same
 * judgement that a fetch deletes by. Pure.
 */
import type { Uidl } from '../model/ids.ts';
import { isWhole, type Removal } from '../model/retention.ts';
import type { LedgerEntry, LedgerFate, LedgerFigures, LedgerFilter } from '../model/server-ledger.ts';
import { ignoredLately } from './removal-journal.ts';
import { isToCome, judge, type Judged, type RemovalQuestion } from './removal-plan.ts';

export interface LedgerQuestion extends RemovalQuestion {
  removals: readonly Removal[];
}

/** One entry for each listed message, the newest first. */
export function ledgerEntries(question: LedgerQuestion): LedgerEntry[] {
  const { known, removals, now } = question;
  const states = new Map(removals.map(({ uidl, state }) => [uidl, state]));
  const judged = [...judge({ ...question, ignored: ignoredLately(removals, now) })].sort(
    (a, b) => b.message.number - a.message.number,
  );
  return judged.map((one): LedgerEntry => {
    const { uidl, octets } = one.message;
    const { holding } = one;
    const state = uidl === null ? undefined : states.get(uidl);
    return {
      uidl,
      octets,
      place: placeOf(one, uidl !== null && known.has(uidl)),
      id: holding?.id ?? null,
      fate: fateOf(one),
      last: state === undefined ? null : LAST[state],
    };
  });
}

const LAST: Readonly<Record<Removal['state'], LedgerEntry['last']>> = {
  asked: 'unknown',
  unknown: 'unknown',
  stayed: 'refused',
  ignored: 'refused',
  gone: null,
  'taken-back': null,
};

function placeOf({ holding }: Judged, isKnown: boolean): LedgerEntry['place'] {
  if (holding?.damaged) return 'damaged';
  if (holding !== null) return holding.partial === undefined ? 'here' : 'partial';
  return isKnown ? 'removed' : 'not-here';
}

function fateOf({ verdict, wish, holding }: Judged): LedgerFate {
  if (wish?.sealed === true) return { fate: 'leaving' };
  if (wish?.wish === 'fetch' && isToCome(holding)) return { fate: 'comes' };
  switch (verdict.is) {
    case 'kept':
      return { fate: 'kept' };
    case 'unasked':
      return { fate: 'stays', why: 'no-rule', asked: false };
    case 'held':
      return { fate: 'stays', why: verdict.reason, asked: wish?.wish.startsWith('delete') === true };
    case 'later':
      return { fate: 'goes', at: verdict.at, why: 'rule' };
    case 'due':
      return { fate: 'goes', at: null, why: 'rule' };
    case 'asked':
    case 'without-copy':
      return { fate: 'goes', at: null, why: 'asked' };
  }
}

/** Whether the filter shows the entry. What somebody wants deleted is shown as such even while it is held back. */
export function passes({ place, fate }: LedgerEntry, filter: LedgerFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'not-here':
      return place !== 'here';
    case 'going':
      return fate.fate === 'goes' || fate.fate === 'leaving' || (fate.fate === 'stays' && fate.asked);
    case 'kept':
      return fate.fate === 'kept';
  }
}

export function figuresOf(entries: readonly LedgerEntry[]): LedgerFigures {
  return { messages: entries.length, octets: entries.reduce((sum, { octets }) => sum + octets, 0) };
}

/** Of the messages here, how many are not on the server, or not any more. */
export function onlyHere(holdings: readonly { uidl: Uidl }[], entries: readonly LedgerEntry[]): number {
  const there = new Set(entries.map(({ uidl }) => uidl));
  return holdings.reduce((count, { uidl }) => count + (there.has(uidl) ? 0 : 1), 0);
}

/** Of what somebody wants to be fetched, how much is not on the server, or not any more. */
export function awaited(
  { known, holdings, wishes }: Pick<LedgerQuestion, 'known' | 'holdings' | 'wishes'>,
  entries: readonly LedgerEntry[],
): number {
  const asked = new Set([...wishes.values()].flatMap(({ uidl, wish }) => (wish === 'fetch' ? uidl : [])));
  if (asked.size === 0) return 0;
  for (const { uidl } of entries) if (uidl !== null) asked.delete(uidl);
  const lacking = new Set(holdings.flatMap((one) => ('header' in one || isWhole(one) ? [] : one.uidl)));
  return [...asked].filter((uidl) => !known.has(uidl) || lacking.has(uidl)).length;
}
