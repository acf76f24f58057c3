/** A server that says +OK to DELE and QUIT and deletes nothing, as some do by a setting of theirs. */
import { afterEach, expect, it } from 'vitest';
import type { RemovalStatus } from '../../../web/model/retention.ts';
import { uidl } from '../../../web/model/ids.ts';
import { wishing } from '../../../web/sync/wishes.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';

const DAY_MS = 86_400_000;
const COUNT = 3;
const IGNORED = { instead: { DELE: '+OK marked\r\n' } };

let rig: SyncRig;
afterEach(() => rig.stop());

const fetch = () => rig.fetch({ parts: { isKept: () => Promise.resolve(true) } });
const removal = async (): Promise<RemovalStatus | undefined> =>
  (await rig.store.status(rig.account.id)).removal;
const deles = (): number => rig.commands.filter((command) => command.startsWith('DELE')).length;
const states = async (): Promise<string[]> =>
  (await rig.store.removals(rig.account.id)).map(({ state }) => state);

it('what a rule deletes counts as gone until it is listed again, and is asked for once a day', async () => {
  rig = await SyncRig.start(makeMaildrop(COUNT), { ...IGNORED });
  rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
  await fetch();
  expect(await removal()).toMatchObject({ gone: COUNT, held: {} });
  for (const hours of [0, 1, 22]) {
    rig.clock.advance((hours * DAY_MS) / 24);
    expect((await fetch()).result).toMatchObject({ fetched: 0, onServer: COUNT });
    expect(await removal()).toMatchObject({ gone: 0, refused: COUNT, held: { ignored: COUNT } });
  }
  expect(deles()).toBe(COUNT);
  rig.clock.advance(DAY_MS / 24);
  await fetch();
  expect(deles()).toBe(2 * COUNT);
  delete rig.faults.instead;
  rig.clock.advance(DAY_MS);
  await fetch();
  expect(rig.maildrop.messages).toEqual([]);
  expect(await removal()).toMatchObject({ gone: COUNT, held: {} });
});

it('what is there still is named also by a visit that asks for more', async () => {
  rig = await SyncRig.start(makeMaildrop(COUNT), { ...IGNORED });
  rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
  await fetch();
  rig.maildrop.deliver({ uidl: 'uid-new', raw: makeMail(COUNT + 1) });
  expect((await fetch()).result).toMatchObject({ fetched: 1 });
  expect(await removal()).toMatchObject({ gone: 1, refused: COUNT, held: { ignored: COUNT } });
  await fetch();
  expect(await removal()).toMatchObject({ gone: 0, refused: COUNT + 1, held: { ignored: COUNT + 1 } });
});

it('a listing that was late does not make less of what is gone', async () => {
  rig = await SyncRig.start(makeMaildrop(COUNT), { ...IGNORED });
  rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
  await fetch();
  await fetch();
  const drop = rig.maildrop.open();
  for (let number = 1; number <= COUNT; number += 1) drop?.markDeleted(number);
  drop?.commit();
  await fetch();
  expect(await removal()).toMatchObject({ gone: COUNT, held: {} });
  expect(await states()).toEqual(Array<string>(COUNT).fill('gone'));
});

it('what somebody asked for is said to be there still, and can be asked for again', async () => {
  rig = await SyncRig.start(makeMaildrop(COUNT), { ...IGNORED });
  await fetch();
  // A listing with nothing to fetch is remembered, and heard again.
  await fetch();
  const wish = { uidl: uidl('uid-2'), wish: 'delete', octets: makeMail(2).length, wishedAt: 1 } as const;
  const ask = () => rig.store.changeWishes(rig.account.id, wishing([{ uidl: wish.uidl, wish }]));
  await ask();
  await fetch();
  expect((await fetch()).result).toMatchObject({ onServer: COUNT });
  expect(await removal()).toMatchObject({ gone: 0, refused: 1 });
  expect(await states()).toEqual(['ignored']);
  delete rig.faults.instead;
  await ask();
  await fetch();
  expect(rig.maildrop.messages.map((one) => one.uidl)).toEqual(['uid-1', 'uid-3']);
  expect(await removal()).toMatchObject({ gone: 1, refused: 0 });
});

it('what somebody has put back there, by now or long after, is not called kept by the server for ever', async () => {
  rig = await SyncRig.start(makeMaildrop(COUNT));
  await fetch();
  const wish = { uidl: uidl('uid-2'), wish: 'delete', octets: makeMail(2).length, wishedAt: 1 } as const;
  await rig.store.changeWishes(rig.account.id, wishing([{ uidl: wish.uidl, wish }]));
  await fetch();
  expect(rig.maildrop.messages).toHaveLength(COUNT - 1);
  rig.maildrop.deliver({ uidl: 'uid-2', raw: makeMail(2) });
  await fetch();
  expect(await removal()).toMatchObject({ gone: 0, refused: 1 });
  rig.clock.advance(7 * DAY_MS);
  expect((await fetch()).result).toMatchObject({ fetched: 0, onServer: COUNT });
  expect(await removal()).toMatchObject({ gone: 0, refused: 0 });
  expect(await states()).toEqual(['taken-back']);
});
