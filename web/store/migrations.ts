/**
 * How a database grows from one version to the next: entry n leads from version n to n + 1, and none is ever edited
 * once released. A migration runs inside the upgrade's transaction: when it throws, the old version stays whole.
 */
import type { IDBPTransaction } from 'idb';
import type { PoplarDatabase, PoplarSchema, StoreName } from './schema.ts';

type UpgradeTransaction = IDBPTransaction<PoplarSchema, StoreName[], 'versionchange'>;
type Migration = (database: PoplarDatabase, transaction: UpgradeTransaction) => void;

const MIGRATIONS: readonly Migration[] = [
  function createStores(database) {
    database.createObjectStore('accounts', { keyPath: 'id' });
    database.createObjectStore('secrets');
    database.createObjectStore('statuses');
    database.createObjectStore('counters');
    database.createObjectStore('ledgers');
    database.createObjectStore('uidls');
    database.createObjectStore('pages', { keyPath: 'page' });
    database.createObjectStore('marks', { keyPath: 'page' });
    database.createObjectStore('packs');
  },
];

/** The version this code reads and writes. */
export const DATABASE_VERSION = MIGRATIONS.length;

/** Runs, in order, what leads from `oldVersion` (0: no database yet) to DATABASE_VERSION. */
export function migrate(database: PoplarDatabase, oldVersion: number, transaction: UpgradeTransaction): void {
  for (const migration of MIGRATIONS.slice(oldVersion)) migration(database, transaction);
}
