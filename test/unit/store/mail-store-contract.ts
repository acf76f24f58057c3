/**
 * The contract of MailStore as named cases. It needs no test runner, so that the same cases run in Node against both
 * implementations and in a real browser's worker against IndexedDB.
 */
import { accountId, messageId, uidl } from '../../../web/model/ids.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { assertEqual, assertRejects } from './contract-assert.ts';
import { account, message, messages } from './mail-fixtures.ts';

/** A fresh device. Every store that `open` returns works on the same data, as another tab would. */
export interface Device {
  open(): Promise<MailStore>;
}

export interface ContractCase {
  name: string;
  run(device: Device): Promise<void>;
}

const anna = account('anna');
const bert = account('bert');

async function storeWithAnna(device: Device): Promise<MailStore> {
  const store = await device.open();
  await store.putAccount(anna, null);
  return store;
}

const accountCases: ContractCase[] = [
  {
    name: 'keeps accounts and replaces one with the same id',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, 'secret');
      await store.putAccount({ ...anna, displayName: 'Anna B.' }, null);
      const names = (await store.accounts()).map((one) => one.displayName).sort();
      assertEqual(names, ['Anna B.', 'Person bert'], 'accounts');
    },
  },
  {
    name: 'keeps a password apart from the account and leaves it alone when null is put',
    async run(device) {
      const store = await storeWithAnna(device);
      assertEqual(await store.password(anna.id), null, 'no password yet');
      await store.putAccount(anna, 'ключ 🔑');
      await store.putAccount(anna, null);
      assertEqual(await store.password(anna.id), 'ключ 🔑', 'kept');
      assertEqual(JSON.stringify(await store.accounts()).includes('ключ'), false, 'not in the account');
      await store.setPassword(anna.id, '');
      assertEqual(await store.password(anna.id), '', 'an empty password is a password');
      await store.setPassword(anna.id, null);
      assertEqual(await store.password(anna.id), null, 'forgotten');
    },
  },
  {
    name: 'keeps a status, which is empty before the first fetch',
    async run(device) {
      const store = await storeWithAnna(device);
      const empty = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 };
      assertEqual(await store.status(anna.id), empty, 'before');
      const status = { lastSyncAt: 5, maildropCount: 3, maildropOctets: 999 };
      await store.setStatus(anna.id, status);
      assertEqual(await store.status(anna.id), status, 'after');
    },
  },
  {
    name: 'refuses to write to an account that is not here',
    async run(device) {
      const store = await device.open();
      const status = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 };
      await assertRejects(store.setPassword(anna.id, 'x'), 'not-found', 'setPassword');
      await assertRejects(store.setStatus(anna.id, status), 'not-found', 'setStatus');
      await assertRejects(store.addMessages(anna.id, [message('a')]), 'not-found', 'addMessages');
      assertEqual(await store.summaries(), [], 'nothing was stored');
      assertEqual(await store.password(anna.id), null, 'no secret was stored');
    },
  },
  {
    name: 'removes everything of one account and nothing of another',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, 'b');
      await store.setPassword(anna.id, 'a');
      const [gone] = await store.addMessages(anna.id, messages('a', 3));
      const [kept] = await store.addMessages(bert.id, messages('b', 2));
      await store.removeAccount(anna.id);
      await store.removeAccount(accountId('nobody'));
      assertEqual(await store.accounts(), [bert], 'accounts');
      assertEqual(await store.password(anna.id), null, 'password');
      assertEqual(await store.knownUidls(anna.id), new Set(), 'unique-ids');
      assertEqual(await store.use(anna.id), { messages: 0, octets: 0 }, 'use');
      assertEqual(await store.raw(gone!.id), null, 'raw');
      assertEqual(await store.summary(gone!.id), null, 'summary');
      assertEqual((await store.summaries()).length, 2, 'summaries');
      assertEqual(await store.password(bert.id), 'b', 'other password');
      assertEqual((await store.raw(kept!.id))?.length, 120, 'other raw');
    },
  },
  {
    name: 'never hands out the id of a removed message again',
    async run(device) {
      const store = await storeWithAnna(device);
      const before = await store.addMessages(anna.id, messages('a', 3));
      await store.removeAccount(anna.id);
      await store.putAccount(anna, null);
      const after = await store.addMessages(anna.id, messages('a', 3));
      assertEqual(after.length, 3, 'unique-ids are free again');
      assertEqual(Math.min(...after.map((row) => row.id)) > before[2]!.id, true, 'higher ids');
    },
  },
];

