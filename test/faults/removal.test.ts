/**
 * Something goes wrong in a visit that deletes on the server: the device dies, the connection breaks, the server refuses
 * or is started again, the disk is full. At each command: so between commit and DELE, between DELE and QUIT, and after
 * QUIT before its reply, too. Every message is here or there, none is here twice, and in the end all that may go is gone.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import type { ConfirmedRule } from '../../web/model/retention.ts';
import { seeded } from '../support/seeded.ts';
import { createCutDial } from './cut-dial.ts';
import { databaseDevice, memoryDevice, type MortalDevice } from './device.ts';
import { impatiently } from './impatience.ts';
import { SEED, tried } from './points.ts';
import { failWrites } from './store-faults.ts';
import { expectSurvival } from './survival.ts';
import { FRESH, KNOWN, World } from './world.ts';

const retention: ConfirmedRule = { rule: 'after-download', confirmedAt: 1 };
const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

interface Started {
  world: World;
  device: MortalDevice;
}

async function start(faults: Faults = {}): Promise<Started> {
  const device = memoryDevice();
  const world = await World.start({ faults, device, retention });
  worlds.push(world);
  return { world, device };
}

/** Those without a receipt stay; of the others none is left, and nothing is open in the journal. */
async function expectConverged(world: World): Promise<void> {
  await expectSurvival(world);
  expect(world.rig.maildrop.messages.length).toBe(KNOWN);
  const { id } = world.rig.account;
  const states = (await world.store.removals(id)).map(({ state }) => state);
  expect(states.filter((state) => state === 'asked' || state === 'unknown')).toEqual([]);
  // Each is counted once, when it is known to be gone.
  const { removal } = await world.store.status(id);
  expect([removal?.gone, removal?.unknown]).toEqual([states.filter((state) => state === 'gone').length, 0]);
}

/** The commands of such a visit in which nothing goes wrong, the greeting first. */
async function commandsOf(base: Faults): Promise<string[]> {
  const world = await World.start({ faults: { ...base }, retention });
  const before = world.rig.commands.length;
  await world.sync();
  expect(world.rig.maildrop.messages.length).toBe(KNOWN);
  await world.stop();
  return world.rig.commands.slice(before);
}

const everyCommand: Faults = {
  dropAt: ['greeting', 'CAPA', 'AUTH', 'USER', 'PASS', 'UIDL', 'LIST', 'RETR', 'TOP', 'DELE', 'QUIT', 'NOOP'],
};

/** What happens at a command; it is carried out by then, and not answered. */
const HAPPENS: Record<string, (started: Started) => unknown> = {
  'the device dies': ({ world, device }) => {
    device.die();
    Object.assign(world.rig.faults, everyCommand);
  },
  'the connection breaks': ({ world }) => Object.assign(world.rig.faults, everyCommand),
  'the connection breaks and the device dies when it hears of it': ({ world, device }) => {
    Object.assign(world.rig.faults, everyCommand);
    setImmediate(() => device.die());
  },
  'the server is started again': ({ world }) => world.rig.restartServer(),
  'the server says nothing any more': ({ world }) =>
    Object.assign(world.rig.faults, { stallAt: everyCommand.dropAt }),
};

const WAYS = [
  { way: 'with pipelining', base: {} },
  { way: 'one command at a time', base: { punishPipelining: true } },
] satisfies { way: string; base: Faults }[];

describe.each(WAYS)('a visit that deletes, $way,', async ({ base }) => {
  const commands = await commandsOf(base);
  const points = commands.flatMap((command, nth) =>
    Object.entries(HAPPENS).map(([name, happens]) => ({ command, nth, name, happens })),
  );

  it.each(tried(points))('$name at command $nth, $command', async ({ nth, happens }) => {
    const started = await start({ ...base });
    const { world } = started;
    const from = world.rig.commands.length;
    let happened: unknown = null;
    world.onCommand = (_command, before) => {
      if (before === from + nth) happened = happens(started) ?? true;
    };
    await impatiently(world.sync(), world.rig.clock, () => world.rig.commands.length);
    expect(happened).not.toBeNull();
    await happened;
    await world.reopen();
    // A device that died has not heard how the visit ended.
    world.acceptStatus(await world.store.status(world.rig.account.id));
    await expectConverged(world);
  });

  const verbs = ['TOP', 'DELE', 'QUIT'];
  const refusals = commands
    .filter((command) => verbs.includes(command.split(' ')[0] ?? ''))
    .flatMap((command) =>
      ['', '[SYS/TEMP] later', '[IN-USE] no', 'message is gone'].map((text) => ({ command, text })),
    );
  it.each(tried(refusals))('-ERR $text to $command', async ({ command, text }) => {
    const { world } = await start({ ...base, refuse: { [command]: text } });
    await world.sync();
    await expectConverged(world);
  });
});

describe('a visit that deletes, cut', () => {
  const random = seeded(SEED + 1);
  const points = (['client', 'server'] as const).flatMap((by) =>
    Array.from({ length: 100 }, () => ({ by, afterOctets: Math.floor(random() * 1_400) })),
  );

  it.each(tried(points))('after $afterOctets octets of the $by from its first DELE on', async (point) => {
    const { world } = await start();
    // All that can be fetched is here; what is left to do is to delete it.
    await world.sync({ isKept: () => Promise.resolve(false) });
    expect(world.rig.maildrop.messages.length).toBe(KNOWN + FRESH);
    const { dial } = createCutDial(world.rig.dial, { ...point, each: false }, async () => undefined);
    await world.sync({ dial });
    await expectConverged(world);
  });
});

describe('a visit that deletes, on a full disk', async () => {
  const writes = await countWrites();
  const points = Array.from({ length: writes }, (_, nth) => ({ nth })).flatMap(({ nth }) =>
    (['this one alone', 'all from there on'] as const).map((which) => ({ nth, which })),
  );

  it.each(tried(points))('at write $nth, $which', async ({ nth, which }) => {
    const world = await World.start({ device: databaseDevice(), retention });
    worlds.push(world);
    const isFaulty = (at: number): boolean => (which === 'this one alone' ? at === nth : at >= nth);
    const injected = failWrites({ kind: 'aborts', error: 'QuotaExceededError' }, isFaulty);
    await world.sync();
    expect(injected.seen()).toBeGreaterThan(nth);
    injected.lift();
    await expectConverged(world);
  });
});

async function countWrites(): Promise<number> {
  const world = await World.start({ device: databaseDevice(), retention });
  const injected = failWrites({ kind: 'throws', error: 'never' }, () => false);
  await world.sync();
  injected.lift();
  await world.stop();
  return injected.seen();
}
