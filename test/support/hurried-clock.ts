/** A clock on which pauses between attempts (sync/resume.ts) are over at once, and all else waits for the test. */
import { FakeClock } from './fake-clock.ts';

/** Exactly so long with a `random` of 0.5. */
export const PAUSES_MS: readonly number[] = [500, 1_000, 2_000, 4_000];

export class HurriedClock extends FakeClock {
  /** How long the pauses were, in milliseconds. */
  readonly pauses: number[] = [];

  override after(ms: number, fire: () => void): () => void {
    if (!PAUSES_MS.includes(ms)) return super.after(ms, fire);
    this.pauses.push(ms);
    const soon = setImmediate(fire);
    return () => clearImmediate(soon);
  }
}