const messageCases: ContractCase[] = [
  {
    name: 'gives back what was added: summary, raw bytes, unique-ids, use',
    async run(device) {
      const store = await storeWithAnna(device);
      const batch = [message('a'), message('b', 0), message('c1', 5000)];
      const added = await store.addMessages(anna.id, batch);
      for (const [index, one] of batch.entries()) {
        const { digest, raw, ...rest } = one;
        const id = added[index]!.id;
        const expected = { ...digest, ...rest, id, account: anna.id, octets: raw.length };
        assertEqual(added[index], { ...expected, seen: false, starred: false }, 'added');
        assertEqual(await store.summary(id), added[index], 'summary');
        assertEqual(await store.raw(id), raw, 'raw');
      }
      assertEqual(sortedIds(await store.summaries()), sortedIds(added), 'summaries');
      assertEqual(await store.knownUidls(anna.id), new Set(['a', 'b', 'c1']), 'known');
      assertEqual(await store.use(anna.id), { messages: 3, octets: 5120 }, 'use');
    },
  },
  {
    name: 'gives ids that rise with every message',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      const ids: number[] = [];
      for (const [who, count] of [
        [anna, 3],
        [bert, 2],
        [anna, 1],
        [bert, 700],
        [anna, 2],
      ] as const) {
        const added = await store.addMessages(who.id, messages(`${ids.length}-`, count));
        ids.push(...added.map((row) => row.id));
      }
      const account = new Map((await store.summaries()).map((row) => [row.id as number, row.account]));
      assertEqual(new Set(ids).size, 708, 'no id twice');
      for (const who of [anna, bert]) {
        const own = ids.filter((id) => account.get(id) === who.id);
        assertEqual(
          own,
          [...own].sort((a, b) => a - b),
          'rising within an account',
        );
      }
    },
  },
  {
    name: 'leaves out what is known already, also within one batch',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      await store.addMessages(anna.id, [message('a')]);
      const added = await store.addMessages(anna.id, [
        message('b'),
        message('a', 7),
        message('b', 9),
        message('c'),
      ]);
      assertEqual(
        added.map((row) => row.uidl),
        ['b', 'c'],
        'added',
      );
      assertEqual(
        added.map((row) => row.octets),
        [120, 120],
        'the first one wins',
      );
      assertEqual((await store.addMessages(anna.id, [message('a')])).length, 0, 'nothing new');
      assertEqual((await store.addMessages(anna.id, [])).length, 0, 'nothing at all');
      assertEqual((await store.addMessages(bert.id, [message('a')])).length, 1, 'another maildrop');
      assertEqual((await store.use(anna.id)).messages, 3, 'use');
    },
  },
  {
    name: 'stores a message once when two tabs add it, in turn or at the same time',
    async run(device) {
      const first = await storeWithAnna(device);
      const second = await device.open();
      await first.addMessages(anna.id, messages('x', 5));
      await second.addMessages(anna.id, messages('x', 7));
      await first.addMessages(anna.id, messages('x', 9));
      const both = await Promise.all([
        first.addMessages(anna.id, messages('y', 40)),
        second.addMessages(anna.id, messages('y', 50)),
        first.addMessages(anna.id, messages('y', 60)),
      ]);
      assertEqual(both.flat().length, 60, 'added once each');
      assertEqual((await second.summaries()).length, 69, 'summaries');
      assertEqual((await first.knownUidls(anna.id)).size, 69, 'known');
    },
  },
  {
    name: 'forgets what it remembers of unique-ids when another tab removes the account',
    async run(device) {
      const first = await storeWithAnna(device);
      const second = await device.open();
      await first.addMessages(anna.id, [message('a')]);
      await second.removeAccount(anna.id);
      await second.putAccount(anna, null);
      await second.addMessages(anna.id, [message('b')]);
      const added = await first.addMessages(anna.id, [message('a'), message('b')]);
      assertEqual(
        added.map((row) => row.uidl),
        ['a'],
        'a is new again, b is known',
      );
    },
  },
  {
    name: 'keeps odd unique-ids apart (RFC 1939 allows 0x21 to 0x7E; servers send worse)',
    async run(device) {
      const store = await storeWithAnna(device);
      const odd = ['1', '01', '1 ', '__proto__', 'constructor', '\u00ff\u0080', '!"#,;:\\/', 'A', 'a'];
      const added = await store.addMessages(
        anna.id,
        odd.map((name) => message(name)),
      );
      assertEqual(
        added.map((row) => row.uidl),
        odd,
        'added',
      );
      assertEqual(await store.knownUidls(anna.id), new Set(odd.map(uidl)), 'known');
    },
  },
  {
    name: 'keeps big and small messages of one batch whole, and batches of more than a page',
    async run(device) {
      const store = await storeWithAnna(device);
      const batch = [
        message('small-1', 300),
        message('big-1', 1024 * 1024 + 1),
        message('small-2', 300),
        ...messages('half', 9, 512 * 1024),
        message('big-2', 5 * 1024 * 1024),
        ...messages('many', 1100, 40),
      ];
      const added = await store.addMessages(anna.id, batch);
      assertEqual(added.length, batch.length, 'added');
      for (const index of [0, 1, 2, 3, 7, 10, 11, 12, 13, 500, 1022, 1023, 1024, 1025, batch.length - 1]) {
        const raw = await store.raw(added[index]!.id);
        assertEqual(sameBytes(raw, batch[index]!.raw), true, `raw of ${batch[index]!.uidl}`);
      }
      assertEqual((await store.summaries()).length, batch.length, 'summaries');
    },
  },
  {
    name: 'takes copies: what the caller does later to bytes and objects changes nothing here',
    async run(device) {
      const store = await storeWithAnna(device);
      const one = message('a', 10);
      const whole = new Uint8Array(30).fill(7);
      const view = { ...message('b'), raw: whole.subarray(10, 20) };
      const original = one.raw.slice();
      const added = await store.addMessages(anna.id, [one, view]);
      one.raw.fill(0);
      whole.fill(0);
      added[0]!.subject = 'changed';
      one.digest.to.push({ name: 'x', address: 'x' });
      const raw = await store.raw(added[0]!.id);
      assertEqual(raw, original, 'raw');
      raw!.fill(1);
      assertEqual(await store.raw(added[0]!.id), original, 'raw again');
      assertEqual(
        await store.raw(added[1]!.id),
        new Uint8Array(10).fill(7),
        'a view stores its own octets only',
      );
      const summary = await store.summary(added[0]!.id);
      assertEqual([summary!.subject, summary!.to.length], [message('a').digest.subject, 1], 'summary');
    },
  },
  {
    name: 'appends many small batches',
    async run(device) {
      const store = await storeWithAnna(device);
      const sizes = [1, 1, 2, 90, 1, 170, 3, 300, 1];
      const added = [];
      for (const [index, size] of sizes.entries()) {
        added.push(...(await store.addMessages(anna.id, messages(`${index}-`, size))));
      }
      const total = sizes.reduce((sum, size) => sum + size, 0);
      assertEqual(sortedIds(await store.summaries()), sortedIds(added), 'summaries');
      assertEqual((await store.knownUidls(anna.id)).size, total, 'known');
      assertEqual(await store.use(anna.id), { messages: total, octets: total * 120 }, 'use');
      for (const row of [added[0]!, added[3]!, added[95]!, added[total - 1]!]) {
        assertEqual(await store.raw(row.id), message(row.uidl).raw, `raw of ${row.uidl}`);
      }
    },
  },
];

