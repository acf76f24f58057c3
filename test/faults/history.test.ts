/**
 * Long histories of one account, in which features and faults meet that are tried alone elsewhere. Each is made from a seed;
 * POPLAR_SEED=n plays that one alone, and POPLAR_STEPS=0,4,7 only these of its steps.
 */
import { describe, it } from 'vitest';
import { seeded } from '../support/seeded.ts';
import { History } from './history.ts';
import { finish, perform, script } from './history-steps.ts';
import { SEED, some } from './points.ts';

const only = process.env['POPLAR_SEED'];
const seeds = only === undefined ? some(40, 1_500).map((nth) => SEED * 10_000 + nth) : [Number(only)];

describe('a long history', () => {
  it.each(seeds)('from seed %i', async (seed) => {
    const steps = script(seeded(seed));
    const places = process.env['POPLAR_STEPS']?.split(',').map(Number) ?? [...steps.keys()];
    await play(seed, places);
  });
});

async function play(seed: number, places: readonly number[]): Promise<void> {
  const steps = script(seeded(seed));
  const history = await History.start(seeded(seed + 1));
  try {
    for (const place of places) {
      const step = steps[place];
      if (step === undefined) continue;
      history.tell(`${place} ${step.what}`);
      await perform(history, step);
    }
    await finish(history, seeded(seed));
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}\nPOPLAR_SEED=${seed}\n${history.told.join('\n')}`, { cause: error });
  } finally {
    await history.stop();
  }
}
