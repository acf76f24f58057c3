/**
 * Makes all records fit the rows again: MailStore.mendRecords, one transaction over the whole database. Bodies are not
 * read. Must not know why something is wrong.
 */
import type { IDBPTransaction } from 'idb';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { FORGOTTEN, placeOf } from './keys.ts';
import { mendMarks } from './pages.ts';
import { decodeRow } from './rows.ts';
import type { StoredRow } from './rows.ts';
import type { PageRecord, PoplarSchema } from './schema.ts';
import { COUNTERS_KEY, NO_CHANGES, NO_MAIL } from './schema.ts';

const STORES = ['counters', 'ledgers', 'uidls', 'pages', 'marks', 'deletions', 'statuses'] as const;
type MendTransaction = IDBPTransaction<PoplarSchema, typeof STORES, 'readwrite'>;

/** Pages read at once: bounds what is in memory of a large store. */
const PAGES_A_SLICE = 32;

/** What the pages of an account say of it. */
interface Tally {
  messages: number;
  octets: number;
  /** Taken slots of each page. */
  slots: Map<number, number>;
  uidlsChanged: boolean;
}

export function mendRecords(connection: Connection): Promise<number> {
  return connection.write(STORES, 'strict', async (transaction) => {
    const tallies = new Map<AccountId, Tally>();
    let mended = 0;
    let range: IDBKeyRange | null = null;
    for (;;) {
      const pages: PageRecord[] = await transaction.objectStore('pages').getAll(range, PAGES_A_SLICE);
      for (const page of pages) {
        const tally = tallies.get(page.account) ?? noTally();
        tallies.set(page.account, tally);
        mended += await mendPage(transaction, page, tally);
      }
      const last = pages.at(-1);
      if (last === undefined) break;
      range = IDBKeyRange.lowerBound(last.page, true);
    }
    mended += await mendEmptied(transaction, tallies);
    return mended + (await mendCounts(transaction, tallies));
  });
}

const noTally = (): Tally => ({
  messages: 0,
  octets: 0,
  slots: new Map(),
  uidlsChanged: false,
});

/** Marks and unique-ids of one page; adds it to the tally. Returns how many records were wrong. */
async function mendPage(transaction: MendTransaction, page: PageRecord, tally: Tally): Promise<number> {
  const { page: number, account, rows } = page;
  const marks = await transaction.objectStore('marks').get(number);
  const mendedMarks = mendMarks(page, marks);
  if (mendedMarks !== null) issue(transaction.objectStore('marks').put(mendedMarks));

  for (const stored of rows) {
    if (stored === null) continue;
    tally.messages += 1;
    tally.octets += decodeRow(stored).octets;
  }
  const namesChanged = await mendNames(transaction, [account, number], rows);
  tally.uidlsChanged ||= namesChanged;
  tally.slots.set(number, rows.length);
  return Number(mendedMarks !== null) + Number(namesChanged);
}

/** Unique-ids of pages on which nothing is left: what was deleted for good is not to be fetched again. */
async function mendEmptied(transaction: MendTransaction, tallies: Map<AccountId, Tally>): Promise<number> {
  let mended = 0;
  for (const [account, number] of await transaction.objectStore('deletions').getAllKeys()) {
    const tally = tallies.get(account) ?? noTally();
    if (tally.slots.has(number) || !(await mendNames(transaction, [account, number], []))) continue;
    tallies.set(account, { ...tally, uidlsChanged: true });
    mended += 1;
  }
  return mended;
}

/** The unique-ids of a page by what is or was on it; of what was deleted for good a note is left. True when some were wrong. */
async function mendNames(
  transaction: MendTransaction,
  key: [AccountId, number],
  rows: readonly (StoredRow | null)[],
): Promise<boolean> {
  const [before = [], noted = []] = await Promise.all([
    transaction.objectStore('uidls').get(key),
    transaction.objectStore('deletions').get(key),
  ]);
  const names: Uidl[] = Array.from(before, (name: Uidl | undefined) => name ?? FORGOTTEN);
  while (names.length < rows.length) names.push(FORGOTTEN);
  for (const { id, uidl } of noted) {
    const slot = placeOf(id)?.slot ?? 0;
    while (names.length <= slot) names.push(FORGOTTEN);
    names[slot] = uidl;
  }
  for (const [slot, stored] of rows.entries()) if (stored !== null) names[slot] = decodeRow(stored).uidl;
  if (names.length === before.length && names.every((name, slot) => name === before[slot])) return false;
  issue(transaction.objectStore('uidls').put(names, key));
  return true;
}

/** Ledgers and counters, by what the pages say. Returns how many were wrong. */
async function mendCounts(transaction: MendTransaction, tallies: Map<AccountId, Tally>): Promise<number> {
  const [ledgers, counters] = [transaction.objectStore('ledgers'), transaction.objectStore('counters')];
  const [accounts, kept, uidlKeys, statuses, count = NO_CHANGES] = await Promise.all([
    ledgers.getAllKeys(),
    ledgers.getAll(),
    transaction.objectStore('uidls').getAllKeys(),
    transaction.objectStore('statuses').getAll(),
    counters.get(COUNTERS_KEY),
  ]);
  let mended = 0;
  // Never back: what a tab remembers of a generation must not count for another one.
  let changes = Math.max(count.changes, ...kept.map(({ generation }) => generation));
  for (const account of new Set([...accounts, ...tallies.keys()])) {
    const ledger = (await ledgers.get(account)) ?? NO_MAIL;
    const tally = tallies.get(account) ?? noTally();
    const { messages, octets, uidlsChanged } = tally;
    // With no slot taken the next message begins a page, whatever page that says.
    const isOpenRight = ledger.openSlots === 0 || tally.slots.get(ledger.openPage) === ledger.openSlots;
    const isRight = isOpenRight && ledger.messages === messages && ledger.octets === octets;
    if (isRight && !uidlsChanged) continue;
    // An older page is not opened again: ids rise in the order of arrival (Backup.upTo).
    const open = isOpenRight ? {} : { openSlots: 0 };
    if (uidlsChanged) changes += 1;
    const generation = uidlsChanged ? changes : ledger.generation;
    issue(ledgers.put({ ...ledger, ...open, messages, octets, generation }, account));
    if (!isRight) mended += 1;
  }
  // A number that is given twice would overwrite mail, or make a saved copy count new mail as its own.
  const copied = statuses.map(({ backup }) => (backup && placeOf(backup.upTo)?.page) ?? 0);
  const lastPage = Math.max(0, ...copied, ...uidlKeys.map(([, page]) => page));
  const nextPage = Math.max(count.nextPage, lastPage + 1);
  if (nextPage !== count.nextPage) mended += 1;
  if (nextPage !== count.nextPage || changes !== count.changes) {
    issue(counters.put({ nextPage, changes }, COUNTERS_KEY));
  }
  return mended;
}
