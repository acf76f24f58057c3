/**
 * Where in a listing begins what the person wants. POP3 numbers messages in the order in which they came, on nearly every
 * server; what a number means is for this session alone, so a beginning is remembered by unique-ids. Pure.
 */
import type { FetchChoice, FetchMark } from '../model/fetch-choice.ts';
import { isSameChoice } from '../model/fetch-choice.ts';
import type { Uidl } from '../model/ids.ts';
import type { ListedMessage } from '../pop3/listing.ts';

/** So many unique-ids mark a beginning: it is found again while any one of them is still there. */
const MARK_UIDLS = 20;

/** Messages with this number and lower ones are left out; 0: none is. */
export type Below = number;

/** The highest number that the mark leaves out, or null when it marks another choice or nothing of this maildrop. */
export function markedBelow(
  listed: readonly ListedMessage[],
  choice: FetchChoice,
  mark: FetchMark | undefined,
): Below | null {
  if (mark === undefined || !isSameChoice(choice, mark.choice)) return null;
  if (mark.below.length === 0) return 0;
  const places = new Map<Uidl | null, number>();
  // Of several with one unique-id the oldest counts: rather a message too many than one too few.
  for (const { uidl, number } of listed) places.set(uidl, Math.min(number, places.get(uidl) ?? number));
  for (const uidl of mark.below) {
    const place = places.get(uidl);
    if (place !== undefined) return place;
  }
  return null;
}

/** The highest number that the newest `count` leave out. */
export function belowNewest(listed: readonly ListedMessage[], count: number): Below {
  const numbers = listed.map(({ number }): number => number).sort((a, b) => b - a);
  return numbers[count] ?? 0;
}

/** Marks the place, for the next listings: by the newest below it, and by those that share a unique-id only if all do. */
export function markAt(listed: readonly ListedMessage[], choice: FetchChoice, below: Below): FetchMark {
  const [seen, shared] = [new Set<Uidl>(), new Set<Uidl>()];
  for (const { uidl } of listed) if (uidl !== null) (seen.has(uidl) ? shared : seen).add(uidl);
  const left = newestFirst(listed.filter(({ number }) => number <= below)).flatMap(({ uidl }) => uidl ?? []);
  const alone = left.filter((uidl) => !shared.has(uidl));
  return { choice, below: (alone.length > 0 ? alone : left).slice(0, MARK_UIDLS) };
}

export function newestFirst(listed: readonly ListedMessage[]): ListedMessage[] {
  return listed.toSorted((a, b) => b.number - a.number);
}
