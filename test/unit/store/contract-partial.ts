/** The MailStore contract: messages whose beginning alone is here, and the whole in its place. */
import { messageId, uidl } from '../../../web/model/ids.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';
import { assertEqual, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, sameBytes, storeWithAnna } from './contract-case.ts';
import { ADDED_AT, message, messages } from './mail-fixtures.ts';

const PARTIAL = { octets: 4_200_000, lines: 20 };
const beginning = (name: string): NewMessage => ({ ...message(name), partial: PARTIAL });
const receipt = { hash: 'whole', listedOctets: 4_200_000, unterminated: false };

function whole(octets = 4000) {
  const { raw, digest } = message('whole1', octets);
  return { raw, digest, receivedAt: ADDED_AT + 9, receipt };
}

export const partialCases: ContractCase[] = [
  {
    name: 'remembers that only the beginning of a message is here',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.addMessages(anna.id, [message('a'), beginning('b')]);
      await store.addMessages(anna.id, [{ ...beginning('c'), unterminated: true }, message('d')]);
      const other = await device.open();
      const marks = async (rows: Promise<readonly { uidl: string; partial?: object }[]>) =>
        (await rows).map((row) => [row.uidl, row.partial]).sort();
      const expected = [
        ['a', undefined],
        ['b', PARTIAL],
        ['c', PARTIAL],
        ['d', undefined],
      ];
      assertEqual(await marks(other.summaries()), expected, 'summaries');
      assertEqual(await marks(other.holdings(anna.id)), expected, 'holdings');
      assertEqual(await store.addMessages(anna.id, [message('b')]), [], 'it is known');
    },
  },
  {
    name: 'puts the whole in place of a beginning, under the same id and with the same marks, once',
    async run(device) {
      const store = await storeWithAnna(device);
      const added = await store.addMessages(anna.id, [message('a'), beginning('b'), message('c')]);
      const { id } = at(added, 1);
      await store.setFlags([id], { starred: true });
      const { raw, digest, receivedAt } = whole();
      // As it comes in a fetch, under another name than the beginning.
      const completed = must(await store.completeMessage(id, { ...message('other name'), ...whole() }));
      const expected = {
        ...digest,
        ...{ id, account: anna.id, folder: 'inbox', uidl: uidl('b'), octets: 4000, receivedAt },
        ...{ seen: false, starred: true },
      };
      assertEqual(completed, expected as typeof completed, 'completed');
      const other = await device.open();
      assertEqual(await other.summary(id), completed, 'summary');
      assertEqual(await other.raw(id), raw, 'raw');
      assertEqual(await other.raw(at(added, 0).id), message('a').raw, 'raw before it');
      assertEqual(await other.raw(at(added, 2).id), message('c').raw, 'raw behind it');
      assertEqual(
        (await other.holdings(anna.id)).map((one) => [one.uidl, one.octets, one.receipt, one.partial]).sort(),
        [
          ['a', 120, null, undefined],
          ['b', 4000, receipt, undefined],
          ['c', 120, null, undefined],
        ],
        'holdings',
      );
      assertEqual(await other.use(anna.id), { messages: 3, octets: 4240 }, 'use');
      assertEqual(await other.knownUidls(anna.id), new Set(['a', 'b', 'c']), 'known');
      assertEqual(await other.mendRecords(), 0, 'nothing to mend');
      assertEqual(await other.completeMessage(id, whole(50)), null, 'it is whole');
      assertEqual(await store.raw(id), raw, 'raw after the second time');
    },
  },
  {
    name: 'completes a message in Trash there, deletes beginnings and completed ones for good, and keeps the others',
    async run(device) {
      const store = await storeWithAnna(device);
      const added = await store.addMessages(anna.id, [
        message('a'),
        beginning('b'),
        beginning('c'),
        message('d'),
      ]);
      const [b, c] = [at(added, 1).id, at(added, 2).id];
      await store.move([b, c], 'trash');
      assertEqual(must(await store.completeMessage(b, whole())).folder, 'trash', 'where it was');
      assertEqual(await store.removeMessages([b, c], (raw) => `header of ${raw.length}`), [b, c], 'removed');
      assertEqual(await store.completeMessage(c, whole()), null, 'nothing is left to complete');
      assertEqual(
        (await store.deletions(anna.id))
          .map((one) => [one.uidl, one.header, one.receipt, one.partial])
          .sort(),
        [
          ['b', 'header of 4000', receipt, undefined],
          ['c', 'header of 120', null, PARTIAL],
        ],
        'deletions',
      );
      assertEqual(await store.raw(at(added, 0).id), message('a').raw, 'raw before');
      assertEqual(await store.raw(at(added, 3).id), message('d').raw, 'raw behind');
      assertEqual(await store.use(anna.id), { messages: 2, octets: 240 }, 'use');
    },
  },
  {
    name: 'finds a completed message without a date where it belongs now, before pages that are newer than its own',
    async run(device) {
      const store = await storeWithAnna(device);
      const dated = (one: NewMessage, sentAt: number | null): NewMessage => ({
        ...one,
        digest: { ...one.digest, sentAt },
      });
      const old = messages('old', 300).map((one) => dated(one, ADDED_AT - 9000));
      const added = await store.addMessages(anna.id, [dated(beginning('b'), null), ...old]);
      await store.addMessages(
        anna.id,
        messages('new', 300).map((one) => ({ ...dated(one, null), receivedAt: ADDED_AT + 5 })),
      );
      const completion = { ...whole(), digest: dated(message('b'), null).digest };
      must(await store.completeMessage(at(added, 0).id, completion));
      const { rows } = await store.newest({ folder: 'inbox', account: null }, 1);
      assertEqual(
        rows.map(({ uidl: name }) => name),
        ['b'],
        'newest',
      );
    },
  },
  {
    name: 'completes only what is here in part',
    async run(device) {
      const store = await storeWithAnna(device);
      const [a] = await store.addMessages(anna.id, [message('a')]);
      for (const id of [must(a).id, messageId(must(a).id + 1), messageId(0), messageId(5_000_000)]) {
        assertEqual(await store.completeMessage(id, whole()), null, `id ${id}`);
      }
      assertEqual(await store.raw(must(a).id), message('a').raw, 'raw');
      assertEqual(await store.use(anna.id), { messages: 1, octets: 120 }, 'use');
    },
  },
  {
    name: 'completes the first and the last message of a page, keeps receipts beside them, and forgets all with the account',
    async run(device) {
      const store = await storeWithAnna(device);
      const batch = messages('m', 1024).map((one, index) => {
        if (index === 0 || index === 1023) return { ...one, partial: PARTIAL };
        return index === 5 ? { ...one, receipt } : one;
      });
      const added = await store.addMessages(anna.id, batch);
      const large = whole(1_500_000);
      for (const index of [0, 1023]) must(await store.completeMessage(at(added, index).id, large));
      for (const index of [0, 1023]) {
        assertEqual(sameBytes(await store.raw(at(added, index).id), large.raw), true, `raw ${index}`);
      }
      assertEqual(await store.raw(at(added, 1).id), at(batch, 1).raw, 'raw of another');
      const withReceipt = (await store.holdings(anna.id)).filter((one) => one.receipt !== null);
      assertEqual(withReceipt.map((one) => one.uidl).sort(), ['m0', 'm1023', 'm5'], 'receipts');
      await store.removeAccount(anna.id);
      assertEqual(await store.raw(at(added, 1023).id), null, 'gone');
      assertEqual(await store.completeMessage(at(added, 0).id, large), null, 'nothing to complete');
    },
  },
];
