/** What the IndexedDB store says and keeps when the database is blocked, lost, full, newer, or damaged. */
import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { deleteDB, openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PoplarError } from '../../../web/errors.ts';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { MIGRATIONS } from '../../../web/store/migrations.ts';
import { openConnection } from '../../../web/store/open.ts';
import { must } from './contract-assert.ts';
import { account, message, messages } from './mail-fixtures.ts';

const anna = account('anna');
const newer = [...MIGRATIONS, () => undefined];
let count = 0;
const freshName = (): string => `failures-${count++}`;

afterEach(() => {
  vi.restoreAllMocks();
});

async function open(name: string): Promise<{ store: MailStore; losses: PoplarError[] }> {
  const losses: PoplarError[] = [];
  const store = await openIdbStore({ name, onLost: (error) => losses.push(error) });
  return { store, losses };
}

const storageError = (code: string, reason: string): unknown =>
  expect.objectContaining({ code, hop: 'storage', detail: expect.objectContaining({ reason }) as unknown });

describe('a connection to the database', () => {
  it('gives way to a newer version and says so', async () => {
    const name = freshName();
    const { store, losses } = await open(name);
    const other = await openConnection({ name }, newer);
    expect(losses).toEqual([storageError('storage-blocked', 'newer-version-opened')]);
    await expect(store.accounts()).rejects.toBe(losses[0]);
    store.close();
    expect(losses).toHaveLength(1);
    other.close('closed');
  });

  it('says that the database was deleted by somebody else', async () => {
    const name = freshName();
    const { store, losses } = await open(name);
    await deleteDB(name);
    expect(losses).toEqual([storageError('storage-failed', 'deleted')]);
    await expect(store.summaries()).rejects.toBe(losses[0]);
  });

  it('says that the browser ended the connection', async () => {
    const name = freshName();
    const opening = vi.spyOn(indexedDB, 'open');
    const { store, losses } = await open(name);
    const request = opening.mock.results[0]?.value as IDBOpenDBRequest;
    forceCloseDatabase(request.result as never);
    await vi.waitUntil(() => losses.length > 0);
    expect(losses).toEqual([storageError('storage-failed', 'terminated')]);
    await expect(store.putAccount(anna, 'x')).rejects.toBe(losses[0]);
  });

  it('refuses at once when another tab holds an older version, and does not stay in the way later', async () => {
    const name = freshName();
    const older = await openDB(name, MIGRATIONS.length);
    await expect(openConnection({ name }, newer)).rejects.toEqual(
      storageError('storage-blocked', 'older-version-open'),
    );
    older.close();
    // Were the abandoned connection still open, this upgrade would be blocked by it.
    const newest = await openConnection({ name }, [...newer, () => undefined]);
    newest.close('closed');
  });

  it('refuses a database that a newer Poplar has written', async () => {
    const name = freshName();
    (await openConnection({ name }, newer)).close('closed');
    await expect(openIdbStore({ name })).rejects.toEqual(
      storageError('storage-blocked', 'newer-version-stored'),
    );
  });

  it('runs only the migrations that are missing, in order', async () => {
    const name = freshName();
    (await openConnection({ name })).close('closed');
    const ran: number[] = [];
    const steps = [...MIGRATIONS, () => void ran.push(2), () => void ran.push(3)];
    (await openConnection({ name }, steps)).close('closed');
    expect(ran).toEqual([2, 3]);
  });

  it('keeps the old version whole when a migration fails', async () => {
    const name = freshName();
    const { store } = await open(name);
    await store.putAccount(anna, null);
    store.close();
    const failing = () => {
      throw new Error('a mistake of ours');
    };
    await expect(openConnection({ name }, [...MIGRATIONS, failing])).rejects.toMatchObject({
      code: 'storage-failed',
    });
    const again = await open(name);
    expect(await again.store.accounts()).toEqual([anna]);
    again.store.close();
  });
});

describe('a batch that cannot be stored', () => {
  // Browsers report a full disk at any request or at the commit; either way as the transaction's error.
  it.each(['packs', 'pages', 'marks', 'uidls', 'counters', 'ledgers'])(
    'leaves nothing behind when the disk is full at %s',
    async (full) => {
      const name = freshName();
      const { store } = await open(name);
      await store.putAccount(anna, null);
      await store.addMessages(anna.id, messages('before', 3));
      failAt(full, 'QuotaExceededError');
      await expect(store.addMessages(anna.id, messages('m', 10))).rejects.toEqual(
        storageError('storage-full', 'QuotaExceededError'),
      );
      vi.restoreAllMocks();
      expect((await store.summaries()).map((row) => row.uidl)).toEqual(['before0', 'before1', 'before2']);
      expect(await store.use(anna.id)).toEqual({ messages: 3, octets: 360 });
      expect((await store.knownUidls(anna.id)).size).toBe(3);
      expect(await store.addMessages(anna.id, messages('m', 10))).toHaveLength(10);
      store.close();
    },
  );

  it('is called failed, and worth another try, when the browser aborts without a reason', async () => {
    const { store } = await open(freshName());
    await store.putAccount(anna, null);
    failAt('pages', null);
    await expect(store.addMessages(anna.id, messages('m', 2))).rejects.toMatchObject({
      code: 'storage-failed',
      retryable: true,
    });
    store.close();
  });
});

/** Aborts the transaction at the next `put` into that store, as a browser does. */
function failAt(storeName: string, errorName: string | null): void {
  const prototype = IDBObjectStore.prototype;
  const put = Reflect.get(prototype, 'put') as IDBObjectStore['put'];
  vi.spyOn(prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    const request = put.apply(this, args);
    if (this.name === storeName) {
      (this.transaction as unknown as { _abort(name: string | null): void })._abort(errorName);
    }
    return request;
  });
}

describe('damaged records', () => {
  it.each([
    ['packs', 'pack'],
    ['marks', 'page'],
  ] as const)('are named when %s are missing', async (table, what) => {
    const name = freshName();
    const { store } = await open(name);
    await store.putAccount(anna, null);
    const [row] = await store.addMessages(anna.id, [message('a')]);
    const raw = await openDB(name);
    await raw.clear(table);
    raw.close();
    const reading = table === 'packs' ? store.raw(must(row).id) : store.summary(must(row).id);
    await expect(reading).rejects.toEqual(storageError('storage-failed', 'damaged'));
    await expect(reading).rejects.toMatchObject({ detail: { what } });
    store.close();
  });

  it('do not keep others from being read with them', async () => {
    const name = freshName();
    const { store } = await open(name);
    await store.putAccount(anna, null);
    const [first] = await store.addMessages(anna.id, [message('a')]);
    const [second] = await store.addMessages(anna.id, [message('b')]);
    const database = await openDB(name);
    await database.delete('packs', must(first).id);
    database.close();
    expect(await store.raws([must(first).id, must(second).id])).toEqual([null, message('b').raw]);
  });
});

describe('the number of records written', () => {
  it('is six for a batch of a hundred, and one a page for marking them read', async () => {
    const { store } = await open(freshName());
    await store.putAccount(anna, null);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    const added = await store.addMessages(anna.id, messages('m', 100, 6000));
    expect(put).toHaveBeenCalledTimes(6);
    for (let batch = 0; batch < 9; batch++)
      added.push(...(await store.addMessages(anna.id, messages(`${batch}-`, 100))));
    put.mockClear();
    expect(
      await store.setFlags(
        added.map((row) => row.id),
        { seen: true },
      ),
    ).toHaveLength(1000);
    expect(put).toHaveBeenCalledTimes(5);
    store.close();
  });
});
