/**
 * How a database grows from one version to the next: entry n leads from version n to n + 1, and none is ever edited
 * once released. A migration runs inside the upgrade's transaction: when it throws, the old version stays whole.
 */
import type { IDBPTransaction } from 'idb';
import { issue } from './connection.ts';
import { datesOf, newestDate } from './pages.ts';
import { decodeRow } from './rows.ts';
import type { PoplarDatabase, PoplarSchema, StoreName } from './schema.ts';

export type UpgradeTransaction = IDBPTransaction<PoplarSchema, StoreName[], 'versionchange'>;
/**
 * One step. What it reads and writes it asks of `transaction`; it must wait for nothing else. A later step does not wait
 * for what an earlier one still reads.
 */
export type Migration = (database: PoplarDatabase, transaction: UpgradeTransaction) => Promise<void> | void;

/** All steps so far; their number is the database's version. */
export const MIGRATIONS: readonly Migration[] = [
  createStores,
  addTranscripts,
  addRetention,
  addDeletions,
  addNewest,
  addWishes,
];

function createStores(database: PoplarDatabase): void {
  database.createObjectStore('accounts', { keyPath: 'id' });
  database.createObjectStore('secrets');
  database.createObjectStore('statuses');
  database.createObjectStore('counters');
  database.createObjectStore('ledgers');
  database.createObjectStore('uidls');
  database.createObjectStore('pages', { keyPath: 'page' });
  database.createObjectStore('marks', { keyPath: 'page' });
  database.createObjectStore('packs');
}

function addTranscripts(database: PoplarDatabase): void {
  database.createObjectStore('transcripts');
}

/** Messages that are here already have no receipt, and so stay on the server for good. */
function addRetention(database: PoplarDatabase): void {
  database.createObjectStore('receipts');
  database.createObjectStore('removals');
}

function addDeletions(database: PoplarDatabase): void {
  database.createObjectStore('deletions');
}

/** The list date of each page's newest message. A page at a time: all rows do not fit into memory together. */
async function addNewest(_database: PoplarDatabase, transaction: UpgradeTransaction): Promise<void> {
  const store = transaction.objectStore('marks');
  for await (const { value } of transaction.objectStore('pages').iterate()) {
    const marks = await store.get(value.page);
    const dates = value.rows.flatMap((row) => (row === null ? [] : datesOf(decodeRow(row))));
    if (marks !== undefined) issue(store.put({ ...marks, newest: newestDate(dates) }));
  }
}

function addWishes(database: PoplarDatabase): void {
  database.createObjectStore('wishes');
}
