/** The connection breaks in the middle of anything: at random octets, of either side, with and without pipelining. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Dial } from '../../web/wire/transport.ts';
import { seeded } from '../support/seeded.ts';
import { createCutDial, type CutPoint } from './cut-dial.ts';
import { SEED, tried } from './points.ts';
import { expectSurvival } from './survival.ts';
import { World } from './world.ts';

const CUTS = 250;
const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

async function start(pipelining: boolean): Promise<World> {
  const world = await World.start({ faults: pipelining ? {} : { punishPipelining: true } });
  worlds.push(world);
  return world;
}

/** How many octets each side says in a fetch in which nothing goes wrong. */
async function measure(pipelining: boolean): Promise<Record<CutPoint['by'], number>> {
  const world = await World.start({ faults: pipelining ? {} : { punishPipelining: true } });
  const said = { client: 0, server: 0 };
  const dial: Dial = async (target, observer, signal) => {
    const transport = await world.rig.dial(target, observer, signal);
    return {
      security: null,
      read: async () => {
        const octets = await transport.read();
        said.server += octets?.length ?? 0;
        return octets;
      },
      write: (octets) => {
        said.client += octets.length;
        return transport.write(octets);
      },
      startTls: () => transport.startTls(),
      close: () => transport.close(),
    };
  };
  await world.sync({ dial });
  await world.stop();
  return said;
}

/** What else happens at a break. */
const HOWS = ['once', 'each time', 'once, with the server restarted'] as const;

describe.each([
  { pipelining: true, name: 'with pipelining' },
  { pipelining: false, name: 'one command at a time' },
])('a connection cut, $name,', async ({ pipelining }) => {
  const said = await measure(pipelining);

  describe.each(['client', 'server'] as const)('while the %s speaks,', (by) => {
    const random = seeded(SEED);
    const points = Array.from({ length: CUTS }, (_, index) => ({
      afterOctets: Math.floor(random() * said[by]),
      how: HOWS[index % HOWS.length] ?? 'once',
    }));

    it.each(tried(points))('after $afterOctets octets, $how', async ({ afterOctets, how }) => {
      const world = await start(pipelining);
      const { rig } = world;
      const restart = async (): Promise<void> =>
        how === 'once, with the server restarted' ? rig.restartServer() : undefined;
      const { dial, cuts } = createCutDial(rig.dial, { by, afterOctets, each: how === 'each time' }, restart);
      const { error } = await world.sync({ dial });
      expect(cuts()).toBeGreaterThan(0);
      if (error !== null) expect(error).toMatchObject({ code: 'connection-lost', hop: 'connection' });
      await expectSurvival(world);
    });
  });
});
