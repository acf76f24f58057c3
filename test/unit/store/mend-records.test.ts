/** Records that were lost or changed outside of Poplar: what reading back and mending make of them. */
import 'fake-indexeddb/auto';
import { openDB, type IDBPDatabase } from 'idb';
import { describe, expect, it } from 'vitest';
import { messageId, uidl, type MessageId } from '../../../web/model/ids.ts';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { account, message, messages } from './mail-fixtures.ts';

const anna = account('anna');
let devices = 0;

/** Anna's mail on three pages, then damaged, then opened again. */
async function damaged(
  damage: (database: IDBPDatabase, ids: MessageId[]) => Promise<unknown>,
): Promise<{ store: MailStore; ids: MessageId[] }> {
  const name = `mend-${devices++}`;
  const store = await openIdbStore({ name });
  await store.putAccount(anna, null);
  const added = await store.addMessages(anna.id, messages('m', 1500));
  added.push(...(await store.addMessages(anna.id, messages('later', 5))));
  const ids = added.map(({ id }) => id);
  await store.setFlags(ids.slice(0, 10), { starred: true });
  store.close();
  const database = await openDB(name);
  await damage(database, ids);
  database.close();
  return { store: await openIdbStore({ name }), ids };
}

async function expectWhole(store: MailStore, ids: readonly MessageId[]): Promise<void> {
  expect((await store.summaries()).map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(ids);
  expect(await store.use(anna.id)).toEqual({ messages: 1505, octets: 1505 * 120 });
  expect((await store.knownUidls(anna.id)).size).toBe(1505);
  expect(await store.mendRecords()).toBe(0);
  const [more] = await store.addMessages(anna.id, [message('more'), message('m3')]);
  expect(more?.id).toBeGreaterThan(Math.max(...ids));
  expect(await store.summaries()).toHaveLength(1506);
}

describe('mending records', () => {
  it.each<[string, number, (database: IDBPDatabase, ids: MessageId[]) => Promise<unknown>]>([
    ['marks of a page are lost', 1, (database) => database.delete('marks', 2)],
    [
      'marks of a page are too short',
      1,
      async (database) => {
        const marks = (await database.get('marks', 1)) as { flags: Uint8Array; folders: Uint8Array };
        await database.put('marks', { page: 1, flags: marks.flags.slice(0, 20), folders: marks.folders });
      },
    ],
    [
      'a message is in no folder that there is',
      1,
      async (database) => {
        const marks = (await database.get('marks', 1)) as { flags: Uint8Array; folders: Uint8Array };
        await database.put('marks', { ...marks, folders: marks.folders.fill(99, 4, 5) });
      },
    ],
    ['unique-ids of a page are lost', 1, (database) => database.delete('uidls', [anna.id, 2])],
    [
      'unique-ids of a page are others',
      1,
      (database) => database.put('uidls', [uidl('wrong')], [anna.id, 1]),
    ],
    ['the ledger is lost', 1, (database) => database.delete('ledgers', anna.id)],
    [
      'the ledger counts wrong',
      1,
      (database) =>
        database.put(
          'ledgers',
          { generation: 2, openPage: 3, openSlots: 2, messages: 4, octets: 0 },
          anna.id,
        ),
    ],
    ['the counters are lost', 1, (database) => database.delete('counters', 'counters')],
    [
      'all of that at once',
      8,
      (database) =>
        Promise.all(['marks', 'uidls', 'ledgers', 'counters'].map((name) => database.clear(name))),
    ],
  ])('makes mail whole again when %s', async (_name, records, damage) => {
    const { store, ids } = await damaged(damage);
    const mended = await store.mendRecords();
    expect(mended).toBe(records);
    await expectWhole(store, ids);
    store.close();
  });

  it('keeps the flags that are there when some are lost', async () => {
    const { store, ids } = await damaged(async (database) => {
      const marks = (await database.get('marks', 1)) as { flags: Uint8Array; folders: Uint8Array };
      await database.put('marks', {
        page: 1,
        flags: marks.flags.slice(0, 5),
        folders: marks.folders.slice(0, 5),
      });
    });
    await store.mendRecords();
    const starred = (await store.summaries()).filter((row) => row.starred).map(({ id }) => id);
    expect(starred.toSorted((a, b) => a - b)).toEqual(ids.slice(0, 5));
    store.close();
  });
});

describe('while records are lost', () => {
  it.each<[string, (store: MailStore, ids: MessageId[]) => Promise<unknown>]>([
    ['of mail', () => Promise.resolve()],
    [
      'that was emptied',
      async (store, ids) => {
        await store.move(ids.slice(0, 1024), 'trash');
        await store.removeMessages(ids.slice(0, 1024), () => '');
      },
    ],
  ])('new mail never takes the place %s', async (_name, before) => {
    const { store, ids } = await damaged(() => Promise.resolve());
    await before(store, ids);
    const known = await store.knownUidls(anna.id);
    store.close();
    const database = await openDB(`mend-${devices - 1}`);
    await database.clear('counters');
    database.close();
    const again = await openIdbStore({ name: `mend-${devices - 1}` });
    await expect(again.addMessages(anna.id, messages('new', 300))).rejects.toMatchObject({
      code: 'storage-failed',
      detail: { reason: 'damaged' },
    });
    expect(await again.knownUidls(anna.id)).toEqual(known);
    await again.mendRecords();
    expect(await again.addMessages(anna.id, messages('new', 300))).toHaveLength(300);
    again.close();
  });
});

describe('after messages were deleted for good', () => {
  it('finds nothing to mend, and makes lost marks anew without bringing anything back', async () => {
    const { store, ids } = await damaged(() => Promise.resolve());
    const deleted = [...ids.slice(3, 9), ...ids.slice(1024, 1500)];
    await store.move(deleted, 'trash');
    await store.removeMessages(deleted, () => '');
    expect(await store.mendRecords()).toBe(0);
    store.close();
    const database = await openDB(`mend-${devices - 1}`);
    await database.clear('marks');
    database.close();
    const again = await openIdbStore({ name: `mend-${devices - 1}` });
    expect(await again.mendRecords()).toBe(2);
    const left = ids.filter((id) => !deleted.includes(id));
    expect((await again.summaries()).map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(left);
    expect(await again.use(anna.id)).toEqual({ messages: left.length, octets: left.length * 120 });
    again.close();
  });

  it('gives no number again that comes before those that were given: a backup goes by them', async () => {
    const name = `mend-${devices++}`;
    const store = await openIdbStore({ name });
    await store.putAccount(anna, null);
    await store.addMessages(anna.id, messages('few', 5));
    const ids = (await store.addMessages(anna.id, messages('m', 300))).map(({ id }) => id);
    await store.move(ids, 'trash');
    await store.removeMessages(ids, () => '');
    store.close();
    const database = await openDB(name);
    const ledger = { generation: 9, openPage: 2, openSlots: 7, messages: 5, octets: 600 };
    await database.put('ledgers', ledger, anna.id);
    database.close();
    const again = await openIdbStore({ name });
    await again.mendRecords();
    const [more] = await again.addMessages(anna.id, [message('more')]);
    expect(more?.id).toBeGreaterThan(Math.max(...ids));
    again.close();
  });

  it('knows their names again when unique-ids are lost, so that they are not fetched again', async () => {
    const { store, ids } = await damaged(() => Promise.resolve());
    // Some of the first page, all of the second.
    const deleted = [...ids.slice(3, 9), ...ids.slice(1024, 1500)];
    await store.move(deleted, 'trash');
    await store.removeMessages(deleted, () => '');
    await store.renameMessages(anna.id, new Map([[ids[3] as MessageId, uidl('renamed')]]));
    await store.forgetUidls(anna.id, [uidl('m5'), uidl('m1400')]);
    const known = await store.knownUidls(anna.id);
    store.close();
    const database = await openDB(`mend-${devices - 1}`);
    for (const page of [1, 2, 3]) await database.delete('uidls', [anna.id, page]);
    database.close();
    const again = await openIdbStore({ name: `mend-${devices - 1}` });
    await again.knownUidls(anna.id);
    expect(await again.mendRecords()).toBe(3);
    expect(await again.knownUidls(anna.id)).toEqual(known);
    const added = await again.addMessages(anna.id, messages('m', 1500));
    expect(added.map((one) => one.uidl)).toEqual(['m5', 'm1400']);
    expect(added[0]?.id).toBeGreaterThan(Math.max(...ids));
    expect(await again.mendRecords()).toBe(0);
    again.close();
  });

  it('gives no number again that a saved copy counts as its own, whatever else is lost', async () => {
    const { store, ids } = await damaged(() => Promise.resolve());
    const upTo = ids.at(-1) as MessageId;
    const last = ids.slice(1500);
    await store.patchStatus(anna.id, { backup: { at: 5, upTo, without: [], messages: 1505 } });
    await store.move(last, 'trash');
    await store.removeMessages(last, () => '');
    store.close();
    const database = await openDB(`mend-${devices - 1}`);
    for (const name of ['uidls', 'deletions', 'counters', 'ledgers']) await database.clear(name);
    database.close();
    const again = await openIdbStore({ name: `mend-${devices - 1}` });
    await again.mendRecords();
    const [more] = await again.addMessages(anna.id, [message('more')]);
    expect(more?.id).toBeGreaterThan(upTo);
    again.close();
  });

  it.each([0, 130])('deletes a damaged message too, with %i octets of its pack left', async (octets) => {
    const { store, ids } = await damaged(async (database) => {
      const [key] = (await database.getAllKeys('packs')) as number[];
      const pack = (await database.get('packs', key as number)) as ArrayBuffer;
      await database.put('packs', pack.slice(0, octets), key);
    });
    const gone = ids.slice(0, 1000);
    await store.move(gone, 'trash');
    expect(await store.removeMessages(gone, (raw) => String(raw.length))).toEqual(gone);
    const told = (await store.deletions(anna.id)).filter(({ header }) => header !== null);
    expect(told.map(({ id }) => id)).toEqual(ids.slice(0, octets === 0 ? 0 : 1));
    // What is left of the same pack is as damaged as before.
    await expect(store.raw(ids[1000] as MessageId)).rejects.toMatchObject({ code: 'storage-failed' });
    expect((await store.raw(ids[1024] as MessageId))?.length).toBe(120);
    store.close();
  });
});

describe('reading back', () => {
  it('tells of octets that are lost or cut, and reads the others', async () => {
    const { store, ids } = await damaged(async (database, all) => {
      const packs = (await database.getAllKeys('packs')) as number[];
      const first = (await database.get('packs', packs[0] as number)) as ArrayBuffer;
      await database.put('packs', first.slice(0, 120 * 10 + 7), packs[0]);
      await database.delete('packs', all[1500] as number);
    });
    const lost: MessageId[] = [];
    let read = 0;
    for (let from: MessageId | null = messageId(0); from !== null;) {
      const inspection: Awaited<ReturnType<MailStore['inspect']>> = await store.inspect(
        anna.id,
        from,
        50_000,
      );
      for (const { id, raw } of inspection.messages) {
        read += 1;
        if (raw === null) lost.push(id);
      }
      from = inspection.next;
    }
    expect(read).toBe(1505);
    expect(lost).toEqual([...ids.slice(10, 1024), ...ids.slice(1500)]);
    store.close();
  });
});
