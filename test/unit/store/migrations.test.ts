/** A database of the version before opens with all that was in it, and nothing in it may be deleted on a server. */
import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import { MIGRATIONS } from '../../../web/store/migrations.ts';
import { openConnection } from '../../../web/store/open.ts';
import type { Connection } from '../../../web/store/connection.ts';
import { COUNTERS_KEY, type MarksRecord } from '../../../web/store/schema.ts';
import { account, message } from './mail-fixtures.ts';
import { toRow, appendMarks } from '../../../web/store/pages.ts';
import { packBytes, planPacks } from '../../../web/store/packs.ts';
import { idAt } from '../../../web/store/keys.ts';

const anna = account('anna');

/** As version 2 wrote one message: into page 1, without receipts. */
async function writeAsVersionTwo(connection: Connection): Promise<void> {
  const old = { ...message('old'), id: idAt(1, 0) };
  const { packs, placed } = planPacks([old]);
  await connection.write(
    ['accounts', 'counters', 'ledgers', 'uidls', 'pages', 'marks', 'packs'],
    'strict',
    async (transaction) => {
      await transaction.objectStore('accounts').put(anna);
      await transaction.objectStore('counters').put({ nextPage: 2, changes: 1 }, COUNTERS_KEY);
      const ledger = { generation: 1, openPage: 1, openSlots: 1, messages: 1, octets: old.raw.length };
      await transaction.objectStore('ledgers').put(ledger, anna.id);
      await transaction.objectStore('uidls').put([old.uidl], [anna.id, 1]);
      const rows = placed.map(({ message: one, place }) => toRow(one, place));
      await transaction.objectStore('pages').put({ page: 1, account: anna.id, rows });
      const { page, flags, folders } = appendMarks(1, undefined, [old]);
      await transaction.objectStore('marks').put({ page, flags, folders } as MarksRecord);
      for (const pack of packs) await transaction.objectStore('packs').put(packBytes(pack), pack.key);
    },
  );
}

it('what is here since before pages said how new they are is found by that, too', async () => {
  const name = 'migration-newest';
  const before = await openConnection({ name }, MIGRATIONS.slice(0, 3));
  await writeAsVersionTwo(before);
  before.close('closed');

  const store = await openIdbStore({ name });
  await store.addMessages(anna.id, [message('new')]);
  const { total, unread, rows } = await store.newest({ folder: 'inbox', account: anna.id }, 10);
  expect([total, unread, rows.map(({ uidl }) => uidl)]).toEqual([2, 2, ['new', 'old']]);
  store.close();
});

it('version 2 → 3 keeps all mail, and gives a receipt only to what comes later', async () => {
  const name = 'migration-3';
  const before = await openConnection({ name }, MIGRATIONS.slice(0, 2));
  await writeAsVersionTwo(before);
  before.close('closed');

  const store = await openIdbStore({ name });
  expect(await store.accounts()).toEqual([anna]);
  expect(await store.raw(idAt(1, 0))).toEqual(message('old').raw);
  expect(await store.removals(anna.id)).toEqual([]);
  const receipt = { hash: 'new', listedOctets: 120, unterminated: false };
  await store.addMessages(anna.id, [{ ...message('new'), receipt }]);
  expect((await store.holdings(anna.id)).map((one) => [one.uidl, one.receipt])).toEqual([
    ['old', null],
    ['new', receipt],
  ]);
  expect((await store.summaries()).map(({ uidl }) => uidl)).toEqual(['old', 'new']);
  store.close();
});

it('mail from before there was Trash can be moved there, back, and deleted for good', async () => {
  const name = 'migration-trash';
  const before = await openConnection({ name }, MIGRATIONS.slice(0, 2));
  await writeAsVersionTwo(before);
  before.close('closed');

  const store = await openIdbStore({ name });
  const id = idAt(1, 0);
  expect(await store.move([id], 'trash')).toEqual([{ id, from: 'inbox' }]);
  expect(await store.move([id], 'inbox')).toEqual([{ id, from: 'trash' }]);
  await store.move([id], 'trash');
  expect(await store.removeMessages([id], () => 'header')).toEqual([id]);
  expect(await store.summaries()).toEqual([]);
  expect(await store.deletions(anna.id)).toMatchObject([
    { id, uidl: 'old', receipt: null, header: 'header' },
  ]);
  expect(await store.knownUidls(anna.id)).toEqual(new Set(['old']));
  store.close();
});

it('version 5 → 6 keeps all mail and its receipts, and begins without wishes', async () => {
  const name = 'migration-6';
  const before = await openConnection({ name }, MIGRATIONS.slice(0, 5));
  await writeAsVersionTwo(before);
  await before.write(['receipts'], 'strict', (transaction) =>
    transaction.objectStore('receipts').put([['hash', 120, false]], 1),
  );
  before.close('closed');

  const store = await openIdbStore({ name });
  expect((await store.holdings(anna.id)).map(({ receipt }) => receipt?.hash)).toEqual(['hash']);
  expect(await store.wishes(anna.id)).toEqual([]);
  const wish = { uidl: message('old').uidl, wish: 'keep', octets: 120, wishedAt: 1 } as const;
  await store.changeWishes(anna.id, () => ({ put: [wish], result: null }));
  expect(await store.wishes(anna.id)).toEqual([wish]);
  store.close();
});
