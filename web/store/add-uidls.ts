/** Unique-ids made known without a message: MailStore.addUidls and putAccount, each one transaction. */
import type { IDBPTransaction } from 'idb';
import { PoplarError } from '../errors.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { UNPLACED_PAGE } from './keys.ts';
import type { KnownUidls } from './known-uidls.ts';
import { COUNTERS_KEY, NO_CHANGES, NO_MAIL, type PoplarSchema } from './schema.ts';

/** What a transaction needs that makes unique-ids known; `secrets` is there for putAccount. */
export const UIDL_STORES = ['accounts', 'secrets', 'counters', 'ledgers', 'uidls'] as const;
type UidlTransaction = IDBPTransaction<PoplarSchema, typeof UIDL_STORES, 'readwrite'>;

export async function addUidls(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  uidls: readonly Uidl[],
): Promise<void> {
  await connection.write(UIDL_STORES, 'strict', async (transaction) => {
    const found = await transaction.objectStore('accounts').getKey(account);
    if (found === undefined) throw new PoplarError('not-found', 'storage', { detail: { account } });
    await putUidls(transaction, account, uidls);
  });
  known.forget(account);
}

/** The same within a transaction. What is remembered of the account is void once it is committed. */
export async function putUidls(
  transaction: UidlTransaction,
  account: AccountId,
  uidls: readonly Uidl[],
): Promise<void> {
  const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
  const key: [AccountId, number] = [account, UNPLACED_PAGE];
  const [count = NO_CHANGES, ledger = NO_MAIL, before = []] = await Promise.all([
    counters.get(COUNTERS_KEY),
    ledgers.get(account),
    transaction.objectStore('uidls').get(key),
  ]);
  const changes = count.changes + 1;
  issue(transaction.objectStore('uidls').put([...new Set([...before, ...uidls])], key));
  issue(counters.put({ ...count, changes }, COUNTERS_KEY));
  issue(ledgers.put({ ...ledger, generation: changes }, account));
}
