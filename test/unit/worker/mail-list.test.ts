import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListQuery } from '../../../web/api/mail-api.ts';
import { accountId, messageId, type MessageId } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { listDate } from '../../../web/model/list-order.ts';
import { MailList } from '../../../web/worker/mail-list.ts';
import { makeSummary } from './summaries.ts';

const all: ListQuery = { folder: 'inbox', account: null, filter: 'all' };
const ids = (list: MailList, query: ListQuery = all) => list.window(query, 0, 1e6).rows.map((row) => row.id);

describe('the date a message is listed by', () => {
  it.each([
    { name: 'its Date:', given: { sentAt: 500, receivedAt: 900 }, expected: 500 },
    { name: 'its arrival when it has no date', given: { sentAt: null, receivedAt: 900 }, expected: 900 },
    {
      name: 'its arrival when the date is not a number',
      given: { sentAt: NaN, receivedAt: 900 },
      expected: 900,
    },
    {
      name: 'its arrival when the date lies in the future',
      given: { sentAt: 4e12, receivedAt: 900 },
      expected: 900,
    },
    { name: 'a date before 1970 as it is', given: { sentAt: -5, receivedAt: 900 }, expected: -5 },
  ])('is $name', ({ given, expected }) => {
    expect(listDate(makeSummary(1, given))).toBe(expected);
  });
});

describe('MailList', () => {
  it('lists newest first, and of equal dates the one stored later first', () => {
    const list = new MailList();
    list.add([makeSummary(1, { sentAt: 5 }), makeSummary(2, { sentAt: 9 }), makeSummary(3, { sentAt: 5 })]);
    expect(ids(list)).toEqual([2, 3, 1]);
  });

  it('cuts windows at the ends of the list', () => {
    const list = new MailList();
    list.add([1, 2, 3].map((id) => makeSummary(id)));
    const cut = (offset: number, limit: number) => {
      const { offset: start, rows } = list.window(all, offset, limit);
      return [start, ...rows.map((row) => row.id)];
    };
    expect([cut(1, 1), cut(2, 9), cut(9, 9), cut(-4, 2), cut(0, 0), cut(0, -1)]).toEqual([
      [1, 2],
      [2, 1],
      [3],
      [0, 3, 2],
      [0],
      [0],
    ]);
  });

  it('puts a message in the place where it belongs once it is known whole, with the flags that it has here', () => {
    const list = new MailList();
    list.add([1, 2, 3].map((id) => makeSummary(id, { sentAt: id, octets: 10 })));
    list.setFlags([messageId(2)], { starred: true });
    expect(list.replace(makeSummary(2, { sentAt: 9, receivedAt: 10, octets: 500, seen: true }))).toBe(true);
    expect(ids(list)).toEqual([2, 3, 1]);
    expect(list.get(messageId(2))).toMatchObject({ octets: 500, starred: true, seen: makeSummary(2).seen });
    expect(list.counts().map(({ total, octets }) => [total, octets])).toEqual([[3, 520]]);
    expect(list.replace(makeSummary(7))).toBe(false);
    expect(ids(list)).toEqual([2, 3, 1]);
    // In Trash by then, or about to go there.
    list.move([messageId(2)], 'trash');
    list.setHidden([messageId(3)], true);
    for (const id of [2, 3]) list.replace(makeSummary(id, { sentAt: id, octets: 1000 }));
    expect(ids(list)).toEqual([1]);
    expect(ids(list, { ...all, folder: 'trash' })).toEqual([2]);
    list.setHidden([messageId(3)], false);
    expect(list.window(all, 0, 5).rows.map(({ octets }) => octets)).toEqual([1000, 10]);
    expect(list.counts().map(({ total, octets }) => [total, octets])).toEqual(
      expect.arrayContaining([
        [2, 1010],
        [1, 1000],
      ]),
    );
  });

  it('leaves a message out that is here already', () => {
    const list = new MailList();
    list.add([makeSummary(1)]);
    const { version } = list.window(all, 0, 1);
    expect(list.add([makeSummary(1), makeSummary(1)])).toEqual([]);
    expect(list.window(all, 0, 9)).toMatchObject({ total: 1, unread: 1, version });
  });

  it('raises its version with every change and only then', () => {
    const list = new MailList();
    const versions = [
      () => list.add([makeSummary(1)]),
      () => list.setFlags([messageId(1)], { seen: true }),
      () => list.setFlags([messageId(1)], { seen: true }),
      () => list.setFlags([messageId(8)], { seen: true }),
      () => list.move([messageId(1)], 'trash'),
      () => list.move([messageId(1), messageId(8)], 'trash'),
      () => list.setHidden([messageId(1)], true),
      () => list.setHidden([messageId(1), messageId(8)], true),
      () => list.remove([messageId(8)]),
      () => list.removeAccount(accountId('other')),
      () => list.removeAccount(accountId('a')),
    ].map((change) => (change(), list.window(all, 0, 0).version));
    expect(versions).toEqual([1, 2, 2, 2, 3, 3, 4, 4, 4, 4, 5]);
  });

  it('never changes a row that was handed out', () => {
    const list = new MailList();
    list.add([makeSummary(1)]);
    const [row] = list.window(all, 0, 1).rows;
    list.setFlags([messageId(1)], { seen: true, starred: true });
    expect(row).toMatchObject({ seen: false, starred: false });
    expect(list.get(messageId(1))).toMatchObject({ seen: true, starred: true });
  });
});

