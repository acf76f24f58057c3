/** Unique-ids made known without a message: MailStore.addUidls and putAccount, each one transaction. */
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { UNPLACED_PAGE } from './keys.ts';
import type { KnownUidls } from './known-uidls.ts';
import { mustExist } from './must-exist.ts';
import { COUNTERS_KEY, NO_CHANGES, NO_MAIL, type Counters, type Ledger } from './schema.ts';

/** What a transaction needs that makes unique-ids known; `secrets` is there for putAccount. */
export const UIDL_STORES = ['accounts', 'secrets', 'counters', 'ledgers', 'uidls'] as const;

/** A store of a transaction, whatever other stores are in it. */
interface Records<Key, Value> {
  get(key: Key): Promise<Value | undefined>;
  put(value: Value, key: Key): Promise<unknown>;
}

/** Where unique-ids are noted. */
export interface UidlRecords {
  counters: Records<typeof COUNTERS_KEY, Counters>;
  ledgers: Records<AccountId, Ledger>;
  uidls: Records<[AccountId, number], Uidl[]>;
}

export async function addUidls(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  uidls: readonly Uidl[],
): Promise<void> {
  await connection.write(UIDL_STORES, 'strict', async (transaction) => {
    mustExist(account, await transaction.objectStore('accounts').getKey(account));
    const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
    await putUidls({ counters, ledgers, uidls: transaction.objectStore('uidls') }, account, uidls);
  });
  known.forget(account);
}

/** The same within a transaction. What is remembered of the account is void once it is committed. */
export async function putUidls(
  { counters, ledgers, uidls }: UidlRecords,
  account: AccountId,
  names: readonly Uidl[],
): Promise<void> {
  const key: [AccountId, number] = [account, UNPLACED_PAGE];
  const [count = NO_CHANGES, ledger = NO_MAIL, before = []] = await Promise.all([
    counters.get(COUNTERS_KEY),
    ledgers.get(account),
    uidls.get(key),
  ]);
  const changes = count.changes + 1;
  issue(uidls.put([...new Set([...before, ...names])], key));
  issue(counters.put({ ...count, changes }, COUNTERS_KEY));
  issue(ledgers.put({ ...ledger, generation: changes }, account));
}
