/** The rule "when deleted here": what is in Trash or was deleted for good goes on the server, and not one message else. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { uidl, type MessageId } from '../../../web/model/ids.ts';
import type { RemovalStatus } from '../../../web/model/retention.ts';
import { wishing } from '../../../web/sync/wishes.ts';
import { makeMail, makeMaildrop, SyncRig, USER, type Fetched } from './rig.ts';

const COUNT = 6;
const isKept = (): Promise<boolean> => Promise.resolve(true);

let rig: SyncRig;
let onCommand: (command: string) => void;
afterEach(() => rig.stop());

/** All of it is here. */
async function start(faults: Faults = {}): Promise<void> {
  onCommand = () => undefined;
  rig = await SyncRig.start(makeMaildrop(COUNT), {}, USER, (command) => onCommand(command));
  rig.account.retention = { rule: 'when-deleted', confirmedAt: 1 };
  await fetch();
  Object.assign(rig.faults, faults);
  rig.commands.length = 0;
}

const fetch = (kept = isKept): Promise<Fetched> => rig.fetch({ parts: { isKept: kept } });
const there = (): string[] => rig.maildrop.messages.map(({ uidl }) => uidl);
const deles = (): string[] => rig.commands.filter((command) => command.startsWith('DELE'));
const removal = async (): Promise<RemovalStatus | undefined> =>
  (await rig.store.status(rig.account.id)).removal;

async function idsOf(...numbers: number[]): Promise<MessageId[]> {
  const rows = await rig.store.summaries();
  return numbers.flatMap((number) => rows.find(({ uidl }) => uidl === `uid-${number}`)?.id ?? []);
}
const toTrash = async (...numbers: number[]) => rig.store.move(await idsOf(...numbers), 'trash');
const deleteForGood = (...numbers: number[]) =>
  rig.deleteForGood(...numbers.map((number) => `uid-${number}`));