/** What MailList must be equal to: sort everything, every time. */
class NaiveList {
  rows: MessageSummary[] = [];
  readonly hidden = new Set<MessageId>();

  select({ account, folder, filter }: ListQuery): MessageSummary[] {
    return this.rows
      .filter((row) => row.folder === folder && !this.hidden.has(row.id))
      .filter((row) => account === null || row.account === account)
      .filter((row) => filter === 'all' || (filter === 'unread' ? !row.seen : row.starred))
      .sort((a, b) => listDate(b) - listDate(a) || b.id - a.id);
  }
}

const accounts = ['a', 'b', 'c'].map(accountId);
const summary = fc.record({
  id: fc.integer({ min: 1, max: 60 }).map(messageId),
  account: fc.constantFrom(...accounts),
  sentAt: fc.option(fc.integer({ min: 0, max: 30 })),
  receivedAt: fc.integer({ min: 0, max: 20 }),
  seen: fc.boolean(),
  starred: fc.boolean(),
});
const someIds = fc.array(fc.integer({ min: 1, max: 60 }).map(messageId), { maxLength: 6 });
const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ add: fc.array(summary, { maxLength: 12 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      flag: someIds,
      patch: fc.record({ seen: fc.boolean(), starred: fc.boolean() }, { requiredKeys: [] }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ move: someIds, folder: fc.constantFrom('inbox', 'trash') }) },
  { weight: 2, arbitrary: fc.record({ hide: someIds, hidden: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ discard: someIds }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.constantFrom(...accounts) }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(step: Change, list: MailList, naive: NaiveList): void {
  if ('add' in step) {
    const batch = step.add.map((given) => makeSummary(given.id, given));
    for (const row of batch) if (!naive.rows.some(({ id }) => id === row.id)) naive.rows.push(row);
    list.add(batch);
  } else if ('flag' in step) {
    naive.rows = naive.rows.map((row) => (step.flag.includes(row.id) ? { ...row, ...step.patch } : row));
    list.setFlags(step.flag, step.patch);
  } else if ('move' in step) {
    for (const { id, folder } of naive.rows) {
      if (step.move.includes(id) && folder !== step.folder) naive.hidden.delete(id);
    }
    naive.rows = naive.rows.map((row) =>
      step.move.includes(row.id) ? { ...row, folder: step.folder } : row,
    );
    list.move(step.move, step.folder);
  } else if ('hide' in step) {
    for (const { id } of naive.rows) {
      if (step.hide.includes(id)) naive.hidden[step.hidden ? 'add' : 'delete'](id);
    }
    list.setHidden(step.hide, step.hidden);
  } else if ('discard' in step) {
    naive.rows = naive.rows.filter((row) => !step.discard.includes(row.id));
    for (const id of step.discard) naive.hidden.delete(id);
    list.remove(step.discard);
  } else {
    for (const row of naive.rows) if (row.account === step.remove) naive.hidden.delete(row.id);
    naive.rows = naive.rows.filter((row) => row.account !== step.remove);
    list.removeAccount(step.remove);
  }
}

const places = [null, ...accounts].flatMap((account) =>
  (['inbox', 'trash'] as const).map((folder) => [account, folder] as const),
);

function compare(list: MailList, naive: NaiveList): void {
  for (const [account, folder] of places) {
    const unread = naive.select({ account, folder, filter: 'unread' }).length;
    for (const filter of ['all', 'unread', 'starred'] as const) {
      const query = { account, folder, filter };
      const expected = naive.select(query);
      expect(list.ids(query)).toEqual(expected.map(({ id }) => id));
      expect(list.window(query, 0, 1_000)).toMatchObject({ total: expected.length, unread, rows: expected });
      expect(naive.rows.map(({ id }) => list.indexOf(query, id))).toEqual(
        naive.rows.map((row) => expected.findIndex(({ id }) => id === row.id)),
      );
    }
  }
}

describe('MailList against a naive model', () => {
  it('agrees after any series of changes', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 15 }), (changes) => {
        const list = new MailList();
        const naive = new NaiveList();
        for (const step of changes) {
          apply(step, list, naive);
          compare(list, naive);
        }
        for (const { account, folder, total, unread, octets } of list.counts()) {
          const rows = naive.select({ account, folder, filter: 'all' });
          expect([total, unread]).toEqual([rows.length, rows.filter((row) => !row.seen).length]);
          expect(octets).toBe(rows.reduce((sum, row) => sum + row.octets, 0));
        }
      }),
      { numRuns: 150 },
    );
  });

  it('agrees when a long list arrives in batches from old, new and mixed ends', () => {
    const list = new MailList();
    const naive = new NaiveList();
    for (let batch = 0; batch < 40; batch += 1) {
      const rows = Array.from({ length: 50 }, (_, i) => {
        const id = batch * 50 + i + 1;
        return makeSummary(id, { sentAt: (id * 7_919) % 1_009, receivedAt: 2_000 });
      });
      naive.rows.push(...rows);
      list.add(rows);
    }
    expect(ids(list)).toEqual(naive.select(all).map((row) => row.id));
  });
});
