/**
 * Is the clock of this device to be trusted with "after 30 days"? It jumps when a battery dies or somebody sets it; then
 * nothing is deleted on a server for a while. Pure.
 */
import type { ClockSight } from '../model/retention.ts';

const DAY_MS = 86_400_000;
/** Time zones and corrections stay below. */
const BACK_MS = DAY_MS;
/** Longer away than this is rare, and waiting a week more costs little. */
const FORWARD_MS = 90 * DAY_MS;
const HOLD_MS = 7 * DAY_MS;

/**
 * The sight to keep after seeing the clock at `now`. A jump by more than a day backwards, or by more than 90 forwards,
 * holds for a week of time that really passes, and all days are counted from it; a clock that jumps again begins it anew.
 */
export function watchClock(before: ClockSight | undefined, now: number): ClockSight {
  if (before === undefined) return { sightAt: now, heldUntil: null, jumpedAt: null };
  const passed = now - before.sightAt;
  if (passed < -BACK_MS || passed > FORWARD_MS)
    return { sightAt: now, heldUntil: now + HOLD_MS, jumpedAt: now };
  const isOver = before.heldUntil !== null && now >= before.heldUntil;
  // A clock that is set back by little must not creep back unseen.
  return { ...before, sightAt: Math.max(now, before.sightAt), heldUntil: isOver ? null : before.heldUntil };
}

/** Whether the clock may decide that a message is old enough. */
export function isTrusted({ heldUntil }: ClockSight): boolean {
  return heldUntil === null;
}
