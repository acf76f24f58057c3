/** Conversations in any order: each ends as the wire contract says, nothing is dialled that may not be, nothing is left. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdConversations, setHostileStage, type HostileStage } from '../../support/hostile-run.ts';
import { Canary } from './canary.ts';

let stage: HostileStage;
beforeAll(async () => {
  stage = await setHostileStage();
});
afterAll(() => stage.close());

it('no order of frames, right or wrong, does more than end its tunnel', async () => {
  const { proxy, ports, forbiddenDials } = stage;
  const canary = await Canary.enter(proxy, ports.echo);
  await holdConversations(stage, (Math.random() * 2 ** 31) | 0, 1000);
  await canary.sings();
  canary.leave();
  const { heldOctets, faults } = await proxy.until(({ tunnels }) => tunnels === 0);
  expect(faults).toEqual([]);
  expect(heldOctets).toBe(0);
  expect(forbiddenDials()).toBe(0);
  expect(proxy.log().filter((line) => line.includes('fault of the proxy'))).toEqual([]);
}, 60_000);
