/**
 * What must hold after each fault: the messages here and on the server are together complete, none is here twice or
 * changed, settings are as they were; and the next fetch brings what is missing, nothing else, and the one after it nothing.
 */
import { expect } from 'vitest';
import { NO_DAMAGE, type World } from './world.ts';

export interface Survival {
  /** Whether the next fetch may have to look at messages in order to know that they are here. */
  mayLook?: boolean;
}

export async function expectSurvival(world: World, { mayLook = false }: Survival = {}): Promise<void> {
  await world.calm();
  await world.reopen();
  expect(await world.damage()).toEqual(NO_DAMAGE);
  const missing = await world.missing();
  const { asked, ...told } = await fetchCalmly(world);
  expect(told).toEqual({ error: undefined, fetched: missing, skipped: [] });
  if (!mayLook) expect(asked).toBe(missing);
  expect(await world.damage()).toEqual(NO_DAMAGE);
  expect(await world.missing()).toBe(0);
  expect(await fetchCalmly(world)).toEqual({ error: undefined, fetched: 0, skipped: [], asked: 0 });
}

async function fetchCalmly(world: World) {
  const { rig } = world;
  rig.commands.length = 0;
  const { error, result } = await world.sync();
  return {
    error: error?.code,
    fetched: result?.fetched,
    skipped: result?.skipped,
    asked: rig.retrieved.length,
  };
}
