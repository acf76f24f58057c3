/** The MailStore contract: moving to Trash and back, and deleting from this device for good. */
import { messageId, type MessageId } from '../../../web/model/ids.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { assertEqual, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, sameBytes, sortedIds, storeWithAnna } from './contract-case.ts';
import { message, messages } from './mail-fixtures.ts';

const headerOf = (raw: Uint8Array): string => `header of ${raw.length}`;
const receipt = { hash: 'h', listedOctets: 120, unterminated: false };
const idsOf = (rows: readonly { id: MessageId }[]): MessageId[] => rows.map(({ id }) => id);
const rising = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

/** By way of Trash, as there is no other. */
async function removeForGood(store: MailStore, ids: readonly MessageId[]): Promise<MessageId[]> {
  await store.move(ids, 'trash');
  return store.removeMessages(ids, headerOf);
}

/** Every reader of the store finds exactly these messages, octet for octet. */
async function expectOnly(
  store: MailStore,
  added: readonly { id: MessageId; uidl: string; octets: number }[],
) {
  const own = (await store.summaries()).filter(({ account }) => account === anna.id);
  assertEqual(sortedIds(own), sortedIds(added), 'summaries');
  assertEqual(sortedIds(await store.holdings(anna.id)), sortedIds(added), 'holdings');
  const octets = added.reduce((sum, row) => sum + row.octets, 0);
  assertEqual(await store.use(anna.id), { messages: added.length, octets }, 'use');
  for (const { id, uidl, octets: size } of added) {
    const isSame = sameBytes(await store.raw(id), message(uidl, size).raw);
    assertEqual([uidl, isSame], [uidl, true], 'raw');
  }
}