describe('with the rule "when deleted here"', () => {
  it('mail that nobody has deleted stays, however often it is fetched', async () => {
    await start();
    await fetch();
    expect([deles(), there().length]).toEqual([[], COUNT]);
    expect((await removal())?.held ?? {}).toEqual({});
  });

  it('what is in Trash goes in one batch, and what was deleted for good; neither is fetched again', async () => {
    await start();
    await toTrash(2, 5);
    await deleteForGood(3);
    expect((await fetch()).error).toBeNull();
    expect(there()).toEqual(['uid-1', 'uid-4', 'uid-6']);
    expect(rig.commands.slice(-4).map((command) => command.split(' ')[0])).toEqual([
      'DELE',
      'DELE',
      'DELE',
      'QUIT',
    ]);
    expect(await removal()).toMatchObject({ gone: 3, refused: 0, unknown: 0, held: {} });
    // What is in Trash is still here.
    expect(await rig.store.raw((await idsOf(2))[0] ?? (0 as MessageId))).toEqual(makeMail(2));
    await deleteForGood(2, 5);
    expect((await fetch()).result).toMatchObject({ fetched: 0, onServer: 3 });
    expect(rig.retrieved).toEqual([]);
    expect(await rig.stored()).toHaveLength(3);
  });

  it('what was asked to go and then deleted for good goes all the same', async () => {
    await start();
    const wish = { uidl: uidl('uid-3'), wish: 'delete', octets: makeMail(3).length, wishedAt: 1 } as const;
    await rig.store.changeWishes(rig.account.id, wishing([{ uidl: wish.uidl, wish }]));
    await deleteForGood(3);
    await fetch();
    expect(there()).not.toContain('uid-3');
    expect(await rig.store.wishes(rig.account.id)).toEqual([]);
    expect(await removal()).toMatchObject({ gone: 1, held: {} });
  });

  it('what was moved back before the visit stays', async () => {
    await start();
    await toTrash(2, 5);
    await rig.store.move(await idsOf(2), 'inbox');
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-2', 'uid-3', 'uid-4', 'uid-6']);
  });

  it('what is moved back while its header is looked at stays, too', async () => {
    await start();
    await toTrash(2, 5);
    const ids = await idsOf(2);
    onCommand = (command) => {
      if (command.startsWith('TOP')) void rig.store.move(ids, 'inbox');
    };
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-2', 'uid-3', 'uid-4', 'uid-6']);
    expect(await removal()).toMatchObject({ gone: 1, refused: 0, unknown: 0 });
  });

  it('and all of it moved back while headers are looked at, the session ends without a DELE', async () => {
    await start();
    await toTrash(5);
    const ids = await idsOf(5);
    onCommand = (command) => {
      if (command.startsWith('TOP')) void rig.store.move(ids, 'inbox');
    };
    expect((await fetch()).error).toBeNull();
    expect([deles(), rig.commands.at(-1), there().length]).toEqual([[], 'QUIT', COUNT]);
  });

  it('what is moved back between DELE and QUIT stays, too', async () => {
    await start();
    await toTrash(2, 5);
    const ids = await idsOf(2);
    onCommand = (command) => {
      if (command.startsWith('DELE')) void rig.store.move(ids, 'inbox');
    };
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-2', 'uid-3', 'uid-4', 'uid-6']);
  });

  it('what was deleted for good and is to be fetched again after all stays until QUIT, and comes', async () => {
    await start();
    await deleteForGood(2, 3);
    const [name, { id }] = [uidl('uid-2'), rig.account];
    const wish = { uidl: name, wish: 'fetch' as const, octets: 1, wishedAt: 1 };
    onCommand = (command) => {
      if (!command.startsWith('DELE')) return;
      void rig.store.changeWishes(id, wishing([{ uidl: name, wish }]));
      void rig.store.forgetUidls(id, [name]);
    };
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-2', 'uid-4', 'uid-5', 'uid-6']);
    expect((await fetch()).result?.fetched).toBe(1);
    expect(there()).toContain('uid-2');
  });

  it('what was fetched again stays, although it was once deleted for good under that name', async () => {
    await start();
    await deleteForGood(2);
    const noted = await rig.store.deletions(rig.account.id);
    await rig.store.forgetUidls(rig.account.id, [uidl('uid-2')]);
    await fetch();
    const store = new Proxy(rig.store, {
      get: (target, name) => {
        if (name === 'deletions') return () => Promise.resolve(noted);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await rig.fetch({ parts: { isKept, store } });
    expect(there()).toHaveLength(COUNT);
  });

  it('nothing goes while the browser may throw mail away, and it goes when that is over', async () => {
    await start();
    await toTrash(1);
    await deleteForGood(2);
    await fetch(() => Promise.resolve(false));
    expect(deles()).toEqual([]);
    expect(await removal()).toMatchObject({ gone: 0, held: { 'may-be-cleared': 2 } });
    await fetch();
    expect(there()).toEqual(['uid-3', 'uid-4', 'uid-5', 'uid-6']);
  });

  it('other mail that got the unique-id and size of what was deleted for good stays', async () => {
    await start();
    await deleteForGood(1);
    const other = new Uint8Array(makeMail(1));
    other.set(new TextEncoder().encode('From: Robber 1'), 0);
    replace(1, 'uid-1', other);
    await fetch();
    expect([deles(), there().length]).toEqual([[], COUNT]);
    expect(await removal()).toMatchObject({ held: { header: 1 } });
  });

  it('new mail under the unique-id of what was deleted for good is fetched, by its size', async () => {
    await start();
    await deleteForGood(6);
    await fetch();
    expect(there()).not.toContain('uid-6');
    rig.maildrop.deliver({ uidl: 'uid-6', raw: makeMail(7, 900) });
    expect((await fetch()).result).toMatchObject({ fetched: 1 });
    expect((await rig.store.summaries()).map(({ subject }) => subject)).toContain('Message 7');
    expect(there()).toContain('uid-6');
  });
});

describe('what was deleted for good', () => {
  const tops = (): string[] => rig.commands.filter((command) => command.startsWith('TOP'));

  async function startWith(count: number): Promise<void> {
    onCommand = () => undefined;
    rig = await SyncRig.start(makeMaildrop(count));
    await fetch();
  }

  /** The server names all its mail anew. */
  function rename(): void {
    replaceAll(rig.maildrop.messages.map(({ raw }, index) => ({ uidl: `new-${index}`, raw })));
    rig.commands.length = 0;
  }

  it.each([20, 6, 1])(
    'does not come back from a server that names all its %i messages anew',
    async (count) => {
      await startWith(count);
      const deleted = [1, 4, 11, 20].filter((number) => number <= count);
      await deleteForGood(...deleted);
      rename();
      expect((await fetch()).result).toMatchObject({ fetched: 0, onServer: count });
      expect(rig.retrieved).toEqual([]);
      expect(await rig.stored()).toHaveLength(count - deleted.length);
    },
  );

  it('does not come back beside new mail', async () => {
    await startWith(6);
    await deleteForGood(2, 3);
    rename();
    rig.maildrop.deliver({ uidl: 'new', raw: makeMail(7) });
    expect((await fetch()).result).toMatchObject({ fetched: 1 });
    expect(rig.retrieved).toEqual([7]);
  });

  it('comes back when somebody took it out of the Trash of a server that has deleted it for us', async () => {
    await startWith(2);
    rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
    await fetch();
    await deleteForGood(2);
    rig.maildrop.deliver({ uidl: 'restored', raw: makeMail(2) });
    expect((await fetch(() => Promise.resolve(false))).result).toMatchObject({ fetched: 1 });
    expect(await rig.stored()).toContain('restored');
  });

  it('is looked for among a few messages only where one is as large', async () => {
    await startWith(3);
    await deleteForGood(1);
    replaceAll([{ uidl: 'other', raw: makeMail(9, 2_000) }]);
    rig.commands.length = 0;
    expect((await fetch()).result).toMatchObject({ fetched: 1 });
    expect(tops()).toEqual([]);
  });

  it('comes back, by another name, from a server that lists one of the others still', async () => {
    await startWith(3);
    await deleteForGood(1);
    const [, , kept] = rig.maildrop.messages;
    replaceAll([{ uidl: 'back', raw: makeMail(1) }, ...(kept ? [kept] : [])]);
    expect((await fetch()).result).toMatchObject({ fetched: 1 });
    expect(await rig.stored()).toContain('back');
  });
});

it.each([
  { count: 20, deleted: 1 },
  { count: 20, deleted: 2 },
  { count: 4, deleted: 1 },
  { count: 4, deleted: 2 },
])(
  'of two copies it is the one that is kept that the server renames: $deleted is in Trash, of $count',
  async ({ count, deleted }) => {
    const copies = makeMaildrop(count).with(1, { uidl: 'uid-2', raw: makeMail(1) });
    onCommand = () => undefined;
    rig = await SyncRig.start(copies);
    rig.account.retention = { rule: 'when-deleted', confirmedAt: 1 };
    await fetch();
    await toTrash(deleted);
    await fetch();
    const renamed = rig.maildrop.messages.map(({ uidl, raw }) => ({ uidl: `new-${uidl}`, raw }));
    replaceAll(renamed);
    expect((await fetch()).result).toMatchObject({ fetched: 0, onServer: count - 1 });
    expect(there()).toEqual(renamed.map(({ uidl }) => uidl));
  },
);

it.each([20, 4])(
  'nor is one that is damaged here its copy that was deleted for good, of %i',
  async (count) => {
    const copies = makeMaildrop(count).with(1, { uidl: 'uid-2', raw: makeMail(1) });
    onCommand = () => undefined;
    rig = await SyncRig.start(copies);
    rig.account.retention = { rule: 'when-deleted', confirmedAt: 1 };
    await fetch();
    await deleteForGood(1);
    await fetch();
    const [kept] = await idsOf(2);
    if (kept === undefined) throw new RangeError('no mail');
    await rig.store.applyFindings([{ id: kept, digest: null, damaged: true }]);
    const renamed = rig.maildrop.messages.map(({ uidl, raw }) => ({ uidl: `new-${uidl}`, raw }));
    replaceAll(renamed);
    for (let visit = 0; visit < 2; visit += 1) {
      expect((await fetch()).error).toBeNull();
      expect(there()).toEqual(renamed.map(({ uidl }) => uidl));
    }
  },
);

/** Somebody else deletes everything, and delivers this. */
function replaceAll(messages: { uidl: string; raw: Uint8Array }[]): void {
  const drop = rig.maildrop.open();
  rig.maildrop.messages.forEach((_message, index) => drop?.markDeleted(index + 1));
  drop?.commit();
  for (const message of messages) rig.maildrop.deliver(message);
}

function replace(number: number, uidl: string, raw: Uint8Array): void {
  const others = rig.maildrop.messages.map((message, index) =>
    index === number - 1 ? { uidl, raw } : message,
  );
  replaceAll(others);
}
