/** Something goes wrong at each command of a fetch: no answer but a cut, a refusal, an answer that is none. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { impatiently } from './impatience.ts';
import { tried } from './points.ts';
import { expectSurvival } from './survival.ts';
import { World } from './world.ts';

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

async function start(faults: Faults): Promise<World> {
  const world = await World.start({ faults });
  worlds.push(world);
  return world;
}

/** What may happen in place of the answer to a command. */
const FAULTS: readonly { name: string; at: (command: string) => Faults }[] = [
  { name: 'a cut', at: (command) => ({ dropAt: [command] }) },
  ...[
    '',
    'what do you mean',
    '[SYS/TEMP] disk is full',
    '[SYS/PERM] mailbox is damaged',
    '[IN-USE] maildrop is locked',
    '[AUTH] no',
    '[LOGIN-DELAY] wait',
  ].map((text) => ({
    name: `-ERR ${text}`,
    at: (command: string): Faults => ({ refuse: { [command]: text } }),
  })),
  ...[
    'garbage\r\n',
    '\r\n',
    '+OK\r\n',
    '+OK half an answer\r\n',
    'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>\r\n.\r\n',
    '\0\xff\xfe\x80'.repeat(20),
  ].map((octets) => ({
    name: JSON.stringify(octets),
    at: (command: string): Faults => ({ instead: { [command]: Buffer.from(octets, 'latin1') } }),
  })),
];

const WAYS = [
  { way: 'with pipelining', base: {} },
  { way: 'one command at a time', base: { punishPipelining: true } },
] satisfies { way: string; base: Faults }[];

/** The commands of a fetch in which nothing goes wrong, the greeting first. */
async function commandsOf(base: Faults): Promise<string[]> {
  const world = await World.start({ faults: { ...base } });
  const before = world.rig.commands.length;
  await world.sync();
  await world.stop();
  return world.rig.commands.slice(before);
}

describe.each(WAYS)('$way,', async ({ base }) => {
  const commands = await commandsOf(base);
  const points = commands.flatMap((command, nth) =>
    FAULTS.map(({ name, at }) => ({ command, nth, name, fault: at(command) })),
  );

  it.each(tried(points.filter(({ name }) => name === 'a cut')))(
    'a server that ends at its command $nth, $command, and is started again',
    async ({ nth }) => {
      const world = await start({ ...base });
      let restarted: Promise<void> | null = null;
      world.onCommand = (_command, before) => {
        if (before === nth) restarted = world.rig.restartServer();
      };
      await world.sync();
      expect(restarted).not.toBeNull();
      await restarted;
      await expectSurvival(world);
    },
  );

  it.each(tried(points))('$name, once, at command $nth, $command', async ({ nth, fault }) => {
    const world = await start({ ...base });
    let happened = false;
    world.onCommand = (_command, before) => {
      if (before === nth) Object.assign(world.rig.faults, fault);
      if (before === nth) happened = true;
      if (before === nth + 1) lift(world, fault);
    };
    await fetch(world);
    expect(happened).toBe(true);
    await expectSurvival(world);
  });

  it.each(tried(points))('$name, always, at $command', async ({ fault }) => {
    const world = await start({ ...base, ...fault });
    await fetch(world);
    await expectSurvival(world);
  });
});

function lift(world: World, fault: Faults): void {
  for (const name of Object.keys(fault) as (keyof Faults)[]) delete world.rig.faults[name];
}

const fetch = (world: World) => impatiently(world.sync(), world.rig.clock, () => world.rig.commands.length);
