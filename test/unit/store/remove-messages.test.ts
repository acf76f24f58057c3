/** What deleting for good costs and frees in IndexedDB, and that a failure in the middle of it changes nothing. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MessageId } from '../../../web/model/ids.ts';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { failWrites, type WriteFault } from '../../faults/store-faults.ts';
import { must } from './contract-assert.ts';
import { account, message, messages } from './mail-fixtures.ts';

const anna = account('anna');
const receipt = { hash: 'h', listedOctets: 120, unterminated: false };
const headerOf = (raw: Uint8Array): string => `${raw.length}`;
let count = 0;
const opened: MailStore[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const store of opened.splice(0)) store.close();
});

async function open(name = `removing-${count++}`): Promise<{ name: string; store: MailStore }> {
  const store = await openIdbStore({ name });
  opened.push(store);
  await store.putAccount(anna, null);
  return { name, store };
}

/** Adds messages that are in Trash. */
async function addToTrash(store: MailStore, number: number, octets: number): Promise<MessageId[]> {
  const batch = messages('m', number, octets).map((one) => ({ ...one, receipt }));
  const ids = (await store.addMessages(anna.id, batch)).map(({ id }) => id);
  await store.move(ids, 'trash');
  return ids;
}

async function records(name: string, table: string): Promise<unknown[]> {
  const database = await openDB(name);
  const all: unknown[] = await database.getAll(table);
  database.close();
  return all;
}

const octetsIn = async (name: string): Promise<number> =>
  (await records(name, 'packs')).reduce((sum: number, pack) => sum + (pack as ArrayBuffer).byteLength, 0);

describe('the octets of deleted messages', () => {
  it('are freed with a message that was completed, and with the beginning that it had', async () => {
    const { name, store } = await open();
    const partial = { octets: 9000, lines: 20 };
    const batch = [{ ...message('a', 1000), partial }, message('b', 100)];
    const [a, b] = (await store.addMessages(anna.id, batch)).map(({ id }) => id);
    await store.completeMessage(must(a), message('whole', 9000));
    expect(await octetsIn(name)).toBe(10_100);
    await store.move([must(a)], 'trash');
    await store.removeMessages([must(a)], headerOf);
    expect(await octetsIn(name)).toBe(100);
    expect(await store.raw(must(b))).toEqual(message('b', 100).raw);
  });

  it('are still known to be dead after more mail has come to their page', async () => {
    const { name, store } = await open();
    const [, b] = await addToTrash(store, 2, 1000);
    await store.removeMessages([must(b)], headerOf);
    await store.addMessages(anna.id, [message('later', 100)]);
    const [page] = (await records(name, 'pages')) as { dead?: Map<number, number> }[];
    expect([...(page?.dead?.values() ?? [])]).toEqual([1000]);
  });

  it('stay while less than half of their pack is dead, and then the pack holds survivors alone', async () => {
    const { name, store } = await open();
    const ids = await addToTrash(store, 100, 1000);
    await store.removeMessages(ids.slice(0, 50), headerOf);
    expect(await octetsIn(name)).toBe(100_000);
    await store.removeMessages(ids.slice(99), headerOf);
    expect(await octetsIn(name)).toBe(49_000);
    await store.removeMessages(ids.slice(60, 90), headerOf);
    expect(await octetsIn(name)).toBe(19_000);
    for (const [index, id] of ids.entries()) {
      const isHere = (index >= 50 && index < 60) || (index >= 90 && index < 99);
      expect(await store.raw(id)).toEqual(isHere ? message(`m${index}`, 1000).raw : null);
    }
  });

  it('are freed at once when nothing of their pack is left, and with a page all of its records', async () => {
    const { name, store } = await open();
    const ids = await addToTrash(store, 1024, 10);
    const [large] = await store.addMessages(anna.id, [message('large', 1024 * 1024 + 1)]);
    await store.removeMessages(ids, headerOf);
    expect(await octetsIn(name)).toBe(1024 * 1024 + 1);
    for (const table of ['pages', 'marks']) expect(await records(name, table)).toHaveLength(1);
    expect(await records(name, 'receipts')).toEqual([]);
    expect(await store.raw(must(large).id)).toHaveLength(1024 * 1024 + 1);
  });

  it('leave nothing but a null for each message on a page that others need', async () => {
    const { name, store } = await open();
    const ids = await addToTrash(store, 3, 10);
    await store.addMessages(anna.id, [message('stays', 1000)]);
    await store.removeMessages(ids, headerOf);
    const [page] = (await records(name, 'pages')) as { rows: unknown[]; dead?: unknown }[];
    expect(page?.rows.slice(0, 3)).toEqual([null, null, null]);
    expect(page?.rows[3]).not.toBeNull();
    expect(page?.dead).toBeUndefined();
  });

  it('are copied in bounded portions; what is left over goes when the page loses mail again', async () => {
    const { name, store } = await open();
    const ids: MessageId[] = [];
    for (let batch = 0; batch < 20; batch++) {
      const added = await store.addMessages(anna.id, messages(`${batch}-`, 5, 100));
      ids.push(...added.map(({ id }) => id));
    }
    await store.move(ids, 'trash');
    await store.removeMessages(
      ids.filter((_, index) => index % 5 < 3),
      headerOf,
    );
    // Sixteen packs of 200 octets, four of 500.
    expect(await octetsIn(name)).toBe(16 * 200 + 4 * 500);
    await store.removeMessages(ids.slice(3, 4), headerOf);
    expect(await octetsIn(name)).toBe(20 * 200);
    await store.removeMessages(ids.slice(4, 5), headerOf);
    expect(await octetsIn(name)).toBe(19 * 200);
  });
});

