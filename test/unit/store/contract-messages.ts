/** The MailStore contract: what goes in comes out, once. */
import { messageId, uidl } from '../../../web/model/ids.ts';
import { assertEqual, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, sameBytes, sortedIds, storeWithAnna } from './contract-case.ts';
import { message, messages } from './mail-fixtures.ts';

export const messageCases: ContractCase[] = [
  {
    name: 'gives back what was added: summary, raw bytes, unique-ids, use',
    async run(device) {
      const store = await storeWithAnna(device);
      const batch = [message('a'), message('b', 0), message('c1', 5000)];
      const added = await store.addMessages(anna.id, batch);
      for (const [index, one] of batch.entries()) {
        const { digest, raw, ...rest } = one;
        const id = at(added, index).id;
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
    name: 'gives back several at once in the order asked for, and null for what is not here',
    async run(device) {
      const store = await storeWithAnna(device);
      const batch = [message('a'), message('b', 0), message('c', 2 * 1024 * 1024), message('d', 5000)];
      const added = await store.addMessages(anna.id, batch);
      const later = await store.addMessages(anna.id, [message('e')]);
      const ids = [at(later, 0).id, at(added, 2).id, messageId(7), at(added, 0).id, at(added, 0).id];
      const expected = [message('e'), at(batch, 2), null, at(batch, 0), at(batch, 0)];
      const found = await store.raws([...ids, at(added, 1).id, messageId(-1)]);
      assertEqual(found.length, 7, 'as many as asked for');
      for (const [index, one] of expected.entries()) {
        const same = one === null ? found[index] === null : sameBytes(at(found, index), one.raw);
        assertEqual(same, true, `raw ${index}`);
      }
      assertEqual([found[5]?.length, found[6]], [0, null], 'an empty one, and one of no number');
      assertEqual(await store.raws([]), [], 'none');
    },
  },
  {
    name: 'remembers that a message had no end, also behind others of its page',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.addMessages(anna.id, [message('a'), { ...message('b'), unterminated: true }]);
      await store.addMessages(anna.id, [message('c')]);
      const marked = (await (await device.open()).summaries()).filter((row) => row.unterminated === true);
      assertEqual(
        marked.map((row) => row.uidl),
        ['b'],
        'marked',
      );
      const [only] = marked;
      assertEqual(only && (await store.summary(only.id)), only, 'summary');
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
    name: 'knows unique-ids that were made known, also in another tab and beside messages',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      await store.addMessages(anna.id, [message('a')]);
      await other.knownUidls(anna.id);
      await store.addUidls(anna.id, [uidl('x'), uidl('a')]);
      await store.addUidls(anna.id, [uidl('y'), uidl('x')]);
      for (const each of [store, other]) {
        assertEqual(await each.knownUidls(anna.id), new Set(['a', 'x', 'y']), 'known');
        assertEqual(await each.addMessages(anna.id, [message('x'), message('y')]), [], 'nothing is new');
      }
      assertEqual((await other.addMessages(anna.id, [message('b')])).length, 1, 'what is new');
      assertEqual(await store.knownUidls(anna.id), new Set(['a', 'b', 'x', 'y']), 'known after');
      await store.removeAccount(anna.id);
      assertEqual(await other.knownUidls(anna.id), new Set(), 'known when removed');
      let refusal: unknown = null;
      await store.addUidls(anna.id, [uidl('z')]).catch((error: unknown) => (refusal = error));
      assertEqual((refusal as { code?: string } | null)?.code, 'not-found', 'without the account');
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
        const raw = await store.raw(at(added, index).id);
        assertEqual(sameBytes(raw, at(batch, index).raw), true, `raw of ${at(batch, index).uidl}`);
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
      at(added, 0).subject = 'changed';
      one.digest.to.push({ name: 'x', address: 'x' });
      const raw = await store.raw(at(added, 0).id);
      assertEqual(raw, original, 'raw');
      must(raw).fill(1);
      assertEqual(await store.raw(at(added, 0).id), original, 'raw again');
      assertEqual(
        await store.raw(at(added, 1).id),
        new Uint8Array(10).fill(7),
        'a view stores its own octets only',
      );
      const summary = await store.summary(at(added, 0).id);
      assertEqual(
        [must(summary).subject, must(summary).to.length],
        [message('a').digest.subject, 1],
        'summary',
      );
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
      for (const row of [at(added, 0), at(added, 3), at(added, 95), at(added, total - 1)]) {
        assertEqual(await store.raw(row.id), message(row.uidl).raw, `raw of ${row.uidl}`);
      }
    },
  },
];
