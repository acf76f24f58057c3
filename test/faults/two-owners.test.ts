/**
 * Two pages fetch the same maildrop at once, with no lock between them and a server that lets both in: the store alone
 * must keep each message from coming twice.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { digest } from '../../web/message/digest.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { SyncRig } from '../integration/sync/rig.ts';
import { databaseDevice, memoryDevice } from './device.ts';
import { tried } from './points.ts';
import { expectSurvival } from './survival.ts';
import { FRESH, MAIL, World } from './world.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** What the other page's server calls the messages, in place of what the first page's does. */
const NAMES = [
  { names: 'the same names', rename: (uid: string, _number: number) => uid },
  { names: 'doubled names', rename: (_uid: string, number: number) => `uid-${number % 5}` },
];
const DEVICES = [
  { device: 'memory', make: memoryDevice },
  { device: 'a database', make: () => databaseDevice() },
];
const points = NAMES.flatMap((naming) =>
  DEVICES.flatMap((kind) => Array.from({ length: FRESH + 8 }, (_, nth) => ({ ...naming, ...kind, nth }))),
);

interface Pages {
  world: World;
  /** The other page's fetch; resolves with how many messages it brought. */
  fetchToo: () => Promise<number>;
}

async function start({ make, rename }: (typeof points)[number]): Promise<Pages> {
  const mail = MAIL.map((message, index) => ({ ...message, uidl: rename(message.uidl, index + 1) }));
  const world = await World.start({ device: make(), mail });
  const other = await SyncRig.start(mail);
  const store: MailStore = await world.device.open();
  closers.push(
    async () => store.close(),
    () => other.stop(),
    () => world.stop(),
  );
  const fetchToo = async (): Promise<number> => {
    const { error, result } = await other.fetch({ parts: { store, digest } });
    expect(error).toBeNull();
    return result?.fetched ?? 0;
  };
  return { world, fetchToo };
}

describe('two pages at once', () => {
  it.each(tried(points))(
    'with $names, in $device, the second from command $nth of the first on',
    async (point) => {
      const { world, fetchToo } = await start(point);
      const before = (await world.store.summaries()).length;
      let second: Promise<number> | null = null;
      const from = world.rig.commands.length + point.nth;
      world.onCommand = (_command, count) => {
        if (count === from) second = fetchToo();
      };
      const { error, result } = await world.sync();
      expect(error).toBeNull();
      expect(second).not.toBeNull();
      const both = (result?.fetched ?? 0) + ((await second) ?? 0);
      expect((await world.store.summaries()).length).toBe(before + both);
      world.acceptStatus(await world.store.status(world.rig.account.id));
      await expectSurvival(world);
    },
  );
});
