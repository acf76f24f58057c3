/** Waiting for a server that has fallen silent, without waiting: its time is up as soon as nothing moves any more. */
import type { FakeClock } from '../support/fake-clock.ts';

/** So many turns of the event loop without a sign of life are silence. Taken for it too early, it is only another fault. */
const SILENT_TURNS = 200;
/** Longer than anybody is waited for. */
const HOUR_MS = 3_600_000;

/** Resolves with what `work` does. `signsOfLife` is a number that changes while something moves. */
export async function impatiently<Result>(
  work: Promise<Result>,
  clock: FakeClock,
  signsOfLife: () => number,
): Promise<Result> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  let [last, turns] = [signsOfLife(), 0];
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = signsOfLife();
    // Where nobody waits, a digest or the disk is at work, and not the server silent.
    turns = now === last && clock.pending > 0 ? turns + 1 : 0;
    last = now;
    if (turns < SILENT_TURNS) continue;
    turns = 0;
    clock.advance(HOUR_MS);
  }
  return over;
}
