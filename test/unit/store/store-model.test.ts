/** Any series of adding, completing, moving, flagging and deleting leaves the same in IndexedDB as in memory, octet for octet. */
import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MessageId } from '../../../web/model/ids.ts';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { account, ADDED_AT, message } from './mail-fixtures.ts';

const [anna, bert] = [account('anna'), account('bert')];
const owners = [anna, bert];
const NAMES = 30;
const receipt = { hash: 'h', listedOctets: 0, unterminated: false };
const headerOf = (raw: Uint8Array): string => `${raw.length} ${raw[0] ?? ''}`;

const names = fc.uniqueArray(fc.integer({ min: 0, max: NAMES - 1 }), { maxLength: NAMES });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      add: names,
      owner: fc.constantFrom(anna, bert),
      octets: fc.constantFrom(0, 1, 50, 400),
      isBeginning: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ complete: names, octets: fc.constantFrom(0, 60, 700) }) },
  { weight: 2, arbitrary: fc.record({ move: names, folder: fc.constantFrom('inbox', 'trash') }) },
  { weight: 1, arbitrary: fc.record({ star: names, starred: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ remove: names }) },
  { weight: 3, arbitrary: fc.record({ discard: names }) },
  { weight: 1, arbitrary: fc.record({ leave: fc.constantFrom(anna, bert) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Ids differ from store to store: messages are named by unique-id, which both accounts have of their own. */
async function run(store: MailStore, one: Step): Promise<unknown> {
  const rows = await store.summaries();
  const nameOf = new Map(rows.map(({ id, account: of, uidl }) => [id, `${of} ${uidl}`]));
  const idsOf = (numbers: readonly number[]): MessageId[] =>
    rows.flatMap(({ id, uidl }) => (numbers.includes(Number(uidl)) ? id : []));
  const named = (ids: readonly MessageId[]): string[] =>
    ids.map((id) => nameOf.get(id) ?? 'nobody').toSorted();
  if ('add' in one) {
    const part = one.isBeginning ? { partial: { octets: 700, lines: 20 } } : { receipt };
    const batch = one.add.map((number) => ({ ...message(`${number}`, one.octets), ...part }));
    return (await store.addMessages(one.owner.id, batch)).map(({ uidl }) => uidl);
  }
  if ('complete' in one) {
    const completed: unknown[] = [];
    for (const id of idsOf(one.complete)) {
      const { raw, digest } = message('whole', one.octets);
      const row = await store.completeMessage(id, { raw, digest, receivedAt: ADDED_AT, receipt });
      completed.push(row && `${nameOf.get(id)} ${row.octets} ${row.folder} ${row.starred}`);
    }
    return completed.toSorted();
  }
  if ('move' in one) {
    const moved = await store.move(idsOf(one.move), one.folder);
    return moved.map(({ id, from }) => `${nameOf.get(id)} ${from}`).toSorted();
  }
  if ('star' in one) return named(await store.setFlags(idsOf(one.star), { starred: one.starred }));
  if ('discard' in one) await store.move(idsOf(one.discard), 'trash');
  if ('discard' in one) return named(await store.removeMessages(idsOf(one.discard), headerOf));
  if ('remove' in one) return named(await store.removeMessages(idsOf(one.remove), headerOf));
  await store.removeAccount(one.leave.id);
  return store.putAccount(one.leave, null);
}

/** All that can be read, in an order that does not depend on ids. */
async function contents(store: MailStore): Promise<unknown> {
  const rows = await Promise.all(
    (await store.summaries()).map(async ({ id, ...row }) => ({
      ...row,
      raw: Buffer.from((await store.raw(id)) ?? []).toString('latin1'),
      isSame: JSON.stringify(await store.summary(id)) === JSON.stringify({ ...row, id }),
    })),
  );
  const rest = await Promise.all(
    owners.map(async ({ id }) => ({
      known: [...(await store.knownUidls(id))].toSorted(),
      use: await store.use(id),
      holdings: sorted((await store.holdings(id)).map(({ id: _id, ...one }) => one)),
      deletions: sorted((await store.deletions(id)).map(({ id: _id, ...one }) => one)),
    })),
  );
  return { rows: sorted(rows), rest };
}

const sorted = (records: readonly object[]): string[] =>
  records.map((record) => JSON.stringify(Object.entries(record).toSorted())).toSorted();

it('IndexedDB agrees with memory after any series of changes', async () => {
  let runs = 0;
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
    const name = `model-${runs++}`;
    const [memory, database] = [new MemoryStore(), await openIdbStore({ name })];
    for (const store of [memory, database]) for (const one of owners) await store.putAccount(one, null);
    for (const one of steps) {
      expect(await run(database, one)).toEqual(await run(memory, one));
    }
    expect(await contents(database)).toEqual(await contents(memory));
    database.close();
    await deleteDB(name);
  });
  await fc.assert(property, { numRuns: 120 });
});
