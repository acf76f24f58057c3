/** A whole message in place of a beginning or of damaged octets, in IndexedDB: what a failure leaves, and what packs are left. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import { failWrites, type WriteFault } from '../../faults/store-faults.ts';
import { must } from './contract-assert.ts';
import { account, message } from './mail-fixtures.ts';

const anna = account('anna');
const PARTIAL = { octets: 9000, lines: 20 };
const completion = {
  ...message('whole', 9000),
  receivedAt: Date.UTC(2026, 10, 28),
  digest: { ...message('whole').digest, sentAt: null },
  receipt: { hash: 'h', listedOctets: 9000, unterminated: false },
};
/** Pack, page, marks, receipts, ledger. */
const WRITES = 5;

afterEach(() => {
  vi.restoreAllMocks();
});

const FAULTS: readonly WriteFault[] = [
  { kind: 'aborts', error: 'QuotaExceededError' },
  { kind: 'aborts afterwards', error: 'QuotaExceededError' },
  { kind: 'aborts afterwards', error: null },
  { kind: 'throws', error: 'DataError' },
];
const points = FAULTS.flatMap((fault) =>
  Array.from({ length: WRITES }, (_, nth) => ({ ...fault, fault, nth })),
);

describe('a failure', () => {
  it.each(points)(
    'at write $nth ($kind, $error) leaves the beginning, and goes well the next time',
    async ({ fault, nth }) => {
      const store = await openIdbStore({ name: `completing ${nth} ${fault.kind} ${fault.error}` });
      await store.putAccount(anna, null);
      const batch = [{ ...message('a', 500), partial: PARTIAL }, message('b', 100)];
      const ids = (await store.addMessages(anna.id, batch)).map(({ id }) => id);
      const all = async (): Promise<unknown> => [
        await store.summaries(),
        await store.holdings(anna.id),
        await store.use(anna.id),
        await Promise.all(ids.map((id) => store.raw(id))),
        await store.newest({ folder: 'inbox', account: null }, 5),
      ];
      const before = await all();
      const injected = failWrites(fault, (write) => write === nth);
      const code = fault.error === 'QuotaExceededError' ? 'storage-full' : 'storage-failed';
      await expect(store.completeMessage(must(ids[0]), completion)).rejects.toMatchObject({ code });
      injected.lift();
      expect(await all()).toEqual(before);
      const counted = failWrites(fault, () => false);
      expect(await store.completeMessage(must(ids[0]), completion)).toMatchObject({ octets: 9000 });
      expect(counted.seen()).toBe(WRITES);
      expect(await store.raw(must(ids[0]))).toEqual(completion.raw);
      expect(await store.raw(must(ids[1]))).toEqual(message('b', 100).raw);
      store.close();
    },
  );
});

it('in place of damaged octets leaves no pack behind that nobody needs', async () => {
  const name = 'replacing';
  const store = await openIdbStore({ name });
  await store.putAccount(anna, null);
  const large = message('large', 1_500_000);
  const ids = (await store.addMessages(anna.id, [message('a'), large, message('b')])).map(({ id }) => id);
  const packs = async (): Promise<unknown> => {
    const database = await openDB(name);
    const keys = await database.getAllKeys('packs');
    database.close();
    return keys;
  };
  expect(await packs()).toEqual([ids[0], ids[1]]);
  for (let time = 0; time < 2; time += 1) {
    await store.applyFindings([{ id: must(ids[1]), digest: null, damaged: true }]);
    must(await store.completeMessage(must(ids[1]), { ...large, receivedAt: time }));
    expect(await packs()).toEqual([ids[0], must(ids[1]) + 0.5]);
    expect((await store.raw(must(ids[1])))?.length).toBe(1_500_000);
  }
  store.close();
});
