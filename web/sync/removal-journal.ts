/**
 * The journal of what a server was asked to delete: what a broken session left open in it, and what of it nobody needs any
 * more; and what is said of the visit before. Pure.
 */
import type { Uidl } from '../model/ids.ts';
import type { Removal, RemovalStatus } from '../model/retention.ts';

const DAY_MS = 86_400_000;
/** So long an entry is kept at least: a server that is set back to a backup lists again what was gone. */
const KEPT_MS = 90 * DAY_MS;
/** A server that ignores it lists it at the next visit; later somebody has taken it out of a Trash there. */
const BACK_MS = 7 * DAY_MS;
/** A server that deletes nothing whatever it says is not asked again before. */
const IGNORED_MS = DAY_MS;

/** Whether only a listing can tell what became of it. */
export function isOpen({ state }: Removal): boolean {
  return state === 'asked' || state === 'unknown';
}

/** How it ended, by a listing of a later session: what is not listed any more is gone, what is listed has stayed. */
export function settled(removal: Removal, listed: ReadonlySet<Uidl | null>, now: number): Removal {
  if (!listed.has(removal.uidl)) return { ...removal, state: 'gone' };
  if (isOpen(removal)) return { ...removal, state: 'stayed' };
  return { ...removal, state: now - removal.decidedAt < BACK_MS ? 'ignored' : 'taken-back' };
}

/** What it was asked to delete lately, and lists all the same. */
export function ignoredLately(journal: readonly Removal[], now: number): Set<Uidl> {
  return new Set(
    journal.flatMap(({ uidl, state, decidedAt }) =>
      state === 'ignored' && Math.abs(now - decidedAt) < IGNORED_MS ? uidl : [],
    ),
  );
}

/** Whether it has come to an end, and so long ago that it may be forgotten where the message is neither there nor here. */
export function isOutdated(removal: Removal, now: number): boolean {
  return !isOpen(removal) && now - removal.decidedAt >= KEPT_MS;
}

/** Whether the last visit has left more to be said than how much is gone. */
export function isUnfinished({ refused, unknown, held }: RemovalStatus): boolean {
  return refused + unknown > 0 || Object.keys(held).length > 0;
}
