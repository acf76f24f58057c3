/** Unique-ids made unknown again for messages that are not here: MailStore.forgetUidls, one transaction. */
import type { IDBPTransaction } from 'idb';
import { PoplarError } from '../errors.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange, FORGOTTEN } from './keys.ts';
import type { KnownUidls } from './known-uidls.ts';
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
): Promise<Uidl[]> {
  const forgotten = await connection.write(STORES, 'strict', async (transaction): Promise<Uidl[]> => {
    const asked = new Set(wanted);
    const pages = (await readNames(transaction, account)).filter(({ names }) =>
      names.some((one) => asked.has(one)),
    );
    for (const { key } of pages) await leaveHere(transaction, key[1], asked);
    const gone = new Set<Uidl>();
    for (const page of pages) await forgetOf(transaction, page, asked, gone);
    if (gone.size > 0) await countChange(transaction, account);
    return wanted.filter((one) => gone.has(one));
  });
  known.forget(account);
  return forgotten;
}

async function readNames(transaction: ForgetTransaction, account: AccountId): Promise<NamesOfPage[]> {
  const uidls = transaction.objectStore('uidls');
  const [found, keys, records] = await Promise.all([
    transaction.objectStore('accounts').getKey(account),
    uidls.getAllKeys(accountRange(account)),
    uidls.getAll(accountRange(account)),
  ]);
  if (found === undefined) throw new PoplarError('not-found', 'storage', { detail: { account } });
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
): Promise<void> {
  const left = names.map((one) => {
    if (!asked.has(one)) return one;
    gone.add(one);
    return FORGOTTEN;
  });
  issue(transaction.objectStore('uidls').put(left, key));
  const deletions = transaction.objectStore('deletions');
  const noted = await deletions.get(key);
  if (noted === undefined) return;
  const kept = noted.filter(({ uidl }) => !asked.has(uidl));
  issue(deletions.put(kept, key));
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