export const trashCases: ContractCase[] = [
  {
    name: 'moves what exists, names where it was, and moves it back',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      const added = await store.addMessages(anna.id, messages('m', 1100));
      const [a, b, last] = [at(added, 0).id, at(added, 1).id, at(added, 1099).id];
      await store.setFlags([a], { starred: true });
      const stray = [messageId(0), messageId(last + 1), messageId(last + 50_000), messageId(0.5)];
      const moved = await store.move([a, last, ...stray, a], 'trash');
      assertEqual(
        moved.toSorted((one, two) => one.id - two.id),
        [a, last].map((id) => ({ id, from: 'inbox' })),
        'moved',
      );
      assertEqual(await store.move([a], 'trash'), [], 'again');
      const inTrash = (await other.summaries()).filter(({ folder }) => folder === 'trash');
      assertEqual(sortedIds(inTrash), [a, last], 'in Trash, also for another tab');
      const holdings = (await other.holdings(anna.id)).filter(({ folder }) => folder === 'trash');
      assertEqual(sortedIds(holdings), [a, last], 'holdings say so, too');
      assertEqual(must(await store.summary(a)).starred, true, 'flags stay');
      await store.addMessages(anna.id, [message('later')]);
      assertEqual(await other.move([a, b], 'inbox'), [{ id: a, from: 'trash' }], 'back');
      assertEqual(must(await store.summary(a)).folder, 'inbox', 'where it was');
      assertEqual(must(await store.summary(last)).folder, 'trash', 'the other one stays');
    },
  },
  {
    name: 'deletes for good what is in Trash by then, and nothing else',
    async run(device) {
      const store = await storeWithAnna(device);
      const added = await store.addMessages(anna.id, messages('m', 5));
      const ids = idsOf(added);
      await store.move(ids.slice(0, 4), 'trash');
      await store.move(ids.slice(0, 1), 'inbox');
      const stray = [messageId(0), messageId(at(ids, 4) + 900), messageId(-1)];
      const removed = await store.removeMessages([...ids.slice(0, 3), ...stray, at(ids, 1)], headerOf);
      assertEqual(rising(removed), ids.slice(1, 3), 'removed');
      await expectOnly(store, [at(added, 0), at(added, 3), at(added, 4)]);
      assertEqual(await store.summary(at(ids, 1)), null, 'summary');
      assertEqual(await store.raw(at(ids, 1)), null, 'raw');
      assertEqual(
        await store.setFlags(ids, { starred: true }),
        [0, 3, 4].map((n) => ids[n]),
        'flags',
      );
      assertEqual(await store.move(ids.slice(1, 3), 'inbox'), [], 'nothing comes back');
      assertEqual(await store.removeMessages(ids.slice(1, 3), headerOf), [], 'once');
    },
  },
  {
    name: 'never takes a message again that was deleted for good, nor gives its id to another',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      const added = await store.addMessages(anna.id, messages('m', 3));
      await removeForGood(store, idsOf(added));
      await expectOnly(store, []);
      for (const each of [store, other]) {
        assertEqual(await each.knownUidls(anna.id), new Set(['m0', 'm1', 'm2']), 'known');
        assertEqual(await each.addMessages(anna.id, messages('m', 3)), [], 'not again');
      }
      const more = await other.addMessages(anna.id, [message('new')]);
      assertEqual(
        added.some(({ id }) => id === at(more, 0).id),
        false,
        'another id',
      );
      await expectOnly(store, more);
    },
  },
  {
    name: 'keeps adding behind messages that were deleted for good',
    async run(device) {
      const store = await storeWithAnna(device);
      let here = await store.addMessages(anna.id, messages('first', 20));
      const gone = idsOf(here.filter((_, index) => index % 3 !== 0));
      await removeForGood(store, gone);
      here = here.filter(({ id }) => !gone.includes(id));
      here.push(...(await store.addMessages(anna.id, messages('second', 20))));
      await expectOnly(store, here);
      await removeForGood(store, idsOf(here.slice(0, 7)));
      await expectOnly(await device.open(), here.slice(7));
    },
  },
  {
    name: 'keeps the octets of what stays, whichever of its neighbours go and in which order',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      const others = await store.addMessages(bert.id, messages('bert', 4, 900));
      let here = await store.addMessages(anna.id, [
        ...messages('small', 40, 700),
        message('large', 1024 * 1024 + 1),
        ...messages('middle', 9, 600 * 1024),
        message('empty', 0),
        ...messages('many', 200, 33),
      ]);
      for (const step of [7, 5, 3, 2, 2]) {
        const gone = new Set(idsOf(here.filter((_, index) => index % step !== 0 || index === step * 2)));
        const leaving = step === 2 ? gone : new Set([...gone].filter((_, index) => index % 2 === 0));
        assertEqual(rising(await removeForGood(store, [...leaving])), rising([...leaving]), 'removed');
        here = here.filter(({ id }) => !leaving.has(id));
        await expectOnly(store, here);
      }
      await removeForGood(store, idsOf(here));
      await expectOnly(store, []);
      assertEqual(
        sameBytes(await store.raw(at(others, 3).id), message('bert3', 900).raw),
        true,
        'octets of others',
      );
    },
  },
  {
    name: 'notes what it takes to know a deleted message on the server',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.addMessages(anna.id, [message('a'), { ...message('b', 77), receipt }]);
      await store.addMessages(anna.id, [{ ...message('c', 99), receipt }]);
      const [a, b, c] = (await store.holdings(anna.id)).toSorted((one, two) => one.id - two.id);
      await removeForGood(store, [must(a).id, must(b).id]);
      await removeForGood(store, [must(c).id]);
      const noted = (await (await device.open()).deletions(anna.id)).toSorted((one, two) => one.id - two.id);
      const { folder: _a, ...ofA } = must(a);
      const { folder: _b, ...ofB } = must(b);
      const { folder: _c, ...ofC } = must(c);
      assertEqual(
        noted,
        [
          { ...ofA, header: 'header of 120' },
          { ...ofB, header: 'header of 77' },
          { ...ofC, header: 'header of 99' },
        ],
        'deletions',
      );
      await store.removeAccount(anna.id);
      assertEqual(await store.deletions(anna.id), [], 'gone with the account');
    },
  },
];
