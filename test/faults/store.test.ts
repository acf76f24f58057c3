/** The store fails under a fetch: at each of its writes and transactions, in each way that a browser knows. */
import { forceCloseDatabase } from 'fake-indexeddb';
import { deleteDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PoplarError } from '../../web/errors.ts';
import { MIGRATIONS } from '../../web/store/migrations.ts';
import { openConnection } from '../../web/store/open.ts';
import { databaseDevice } from './device.ts';
import { tried } from './points.ts';
import { beforeTransaction, failWrites, type WriteFault } from './store-faults.ts';
import { expectSurvival } from './survival.ts';
import { NO_DAMAGE, World } from './world.ts';

const worlds: World[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(worlds.splice(0).map((world) => world.stop()));
});

let names = 0;

async function start(): Promise<World & { database: string }> {
  const database = `store-${(names += 1)}`;
  const world = await World.start({ device: databaseDevice(database) });
  worlds.push(world);
  return Object.assign(world, { database });
}

/** How many writes and transactions a fetch makes in which nothing goes wrong. */
async function measure(): Promise<{ writes: number; transactions: number }> {
  const world = await start();
  const writes = failWrites({ kind: 'throws', error: '' }, () => false);
  const transactions = beforeTransaction(-1, () => undefined);
  await world.sync();
  vi.restoreAllMocks();
  return { writes: writes.seen(), transactions: transactions.seen() };
}

const { writes, transactions } = await measure();
const WRITE_FAULTS: readonly WriteFault[] = [
  { kind: 'aborts', error: 'QuotaExceededError' },
  { kind: 'aborts', error: null },
  { kind: 'aborts', error: 'UnknownError' },
  { kind: 'aborts afterwards', error: 'QuotaExceededError' },
  { kind: 'aborts afterwards', error: 'UnknownError' },
  { kind: 'throws', error: 'QuotaExceededError' },
  { kind: 'throws', error: 'DataCloneError' },
];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth);

describe('a store whose write fails', () => {
  const points = WRITE_FAULTS.flatMap((fault) =>
    upTo(writes).flatMap((nth) => [
      { ...fault, nth, fault, from: false },
      { ...fault, nth, fault, from: true },
    ]),
  );

  it.each(tried(points))('and $kind with $error, write $nth (and all after it: $from)', async (point) => {
    const { fault, nth, from, error } = point;
    const world = await start();
    const injected = failWrites(fault, (place) => (from ? place >= nth : place === nth));
    const fetched = await world.sync();
    injected.lift();
    expect(injected.seen()).toBeGreaterThan(nth);
    const code = error === 'QuotaExceededError' ? 'storage-full' : 'storage-failed';
    expect(fetched.error).toMatchObject({ code, hop: 'storage' });
    await expectSurvival(world);
  });
});

describe('a database that the browser closes', () => {
  it.each(tried(upTo(transactions)))('before transaction %i: the next start goes on', async (nth) => {
    const world = await start();
    const injected = beforeTransaction(nth, (database) => forceCloseDatabase(database as never));
    const { error } = await world.sync();
    injected.lift();
    expect(error).toMatchObject({ code: 'storage-failed', hop: 'storage' });
    await expectSurvival(world);
  });
});

describe('a database that a newer Poplar wants to upgrade', () => {
  const mistake = (): void => {
    throw new Error('a mistake of the newer one');
  };

  it.each(tried(upTo(transactions)))(
    'before transaction %i gives way, and is as it was when the upgrade fails',
    async (nth) => {
      const world = await start();
      let upgrade: Promise<unknown> = Promise.resolve('never begun');
      const injected = beforeTransaction(nth, () => {
        upgrade = openConnection({ name: world.database }, [...MIGRATIONS, mistake]).catch(codeOf);
      });
      const { error } = await world.sync();
      injected.lift();
      expect(await upgrade).toBe('storage-failed');
      expect([undefined, 'storage-blocked']).toContain(error?.code);
      await expectSurvival(world);
    },
  );
});

const codeOf = (error: unknown): string => (error as PoplarError).code;

describe('a database that is deleted', () => {
  it.each(tried(upTo(transactions)))('before transaction %i: everything is fetched again', async (nth) => {
    const world = await start();
    let deleted: Promise<void> | null = null;
    const injected = beforeTransaction(nth, () => {
      deleted = deleteDB(world.database);
    });
    await world.sync();
    injected.lift();
    expect(deleted).not.toBeNull();
    await deleted;
    await world.reopen();
    expect(await world.store.summaries()).toEqual([]);
    await world.settle();
    expect(await world.damage()).toEqual(NO_DAMAGE);
    await expectSurvival(world);
  });
});
