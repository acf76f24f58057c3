/**
 * Unique-ids made unknown again for messages that are not here, and that taken back: MailStore.forgetUidls and recallUidls,
 * each one transaction.
 */
import type { IDBPTransaction } from 'idb';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Deletion } from '../model/retention.ts';
import { putUidls } from './add-uidls.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange, byPage, FORGOTTEN } from './keys.ts';
import { readKnown, type KnownUidls } from './known-uidls.ts';
import type { Forgotten } from './mail-store.ts';
import { mustExist } from './must-exist.ts';
import { decodeRow } from './rows.ts';
import { COUNTERS_KEY, NO_CHANGES, NO_MAIL, type PoplarSchema } from './schema.ts';

const STORES = ['accounts', 'counters', 'ledgers', 'uidls', 'pages', 'deletions'] as const;
type ForgetTransaction = IDBPTransaction<PoplarSchema, typeof STORES, 'readwrite'>;

interface NamesOfPage {
  key: [AccountId, number];
  names: readonly Uidl[];
}

export async function forgetUidls(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  wanted: readonly Uidl[],
): Promise<Forgotten> {
  const forgotten = await connection.write(STORES, 'strict', async (transaction): Promise<Forgotten> => {
    const asked = new Set(wanted);
    const pages = (await readNames(transaction, account)).filter(({ names }) =>
      names.some((one) => asked.has(one)),
    );
    for (const { key } of pages) await leaveHere(transaction, key[1], asked);
    const gone = new Set<Uidl>();
    const deletions: Deletion[] = [];
    for (const page of pages) deletions.push(...(await forgetOf(transaction, page, asked, gone)));
    if (gone.size > 0) await countChange(transaction, account);
    return { uidls: wanted.filter((one) => gone.has(one)), deletions };
  });
  known.forget(account);
  return forgotten;
}

/** What was deleted for good gets its name back in its slot. */
export async function recallUidls(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  { uidls, deletions }: Forgotten,
): Promise<void> {
  await connection.write(STORES, 'strict', async (transaction) => {
    const there = readKnown((await readNames(transaction, account)).map(({ names }) => names));
    const missing = new Set(uidls.filter((one) => !there.has(one)));
    const back = new Map(deletions.filter(({ uidl }) => missing.has(uidl)).map((one) => [one.id, one]));
    for (const [page, inPage] of byPage([...back.keys()])) {
      const placed = inPage.flatMap(({ id, slot }) => {
        const note = back.get(id);
        return note === undefined ? [] : { slot, note };
      });
      await recallInPage(transaction, [account, page], placed);
      for (const { note } of placed) missing.delete(note.uidl);
    }
    const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
    await putUidls({ counters, ledgers, uidls: transaction.objectStore('uidls') }, account, [...missing]);
  });
  known.forget(account);
}

async function recallInPage(
  transaction: ForgetTransaction,
  key: [AccountId, number],
  placed: readonly { slot: number; note: Deletion }[],
): Promise<void> {
  const [uidls, notes] = [transaction.objectStore('uidls'), transaction.objectStore('deletions')];
  const [names = [], noted = []] = await Promise.all([uidls.get(key), notes.get(key)]);
  for (const { slot, note } of placed) names[slot] = note.uidl;
  issue(uidls.put(names, key));
  issue(notes.put([...noted, ...placed.map(({ note }) => note)], key));
}

async function readNames(transaction: ForgetTransaction, account: AccountId): Promise<NamesOfPage[]> {
  const uidls = transaction.objectStore('uidls');
  const [found, keys, records] = await Promise.all([
    transaction.objectStore('accounts').getKey(account),
    uidls.getAllKeys(accountRange(account)),
    uidls.getAll(accountRange(account)),
  ]);
  mustExist(account, found);
  return keys.map((key, index) => ({ key, names: records[index] ?? [] }));
}

/** What is here stays known. */
async function leaveHere(transaction: ForgetTransaction, page: number, asked: Set<Uidl>): Promise<void> {
  const rows = (await transaction.objectStore('pages').get(page))?.rows ?? [];
  for (const row of rows) if (row !== null) asked.delete(decodeRow(row).uidl);
}

async function forgetOf(
  transaction: ForgetTransaction,
  { key, names }: NamesOfPage,
  asked: ReadonlySet<Uidl>,
  gone: Set<Uidl>,
): Promise<Deletion[]> {
  const left = names.map((one) => {
    if (!asked.has(one)) return one;
    gone.add(one);
    return FORGOTTEN;
  });
  issue(transaction.objectStore('uidls').put(left, key));
  const deletions = transaction.objectStore('deletions');
  const noted = await deletions.get(key);
  if (noted === undefined) return [];
  const isAsked = ({ uidl }: Deletion): boolean => asked.has(uidl);
  issue(
    deletions.put(
      noted.filter((one) => !isAsked(one)),
      key,
    ),
  );
  return noted.filter(isAsked);
}

async function countChange(transaction: ForgetTransaction, account: AccountId): Promise<void> {
  const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
  const [count = NO_CHANGES, ledger = NO_MAIL] = await Promise.all([
    counters.get(COUNTERS_KEY),
    ledgers.get(account),
  ]);
  const changes = count.changes + 1;
  issue(counters.put({ ...count, changes }, COUNTERS_KEY));
  issue(ledgers.put({ ...ledger, generation: changes }, account));
}
