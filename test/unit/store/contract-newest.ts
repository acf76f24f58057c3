/** The MailStore contract: the newest messages of a folder, without the others. */
import { byNewest } from '../../../web/model/list-order.ts';
import type { AccountId } from '../../../web/model/ids.ts';
import type { MailStore, NewMessage } from '../../../web/store/mail-store.ts';
import { pick, seeded } from '../../support/seeded.ts';
import { assertEqual, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, storeWithAnna } from './contract-case.ts';
import { ADDED_AT, message } from './mail-fixtures.ts';

const DAY = 86_400_000;

function dated(name: string, sentAt: number | null): NewMessage {
  const one = message(name);
  return { ...one, digest: { ...one.digest, sentAt } };
}

/** What `newest` says is what all summaries say. */
async function assertNewest(store: MailStore, account: AccountId | null, limit: number): Promise<void> {
  const all = (await store.summaries())
    .filter((row) => row.folder === 'inbox' && (account === null || row.account === account))
    .sort(byNewest);
  const expected = {
    total: all.length,
    unread: all.filter(({ seen }) => !seen).length,
    rows: all.slice(0, limit),
  };
  assertEqual(
    await store.newest({ folder: 'inbox', account }, limit),
    expected,
    `newest ${limit} of ${account}`,
  );
}

export const newestCases: ContractCase[] = [
  {
    name: 'has no newest messages where there are none',
    async run(device) {
      const store = await storeWithAnna(device);
      const nothing = { total: 0, unread: 0, rows: [] };
      assertEqual(await store.newest({ folder: 'inbox', account: null }, 10), nothing, 'all');
      assertEqual(await store.newest({ folder: 'inbox', account: anna.id }, 10), nothing, 'one');
    },
  },
  {
    name: 'gives the newest of batches that came in any order, of each account and of all',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      const random = seeded(5);
      for (let batch = 0; batch < 12; batch += 1) {
        const around = ADDED_AT - Math.floor(random() * 20) * DAY;
        const mail = Array.from({ length: 1 + Math.floor(random() * 40) }, (_, index) =>
          // Some share a date, some have none, some are from the future.
          dated(`${batch}-${index}`, pick(random, [around, around + index * 1000, null, 4e12, -DAY])),
        );
        const rows = await store.addMessages(pick(random, [anna.id, bert.id]), mail);
        await store.setFlags([must(rows[0]).id], { seen: true });
      }
      for (const account of [null, anna.id, bert.id]) {
        for (const limit of [0, 1, 7, 50, 1_000]) await assertNewest(store, account, limit);
      }
    },
  },
  {
    name: 'finds a message by the date it has since all of it is here',
    async run(device) {
      const store = await storeWithAnna(device);
      const partial = { octets: 400, lines: 3 };
      const [begun] = await store.addMessages(anna.id, [{ ...dated('begun', -DAY), partial }]);
      await store.addMessages(
        anna.id,
        Array.from({ length: 300 }, (_, index) => dated(`other-${index}`, index)),
      );
      const { raw, digest, receivedAt } = dated('begun', 10_000);
      assertEqual(
        (await store.completeMessage(must(begun).id, { raw, digest, receivedAt }))?.sentAt,
        10_000,
        'date',
      );
      await assertNewest(store, anna.id, 5);
    },
  },
  {
    name: 'has no newest messages of an account that was removed',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      await store.addMessages(anna.id, [message('a')]);
      await store.addMessages(bert.id, [message('b')]);
      await store.removeAccount(anna.id);
      await assertNewest(store, null, 10);
      await assertNewest(store, anna.id, 10);
    },
  },
];