const flagCases: ContractCase[] = [
  {
    name: 'sets flags on what exists and names what really changed',
    async run(device) {
      const store = await storeWithAnna(device);
      const [a, b] = await store.addMessages(anna.id, messages('m', 2));
      const stray = [messageId(0), messageId(b!.id + 1), messageId(b!.id + 50_000), messageId(-1)];
      assertEqual(await store.setFlags([a!.id, ...stray], { seen: true }), [a!.id], 'first');
      assertEqual(await store.setFlags([a!.id, b!.id], { seen: true }), [b!.id], 'second');
      assertEqual(await store.setFlags([b!.id, b!.id], { seen: false, starred: true }), [b!.id], 'twice');
      assertEqual(await store.setFlags([a!.id], {}), [], 'an empty patch');
      const flags = [await store.summary(a!.id), await store.summary(b!.id)];
      assertEqual(
        flags.map((row) => [row!.seen, row!.starred]),
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
      await store.setFlags([a!.id], { starred: true });
      await store.addMessages(anna.id, messages('later', 10));
      const starred = (await store.summaries()).filter((row) => row.starred);
      assertEqual(
        starred.map((row) => row.id),
        [a!.id],
        'starred',
      );
    },
  },
  {
    name: 'knows no message by an id that was never given',
    async run(device) {
      const store = await storeWithAnna(device);
      const [a] = await store.addMessages(anna.id, [message('a')]);
      for (const id of [0, -5, a!.id + 1, a!.id + 4096, 0.5, NaN, Infinity]) {
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
      await first.setFlags([added[4]!.id], { seen: true });
      first.close();
      const second = await device.open();
      assertEqual(sortedIds(await second.summaries()), sortedIds(added), 'summaries');
      assertEqual((await second.summary(added[4]!.id))?.seen, true, 'flag');
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
  ...flagCases,
  ...lifeCases,
];

function sortedIds(rows: readonly { id: number }[]): number[] {
  return rows.map((row) => row.id).sort((a, b) => a - b);
}

function sameBytes(left: Uint8Array | null, right: Uint8Array): boolean {
  return (
    left !== null && left.length === right.length && left.every((octet, index) => octet === right[index])
  );
}