describe('a removal that fails', () => {
  const faults: WriteFault[] = [
    { kind: 'aborts', error: 'QuotaExceededError' },
    { kind: 'aborts afterwards', error: null },
    { kind: 'throws', error: 'UnknownError' },
  ];
  // deletions, pack, page, marks, receipts, ledger
  const points = faults.flatMap((fault) =>
    [0, 1, 2, 3, 4, 5].map((nth) => ({ fault, nth, kind: fault.kind })),
  );

  it.each(points)(
    'at write $nth ($kind) leaves everything as it was, and goes well the next time',
    async (point) => {
      const { store } = await open();
      const ids = await addToTrash(store, 10, 100);
      const before = [await store.summaries(), await store.holdings(anna.id), await store.use(anna.id)];
      const injected = failWrites(point.fault, (nth) => nth === point.nth);
      const code = point.fault.error === 'QuotaExceededError' ? 'storage-full' : 'storage-failed';
      await expect(store.removeMessages(ids.slice(0, 8), headerOf)).rejects.toMatchObject({ code });
      injected.lift();
      expect([await store.summaries(), await store.holdings(anna.id), await store.use(anna.id)]).toEqual(
        before,
      );
      expect(await store.deletions(anna.id)).toEqual([]);
      for (const [index, id] of ids.entries())
        expect(await store.raw(id)).toEqual(message(`m${index}`, 100).raw);
      expect(await store.removeMessages(ids.slice(0, 8), headerOf)).toHaveLength(8);
      expect(await store.raw(must(ids[9]))).toEqual(message('m9', 100).raw);
    },
  );

  it.each(['gone', 'too short'])(
    'is none because a pack is %s: damaged messages can be got rid of',
    async (how) => {
      const { name, store } = await open();
      const ids = await addToTrash(store, 4, 100);
      const database = await openDB(name);
      await database.clear('packs');
      if (how === 'too short') await database.put('packs', new ArrayBuffer(150), must(ids[0]));
      database.close();
      expect(await store.removeMessages(ids.slice(0, 3), headerOf)).toHaveLength(3);
      expect((await store.deletions(anna.id)).map(({ header }) => header)).toEqual([
        how === 'gone' ? null : '100',
        null,
        null,
      ]);
      expect(await store.summaries()).toHaveLength(1);
      await expect(store.raw(must(ids[3]))).rejects.toMatchObject({ detail: { what: 'pack' } });
      expect(await store.removeMessages(ids.slice(3), headerOf)).toHaveLength(1);
      expect(await records(name, 'packs')).toEqual([]);
    },
  );

  it('because a message cannot be described deletes nothing', async () => {
    const { store } = await open();
    const ids = await addToTrash(store, 2, 100);
    const failing = (): never => {
      throw new TypeError('no header');
    };
    await expect(store.removeMessages(ids, failing)).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await store.summaries()).toHaveLength(2);
  });
});

it('ten thousand messages are moved by ten records, and deleted without one record for each', async () => {
  const { store } = await open();
  const ids = await addToTrash(store, 10_000, 20);
  const [put, remove] = [
    vi.spyOn(IDBObjectStore.prototype, 'put'),
    vi.spyOn(IDBObjectStore.prototype, 'delete'),
  ];
  expect(await store.move(ids, 'inbox')).toHaveLength(10_000);
  expect(put).toHaveBeenCalledTimes(10);
  await store.move(ids, 'trash');
  put.mockClear();
  expect(await store.removeMessages(ids, headerOf)).toHaveLength(10_000);
  // What is noted of each page, and the ledger; pack, page, marks and receipts of each go.
  expect([put.mock.calls.length, remove.mock.calls.length]).toEqual([11, 40]);
});

it('of two thousand that are wanted again and then not, each page is written once', async () => {
  const { store } = await open();
  const ids = await addToTrash(store, 2_000, 20);
  const names = (await store.summaries()).map(({ uidl }) => uidl);
  await store.removeMessages(ids, headerOf);
  const forgotten = await store.forgetUidls(anna.id, names);
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  await store.recallUidls(anna.id, forgotten);
  // Names and notes of two pages, and what counts changes.
  expect(put).toHaveBeenCalledTimes(7);
  expect(await store.deletions(anna.id)).toHaveLength(2_000);
  expect(await store.knownUidls(anna.id)).toEqual(new Set(names));
});
