/**
 * The contract of MailStore as named cases. It needs no test runner, so that the same cases run in Node against both
 * implementations and in a real browser's worker against IndexedDB.
 */
import { messageId } from '../../../web/model/ids.ts';
import { accountCases } from './contract-accounts.ts';
import { assertEqual, assertRejects, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, sortedIds, storeWithAnna } from './contract-case.ts';
import { messageCases } from './contract-messages.ts';
import { partialCases } from './contract-partial.ts';
import { newestCases } from './contract-newest.ts';
import { repairCases } from './contract-repair.ts';
import { retentionCases } from './contract-retention.ts';
import { trashCases } from './contract-trash.ts';
import { wishCases } from './contract-wishes.ts';
import { message, messages } from './mail-fixtures.ts';

const flagCases: ContractCase[] = [
  {
    name: 'sets flags on what exists and names what really changed',
    async run(device) {
      const store = await storeWithAnna(device);
      const [a, b] = await store.addMessages(anna.id, messages('m', 2));
      const stray = [messageId(0), messageId(must(b).id + 1), messageId(must(b).id + 50_000), messageId(-1)];
      assertEqual(await store.setFlags([must(a).id, ...stray], { seen: true }), [must(a).id], 'first');
      assertEqual(await store.setFlags([must(a).id, must(b).id], { seen: true }), [must(b).id], 'second');
      assertEqual(
        await store.setFlags([must(b).id, must(b).id], { seen: false, starred: true }),
        [must(b).id],
        'twice',
      );
      assertEqual(await store.setFlags([must(a).id], {}), [], 'an empty patch');
      const flags = [await store.summary(must(a).id), await store.summary(must(b).id)];
      assertEqual(
        flags.map((row) => [must(row).seen, must(row).starred]),
        [
          [true, false],
          [false, true],
        ],
        'flags',
      );
    },
  },
  {
    name: 'keeps flags when a later batch arrives, and shows them in summaries',
    async run(device) {
      const store = await storeWithAnna(device);
      const [a] = await store.addMessages(anna.id, [message('a')]);
      await store.setFlags([must(a).id], { starred: true });
      await store.addMessages(anna.id, messages('later', 10));
      const starred = (await store.summaries()).filter((row) => row.starred);
      assertEqual(
        starred.map((row) => row.id),
        [must(a).id],
        'starred',
      );
    },
  },
  {
    name: 'knows no message by an id that was never given',
    async run(device) {
      const store = await storeWithAnna(device);
      const [a] = await store.addMessages(anna.id, [message('a')]);
      for (const id of [0, -5, must(a).id + 1, must(a).id + 4096, 0.5, NaN, Infinity]) {
        assertEqual(await store.raw(messageId(id)), null, `raw ${id}`);
        assertEqual(await store.summary(messageId(id)), null, `summary ${id}`);
      }
    },
  },
];

const lifeCases: ContractCase[] = [
  {
    name: 'keeps everything for the next store that opens the device',
    async run(device) {
      const first = await storeWithAnna(device);
      const added = await first.addMessages(anna.id, messages('m', 30));
      await first.setFlags([at(added, 4).id], { seen: true });
      first.close();
      const second = await device.open();
      assertEqual(sortedIds(await second.summaries()), sortedIds(added), 'summaries');
      assertEqual((await second.summary(at(added, 4).id))?.seen, true, 'flag');
      assertEqual((await second.addMessages(anna.id, messages('m', 31))).length, 1, 'known');
    },
  },
  {
    name: 'refuses work after close, and closes twice without complaint',
    async run(device) {
      const store = await storeWithAnna(device);
      store.close();
      store.close();
      await assertRejects(store.accounts(), 'storage-failed', 'accounts');
      await assertRejects(store.addMessages(anna.id, [message('a')]), 'storage-failed', 'addMessages');
    },
  },
];

/** Every case runs on a fresh Device and throws when the store breaks the contract. */
export const MAIL_STORE_CONTRACT: readonly ContractCase[] = [
  ...accountCases,
  ...messageCases,
  ...partialCases,
  ...newestCases,
  ...retentionCases,
  ...trashCases,
  ...wishCases,
  ...repairCases,
  ...flagCases,
  ...lifeCases,
];
