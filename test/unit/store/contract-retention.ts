/** The MailStore contract: receipts of what is kept, and the journal of what the server was asked to delete. */
import { uidl } from '../../../web/model/ids.ts';
import type { Receipt, Removal } from '../../../web/model/retention.ts';
import { assertEqual, assertRejects, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, storeWithAnna } from './contract-case.ts';
import { message, messages } from './mail-fixtures.ts';

const receipt = (hash: string): Receipt => ({ hash, listedOctets: 120, unterminated: hash.endsWith('!') });
const removal = (name: string, state: Removal['state']): Removal => ({
  uidl: uidl(name),
  octets: 120,
  hash: name,
  decidedAt: 5,
  state,
});

export const retentionCases: ContractCase[] = [
  {
    name: 'keeps the receipt of each message, also behind messages without one',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      await store.addMessages(anna.id, [message('a'), { ...message('b'), receipt: receipt('b!') }]);
      await store.addMessages(bert.id, [{ ...message('other'), receipt: receipt('o') }]);
      await store.addMessages(anna.id, [message('c')]);
      await store.addMessages(anna.id, [{ ...message('d'), receipt: receipt('d') }]);
      // Known already: the receipt is that of the message that was stored.
      await store.addMessages(anna.id, [{ ...message('b'), receipt: receipt('later') }]);
      const holdings = (await store.holdings(anna.id)).toSorted((one, other) => one.id - other.id);
      assertEqual(
        holdings.map(({ uidl: name, receipt: kept }) => [name, kept]),
        [
          ['a', null],
          ['b', receipt('b!')],
          ['c', null],
          ['d', receipt('d')],
        ],
        'receipts',
      );
      const { id, octets, receivedAt, sentAt } = must(await store.summary(at(holdings, 1).id));
      assertEqual(
        holdings[1],
        { id, uidl: uidl('b'), octets, receivedAt, sentAt, folder: 'inbox', receipt: receipt('b!') },
        'holding',
      );
    },
  },
  {
    name: 'names as holdings all that is kept, over many pages',
    async run(device) {
      const store = await storeWithAnna(device);
      const batch = messages('m', 1500).map((one) => ({ ...one, receipt: receipt(one.uidl) }));
      await store.addMessages(anna.id, batch);
      await store.addUidls(anna.id, [uidl('renamed')]);
      const holdings = await store.holdings(anna.id);
      assertEqual(holdings.length, 1500, 'count');
      assertEqual(
        holdings.every((one) => one.receipt?.hash === one.uidl),
        true,
        'each its own',
      );
    },
  },
  {
    name: 'writes what the status says of removals with them, and leaves the rest of it',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.patchStatus(anna.id, { lastSyncAt: 7, maildropCount: 3 });
      const counted = { gone: 1, goneAt: 5, refused: 0, unknown: 0, held: {} };
      await store.putRemovals(anna.id, [removal('a', 'gone')], { removal: counted, maildropCount: 2 });
      const expected = { lastSyncAt: 7, maildropCount: 2, maildropOctets: 0, removal: counted };
      assertEqual(await store.status(anna.id), expected, 'status');
      await store.putRemovals(anna.id, [removal('b', 'asked')]);
      assertEqual(await store.status(anna.id), expected, 'left alone');
    },
  },
  {
    name: 'forgets entries of the journal that it is told to, and no other',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      await store.putRemovals(anna.id, [removal('a', 'gone'), removal('b', 'gone')]);
      await store.putRemovals(bert.id, [removal('a', 'gone')]);
      await store.forgetRemovals(anna.id, [uidl('a'), uidl('never')]);
      const left = [await store.removals(anna.id), await store.removals(bert.id)];
      assertEqual(left, [[removal('b', 'gone')], [removal('a', 'gone')]], 'left');
    },
  },
  {
    name: 'keeps a journal of removals by unique-id, and none of an account that is gone',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      assertEqual(await store.removals(anna.id), [], 'before');
      await store.putRemovals(anna.id, [removal('a', 'asked'), removal('a\n5 1', 'asked')]);
      await store.putRemovals(bert.id, [removal('a', 'stayed')]);
      await store.putRemovals(anna.id, [removal('a', 'gone')]);
      const kept = (await store.removals(anna.id)).toSorted(
        (one, other) => one.uidl.length - other.uidl.length,
      );
      assertEqual(kept, [removal('a', 'gone'), removal('a\n5 1', 'asked')], 'kept');
      await store.removeAccount(anna.id);
      assertEqual(await store.removals(anna.id), [], 'gone');
      assertEqual(await store.holdings(anna.id), [], 'no holdings');
      assertEqual(await store.removals(bert.id), [removal('a', 'stayed')], 'of the other');
      await assertRejects(store.putRemovals(anna.id, [removal('a', 'asked')]), 'not-found', 'putRemovals');
    },
  },
];
