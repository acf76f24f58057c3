/** The MailStore contract: what people want of single messages on the server, and unique-ids that are forgotten. */
import { accountId, messageId, uidl } from '../../../web/model/ids.ts';
import type { Removal } from '../../../web/model/retention.ts';
import type { ServerWish } from '../../../web/model/server-ledger.ts';
import { assertEqual, assertRejects, at } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, storeWithAnna } from './contract-case.ts';
import { message, messages } from './mail-fixtures.ts';

const wish = (name: string, kind: ServerWish['wish'] = 'keep'): ServerWish => ({
  uidl: uidl(name),
  wish: kind,
  octets: 120,
  wishedAt: 5,
});

const ASKED = { octets: 120, hash: 'h', decidedAt: 5, state: 'asked' } as const;
const byName = (journal: readonly Removal[]): Removal[] =>
  journal.toSorted((one, other) => (one.uidl < other.uidl ? -1 : 1));

export const wishCases: ContractCase[] = [
  {
    name: 'gives two messages the unique-ids of each other, the journal as well',
    async run(device) {
      const store = await storeWithAnna(device);
      const [first, second] = await store.addMessages(anna.id, messages('a', 2));
      if (!first || !second) throw new Error('nothing was added');
      await store.putRemovals(anna.id, [
        { ...ASKED, uidl: uidl('a0'), hash: 'first' },
        { ...ASKED, uidl: uidl('a1'), hash: 'second' },
      ]);
      const names = new Map([
        [first.id, uidl('a1')],
        [second.id, uidl('a0')],
      ]);
      await store.renameMessages(anna.id, names);
      const journal = byName(await store.removals(anna.id)).map((one) => [one.uidl, one.hash]);
      assertEqual(
        journal,
        [
          ['a0', 'second'],
          ['a1', 'first'],
        ],
        'journal',
      );
    },
  },
  {
    name: 'gives messages other unique-ids, with what was wished for them and the journal, and knows the old ones',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      await store.putAccount(bert, null);
      const [first, second, third] = await store.addMessages(anna.id, messages('a', 3));
      const [theirs] = await store.addMessages(bert.id, messages('a', 1));
      if (!first || !second || !third || !theirs) throw new Error('nothing was added');
      await store.setFlags([first.id], { starred: true });
      await store.move([second.id], 'trash');
      await store.removeMessages([second.id], () => 'header');
      await store.changeWishes(anna.id, () => ({ put: [wish('a0'), wish('a2', 'delete')], result: null }));
      const asked = (name: string): Removal => ({ ...ASKED, uidl: uidl(name) });
      await store.putRemovals(anna.id, ['a0', 'a1', 'a2', 'gone'].map(asked));
      await store.putRemovals(bert.id, [asked('a0')]);
      await other.knownUidls(anna.id);
      const names = new Map([
        [first.id, uidl('b0')],
        [second.id, uidl('b1')],
        [theirs.id, uidl('stolen')],
        [messageId(99_999), uidl('nobody')],
      ]);
      await store.renameMessages(anna.id, names);
      const rows = await other.summaries();
      const named = (id: number) => rows.find((row) => row.id === id)?.uidl;
      assertEqual([named(first.id), named(third.id), named(theirs.id)], ['b0', 'a2', 'a0'], 'rows');
      assertEqual(rows.find((row) => row.id === first.id)?.starred, true, 'marks');
      assertEqual((await other.holdings(anna.id)).map((one) => one.uidl).sort(), ['a2', 'b0'], 'holdings');
      assertEqual(
        (await other.deletions(anna.id)).map((one) => one.uidl),
        ['b1'],
        'deletions',
      );
      assertEqual(await other.knownUidls(anna.id), new Set(['a0', 'a1', 'a2', 'b0', 'b1']), 'known');
      assertEqual(
        (await other.wishes(anna.id)).map((one) => one.uidl),
        ['b0', 'a2'],
        'wishes',
      );
      assertEqual(byName(await other.removals(anna.id)), ['a2', 'b0', 'b1', 'gone'].map(asked), 'journal');
      assertEqual(await other.removals(bert.id), [asked('a0')], 'journal of the other');
      assertEqual(await store.addMessages(anna.id, [message('b0'), message('a0')]), [], 'never twice');
      await assertRejects(store.renameMessages(accountId('nobody'), names), 'not-found', 'renameMessages');
    },
  },
  {
    name: 'keeps one wish of a message that was wished for under both its names: to keep it, else the last one',
    async run(device) {
      const store = await storeWithAnna(device);
      const rows = await store.addMessages(anna.id, messages('a', 3));
      const put = [
        wish('a0', 'keep'),
        { ...wish('b0', 'fetch'), wishedAt: 6 },
        wish('b1', 'keep'),
        { ...wish('a1', 'delete'), wishedAt: 6 },
        { ...wish('a2', 'delete'), wishedAt: 6 },
        wish('b2', 'fetch'),
      ];
      await store.changeWishes(anna.id, () => ({ put, result: null }));
      await store.renameMessages(anna.id, new Map(rows.map(({ id }, at) => [id, uidl(`b${at}`)])));
      assertEqual(
        (await store.wishes(anna.id)).map((one) => [one.uidl, one.wish]),
        [
          ['b0', 'keep'],
          ['b1', 'keep'],
          ['b2', 'delete'],
        ],
        'wishes',
      );
    },
  },
  {
    name: 'keeps one wish for each unique-id, and none of an account that is gone',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      assertEqual(await store.wishes(anna.id), [], 'before');
      const put = (...wishes: ServerWish[]) => ({ put: wishes, result: null });
      await store.changeWishes(anna.id, () => put(wish('a'), wish('b'), wish('c')));
      await store.changeWishes(bert.id, () => put(wish('a', 'delete')));
      await store.changeWishes(anna.id, () => ({
        put: [wish('a', 'delete')],
        drop: [uidl('b'), uidl('nobody')],
        result: null,
      }));
      assertEqual(await store.wishes(anna.id), [wish('a', 'delete'), wish('c')], 'kept');
      await store.removeAccount(anna.id);
      assertEqual(await store.wishes(anna.id), [], 'gone');
      assertEqual(await store.wishes(bert.id), [wish('a', 'delete')], 'of the other');
      await assertRejects(
        store.changeWishes(anna.id, () => put(wish('a'))),
        'not-found',
        'changeWishes',
      );
    },
  },
  {
    name: 'lets a change see all changes before it, also those that were not waited for',
    async run(device) {
      const store = await storeWithAnna(device);
      const seen = await Promise.all(
        ['a', 'b', 'c'].map((name) =>
          store.changeWishes(anna.id, (wishes) => ({ put: [wish(name)], result: [...wishes.keys()] })),
        ),
      );
      assertEqual(seen, [[], [uidl('a')], [uidl('a'), uidl('b')]], 'seen');
    },
  },
  {
    name: 'changes nothing when the decision throws',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.changeWishes(anna.id, () => ({ put: [wish('a')], result: null }));
      let threw = false;
      try {
        await store.changeWishes(anna.id, () => {
          throw new RangeError('no');
        });
      } catch {
        threw = true;
      }
      assertEqual(threw, true, 'threw');
      assertEqual(await store.wishes(anna.id), [wish('a')], 'kept');
    },
  },
  {
    name: 'forgets unique-ids of what is not here, for good, and stores their messages again',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.addMessages(anna.id, messages('m', 1030));
      await store.addUidls(anna.id, [uidl('x'), uidl('y')]);
      const wanted = [uidl('m3'), uidl('y'), uidl('m1029'), uidl('never')];
      const forgotten = { uidls: [uidl('y')], deletions: [] };
      assertEqual(await store.forgetUidls(anna.id, wanted), forgotten, 'forgotten');
      assertEqual((await store.forgetUidls(anna.id, wanted)).uidls, [], 'once');
      const known = await store.knownUidls(anna.id);
      assertEqual([known.size, known.has(uidl('x')), known.has(uidl('y'))], [1031, true, false], 'known');
      const added = await store.addMessages(anna.id, [message('y'), message('x'), message('m3')]);
      assertEqual(
        added.map((one) => one.uidl),
        [uidl('y')],
        'stored again',
      );
      assertEqual((await store.knownUidls(anna.id)).size, 1032, 'known again');
      await store.move([added[0]?.id ?? messageId(0)], 'trash');
      await store.removeMessages([added[0]?.id ?? messageId(0)], () => 'header');
      assertEqual((await store.deletions(anna.id)).length, 1, 'deleted for good');
      assertEqual((await store.forgetUidls(anna.id, [uidl('y')])).uidls, [uidl('y')], 'forgotten again');
      assertEqual(await store.deletions(anna.id), [], 'its deletion, too');
      await assertRejects(store.forgetUidls(bert.id, wanted), 'not-found', 'forgetUidls');
    },
  },
  {
    name: 'takes back that unique-ids were forgotten: what was deleted for good counts as deleted again',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      const added = await store.addMessages(anna.id, messages('m', 4));
      const ids = [at(added, 1).id, at(added, 2).id];
      await store.addUidls(anna.id, [uidl('x')]);
      await store.move(ids, 'trash');
      await store.removeMessages(ids, () => 'header');
      const byName = async () =>
        (await other.deletions(anna.id)).toSorted((a, b) => a.id - b.id).map((one) => [one.uidl, one.header]);
      await other.knownUidls(anna.id);
      const known = new Set(['m0', 'm1', 'm2', 'm3', 'x']);
      const forgotten = await store.forgetUidls(anna.id, [uidl('m1'), uidl('m2'), uidl('x')]);
      assertEqual((await other.knownUidls(anna.id)).size, 2, 'forgotten');
      await store.recallUidls(anna.id, forgotten);
      assertEqual(await other.knownUidls(anna.id), known, 'known again');
      assertEqual(
        await byName(),
        [
          ['m1', 'header'],
          ['m2', 'header'],
        ],
        'deleted again',
      );
      assertEqual(await other.mendRecords(), 0, 'nothing to mend');
      const again = await store.forgetUidls(anna.id, [uidl('m1'), uidl('m2')]);
      await other.addMessages(anna.id, [message('m1')]);
      await store.recallUidls(anna.id, again);
      assertEqual(await byName(), [['m2', 'header']], 'what has come meanwhile is not deleted');
      assertEqual(await other.knownUidls(anna.id), known, 'known at last');
      await assertRejects(store.recallUidls(bert.id, forgotten), 'not-found', 'recallUidls');
    },
  },
  {
    name: 'tells of each change of the unique-ids, and of nothing else',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      await store.putAccount(bert, null);
      const seen = [await other.uidlChanges(anna.id)];
      const changes = async (what: string, act: () => Promise<unknown>): Promise<void> => {
        await act();
        const now = await other.uidlChanges(anna.id);
        assertEqual(seen.includes(now), false, what);
        seen.push(now);
      };
      await changes('added', () => store.addMessages(anna.id, messages('m', 3)));
      await changes('made known', () => store.addUidls(anna.id, [uidl('x')]));
      await changes('made known with the account', () => store.putAccount(anna, null, [uidl('y')]));
      const [first] = await store.summaries();
      const ids = [first?.id ?? messageId(0)];
      await changes('renamed', () => store.renameMessages(anna.id, new Map([[at(ids, 0), uidl('n')]])));
      const forgotten = { uidls: [uidl('x')], deletions: [] };
      await changes('forgotten', () => store.forgetUidls(anna.id, [uidl('x')]));
      await changes('known again', () => store.recallUidls(anna.id, forgotten));

      await store.addMessages(bert.id, messages('b', 2));
      await store.addMessages(anna.id, [message('m1')]);
      await store.forgetUidls(anna.id, [uidl('m1'), uidl('nobody')]);
      await store.move(ids, 'trash');
      await store.removeMessages(ids, () => 'header');
      assertEqual(await other.uidlChanges(anna.id), seen.at(-1), 'nothing else');

      await store.removeAccount(anna.id);
      await store.putAccount(anna, null);
      await changes('of an account that was removed', () => store.addUidls(anna.id, [uidl('z')]));
    },
  },
];
