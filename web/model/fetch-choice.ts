/**
 * How much of a maildrop is fetched, by the person's choice. What is left out stays on the server and is not taken for
 * known, so that it is fetched once the choice is widened; what is here stays, however the choice is narrowed.
 */
import type { Uidl } from './ids.ts';

export type NewestCount = 100 | 500 | 1000 | 5000;
export const NEWEST_COUNTS: readonly NewestCount[] = [100, 500, 1000, 5000];

export type FetchChoice =
  | { what: 'all' }
  /** The newest in the maildrop when it is chosen, and all that comes from then on. */
  | { what: 'newest'; count: NewestCount }
  /** What came to the server since then; milliseconds since 1970. */
  | { what: 'since'; from: number };

/** Of messages with more octets only the beginning is fetched by itself. */
export type HeadsAbove = 100_000 | 500_000 | 1_000_000;
export const HEADS_ABOVE: readonly HeadsAbove[] = [100_000, 500_000, 1_000_000];

export const EVERYTHING: FetchChoice = { what: 'all' };

export function isSameChoice(a: FetchChoice, b: FetchChoice): boolean {
  if (a.what === 'newest') return b.what === 'newest' && a.count === b.count;
  if (a.what === 'since') return b.what === 'since' && a.from === b.from;
  return b.what === 'all';
}

/**
 * Where a choice begins in a maildrop. Kept, so that it is looked for once, and so that messages that are deleted there do
 * not bring up older ones in their place.
 */
export interface FetchMark {
  choice: FetchChoice;
  /** The newest of the messages that are left out, newest first; none when nothing is. */
  below: Uidl[];
  /** The server does not show when messages came: everything is fetched. */
  isBlind?: true;
}

/** What a choice leaves on the server, by the last listing. */
export interface LeftOut {
  messages: number;
  octets: number;
}
