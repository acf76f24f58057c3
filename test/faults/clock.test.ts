/** The clock is put a year on or back, and a device sleeps, in the middle of a fetch. */
import { afterEach, describe, expect, it } from 'vitest';
import { tried } from './points.ts';
import { expectSurvival } from './survival.ts';
import { FRESH, World } from './world.ts';

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

const YEAR_MS = 365 * 86_400_000;
const COMMANDS = FRESH + 8;
const points = [YEAR_MS, -YEAR_MS].flatMap((ms) =>
  Array.from({ length: COMMANDS }, (_, nth) => ({ ms, days: ms / 86_400_000, nth })),
);

async function start(): Promise<{ world: World; from: number }> {
  const world = await World.start();
  worlds.push(world);
  return { world, from: world.rig.commands.length };
}

describe('a clock that jumps', () => {
  it.each(tried(points))(
    'by $days days at command $nth: nothing is lost or repeated',
    async ({ ms, nth }) => {
      const { world, from } = await start();
      world.onCommand = (_command, before) => {
        if (before === from + nth) world.rig.clock.nowMs += ms;
      };
      const { error, result } = await world.sync();
      expect([error, result?.fetched]).toEqual([null, FRESH]);
      await expectSurvival(world);
      // And back, as after a correction.
      world.rig.clock.nowMs -= ms;
      await expectSurvival(world);
    },
  );
});

describe('a device that sleeps for a year', () => {
  it.each(tried(Array.from({ length: COMMANDS }, (_, nth) => nth)))(
    'at command %i: every patience is at its end, and nothing is lost',
    async (nth) => {
      const { world, from } = await start();
      let slept = false;
      world.onCommand = (_command, before) => {
        if (before !== from + nth) return;
        slept = true;
        world.rig.clock.advance(YEAR_MS);
      };
      await world.sync();
      expect(slept).toBe(true);
      await expectSurvival(world);
    },
  );
});
