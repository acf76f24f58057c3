/** Servers that change their mind about what a message is called or how large it is, in the middle of a fetch and after it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../proxy/demo/maildrop.ts';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { messageReply } from '../../proxy/demo/pop3-reply.ts';
import { makeMail } from '../integration/sync/rig.ts';
import { tried } from './points.ts';
import { expectSurvival } from './survival.ts';
import { FRESH, KNOWN, MAIL, mailNumber, NO_DAMAGE, World } from './world.ts';

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

async function start(mail?: readonly MaildropMessage[]): Promise<World> {
  const world = await World.start(mail === undefined ? {} : { mail });
  worlds.push(world);
  return world;
}

interface Lie {
  name: string;
  faults: Faults;
  /** What UIDL does not name is not there for now: LIST is no witness, it names too much elsewhere. */
  hides?: true;
}

/** What a server may say from one moment on. */
const LIES: readonly Lie[] = [
  { name: 'all unique-ids are new', faults: { uidlOf: (_number, uid) => `new-${uid}` } },
  {
    name: 'every other unique-id is new',
    faults: { uidlOf: (number, uid) => (number % 2 === 0 ? `new-${uid}` : uid) },
  },
  { name: 'one unique-id is new', faults: { uidlOf: (number, uid) => (number === 30 ? 'new' : uid) } },
  {
    name: 'an older message has the unique-id of the one after it, too',
    faults: { uidlOf: (number, uid) => (number % 8 === 5 ? `uid-${number + 1}` : uid) },
  },
  {
    name: 'a newer message has the unique-id of the one before it, too',
    faults: { uidlOf: (number, uid) => (number % 8 === 5 ? `uid-${number - 1}` : uid) },
  },
  {
    name: 'half of UIDL is missing',
    faults: { uidlOf: (number, uid) => (number % 2 === 0 ? uid : null) },
    hides: true,
  },
  {
    name: 'the end of UIDL is missing',
    faults: { uidlOf: (number, uid) => (number < 28 ? uid : null) },
    hides: true,
  },
  { name: 'LIST says nothing', faults: { listOctets: () => null } },
  { name: 'LIST says 0', faults: { listOctets: () => 0 } },
  { name: 'LIST says too little', faults: { listOctets: (_number, octets) => Math.floor(octets / 3) } },
  { name: 'LIST says too much', faults: { listOctets: (_number, octets) => octets * 1_000 } },
  { name: 'LIST says far too much', faults: { listOctets: () => 999_999_999 } },
  {
    name: 'LIST says something else each time',
    faults: { listOctets: (number, octets) => octets + ((number * 7919) % 11) },
  },
  {
    name: 'half of LIST is missing',
    faults: { listOctets: (number, octets) => (number % 2 === 0 ? octets : null) },
  },
];

/** A visit that is cut in the `nth` command from its beginning, so that a part of the new mail is here. */
async function visitCutAt(world: World, nth: number): Promise<void> {
  const from = world.rig.commands.length + nth;
  world.onCommand = (_command, before) => {
    world.rig.faults.dropAt = before >= from ? ['CAPA', 'RETR', 'QUIT', 'UIDL', 'LIST', 'TOP'] : [];
  };
  await world.sync();
  world.onCommand = () => undefined;
  delete world.rig.faults.dropAt;
  while (world.rig.server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
}

/** From a few commands before the first message to the end. */
const MOMENTS = Array.from({ length: FRESH + 4 }, (_, index) => index + 4);

describe.each(LIES)('when $name', ({ faults, hides }) => {
  it.each(tried(MOMENTS))(
    'after a fetch that was cut at command %i, and later no more: none twice',
    async (nth) => {
      const world = await start();
      await visitCutAt(world, nth);
      Object.assign(world.rig.faults, faults);
      for (let visit = 0; visit < 2; visit += 1) {
        const { error } = await world.sync();
        expect([error?.code, await world.damage()]).toEqual([undefined, NO_DAMAGE]);
        if (hides === undefined) expect(await world.missing()).toBe(0);
      }
      await expectSurvival(world, { mayLook: true });
    },
  );

  it.each(tried(MOMENTS))('from command %i of a fetch on, and not after it: none twice', async (nth) => {
    const world = await start();
    const from = world.rig.commands.length + nth;
    world.onCommand = (_command, before) => {
      if (before === from)
        Object.assign(world.rig.faults, faults, { dropAt: ['RETR', 'UIDL', 'LIST', 'TOP', 'QUIT'] });
      else delete world.rig.faults.dropAt;
    };
    await world.sync();
    await expectSurvival(world, { mayLook: true });
  });
});

describe('a message that has another size each time it is looked at', () => {
  const changed = mailNumber(20);
  const other = makeMail(20, 5_000);
  const shown = Buffer.concat([...messageReply('another version', other)]);

  it.each(tried(MOMENTS))('is kept in one version, with the fetch cut at command %i', async (nth) => {
    const world = await start();
    world.alsoShows(other, changed);
    world.rig.faults.instead = { 'RETR 20': shown };
    await visitCutAt(world, nth);
    await expectSurvival(world);
  });
});

describe('messages that share a unique-id from the first day on', () => {
  it.each(tried(MOMENTS))('are all fetched once, with the fetch cut at command %i', async (nth) => {
    const mail = MAIL.map((message, index) => ({
      ...message,
      uidl: `uid-${index < KNOWN ? index : index % 6}`,
    }));
    const world = await start(mail);
    await visitCutAt(world, nth);
    world.deliver({ uidl: 'uid-3', raw: makeMail(99, 800) });
    await expectSurvival(world, { mayLook: true });
  });
});
