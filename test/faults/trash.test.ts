/**
 * Something goes wrong while the server is asked to delete what was deleted here: at each command, after any octet, at each
 * write. What nobody has deleted is never touched, what is here stays whole, and the next visit ends it.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { headerIdentity } from '../../web/pop3/identity-hash.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { makeMail, makeMaildrop, SyncRig, type Fetched } from '../integration/sync/rig.ts';
import { databaseDevice, type Device } from './device.ts';
import { tried } from './points.ts';
import { failWrites, type WriteFault } from './store-faults.ts';

const COUNT = 9;
const KEPT = [1, 4, 6, 7, 9].map((number) => `uid-${number}`);
/** Moved to Trash. */
const IN_TRASH = ['uid-2', 'uid-5'];
/** Deleted for good. */
const GONE = ['uid-3', 'uid-8'];

interface Scene {
  rig: SyncRig;
  device: Device;
  store: MailStore;
}
const scenes: Scene[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const { rig, device, store } of scenes.splice(0)) {
    store.close();
    await rig.stop();
    await device.remove();
  }
});

/** All of it was fetched, some of it deleted. */
async function start(faults: Faults = {}): Promise<Scene> {
  const rig = await SyncRig.start(makeMaildrop(COUNT), faults);
  const device = databaseDevice();
  const scene = { rig, device, store: await device.open() };
  scenes.push(scene);
  await scene.store.putAccount(rig.account, null);
  await visit(scene);
  rig.account.retention = { rule: 'when-deleted', confirmedAt: 1 };
  const rows = await scene.store.summaries();
  const ids = (names: readonly string[]) => rows.flatMap(({ id, uidl }) => (names.includes(uidl) ? id : []));
  await scene.store.move(ids([...IN_TRASH, ...GONE]), 'trash');
  await scene.store.removeMessages(ids(GONE), headerIdentity);
  rig.commands.length = 0;
  return scene;
}

const visit = ({ rig, store }: Scene): Promise<Fetched> =>
  rig.fetch({ parts: { store, isKept: () => Promise.resolve(true) } });
const there = ({ rig }: Scene): string[] => rig.maildrop.messages.map(({ uidl }) => uidl);

/** Now, after whatever went wrong. */
async function expectWhole(scene: Scene): Promise<void> {
  expect(there(scene)).toEqual(expect.arrayContaining(KEPT));
  const rows = await scene.store.summaries();
  expect(rows.map(({ uidl }) => uidl).toSorted()).toEqual([...KEPT, ...IN_TRASH].toSorted());
  for (const { id, uidl, folder } of rows) {
    expect([uidl, folder]).toEqual([uidl, IN_TRASH.includes(uidl) ? 'trash' : 'inbox']);
    expect(await scene.store.raw(id)).toEqual(makeMail(Number(uidl.slice(4))));
  }
  expect(scene.rig.retrieved).toEqual([]);
}

/** And in the end, with the page opened anew. */
async function expectDone(scene: Scene): Promise<void> {
  await expectWhole(scene);
  scene.store.close();
  scene.store = await scene.device.open();
  const { error, result } = await visit(scene);
  expect([error, result?.fetched]).toEqual([null, 0]);
  await expectWhole(scene);
  expect(there(scene)).toEqual(KEPT);
  const journal = await scene.store.removals(scene.rig.account.id);
  expect(journal.map(({ uidl, state }) => [uidl, state]).toSorted()).toEqual(
    [...IN_TRASH, ...GONE].toSorted().map((name) => [name, 'gone']),
  );
}

const WAYS = [
  { way: 'with pipelining', base: {} },
  { way: 'one command at a time', base: { capabilities: ['UIDL', 'TOP'] } },
] satisfies { way: string; base: Faults }[];

/** The commands of a visit in which nothing goes wrong, and how many writes it costs. */
async function measure(base: Faults): Promise<{ commands: string[]; writes: number }> {
  const scene = await start({ ...base });
  const injected = failWrites({ kind: 'throws', error: '' }, () => false);
  await visit(scene);
  injected.lift();
  return { commands: [...scene.rig.commands], writes: injected.seen() };
}

describe.each(WAYS)('deleting there what was deleted here, $way', async ({ base }) => {
  const { commands, writes } = await measure(base);
  it('goes well when nothing goes wrong', async () => {
    expect(commands.filter((command) => command.startsWith('DELE'))).toHaveLength(4);
    await expectDone(await start({ ...base }));
  });

  it.each(commands)('and the connection is cut at %s', async (command) => {
    const scene = await start({ ...base });
    scene.rig.faults.dropAt = [command];
    await visit(scene);
    delete scene.rig.faults.dropAt;
    await expectDone(scene);
  });

  const asking = commands.filter((command) => /^(?:DELE|QUIT)/.test(command));
  it.each(asking)('and the server refuses %s', async (command) => {
    const scene = await start({ ...base });
    scene.rig.faults.refuse = { [command]: 'not now' };
    await visit(scene);
    delete scene.rig.faults.refuse;
    await expectDone(scene);
  });

  it.each(asking)('and the answer to %s is garbage', async (command) => {
    const scene = await start({ ...base });
    scene.rig.faults.instead = { [command]: '\u0001what\r\n' };
    await visit(scene);
    delete scene.rig.faults.instead;
    await expectDone(scene);
  });

  const octets = Array.from({ length: 300 }, (_, index) => index * 7);
  it.each(tried(octets))('and the connection is cut after %i octets', async (after) => {
    const scene = await start({ ...base });
    scene.rig.faults.dropAfterOctets = after;
    await visit(scene);
    delete scene.rig.faults.dropAfterOctets;
    await expectDone(scene);
  });

  const faults: WriteFault[] = [
    { kind: 'aborts', error: 'QuotaExceededError' },
    { kind: 'aborts afterwards', error: null },
    { kind: 'throws', error: 'UnknownError' },
  ];
  const points = faults.flatMap((fault) =>
    Array.from({ length: writes }, (_, nth) => ({ fault, nth, kind: fault.kind })),
  );
  it.each(tried(points))('and write $nth of the store fails: $kind', async ({ fault, nth }) => {
    const scene = await start({ ...base });
    const injected = failWrites(fault, (place) => place === nth);
    await visit(scene);
    injected.lift();
    await expectDone(scene);
  });
});
