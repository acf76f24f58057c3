/** Unique-ids made known for messages that are here already: MailStore.addUidls, one transaction. */
import { PoplarError } from '../errors.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { UNPLACED_PAGE } from './keys.ts';
import type { KnownUidls } from './known-uidls.ts';
import { COUNTERS_KEY, NO_CHANGES, NO_MAIL } from './schema.ts';

const STORES = ['accounts', 'counters', 'ledgers', 'uidls'] as const;

export async function addUidls(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  uidls: readonly Uidl[],
): Promise<void> {
  await connection.write(STORES, 'strict', async (transaction) => {
    const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
    const key: [AccountId, number] = [account, UNPLACED_PAGE];
    const [found, count = NO_CHANGES, ledger = NO_MAIL, before = []] = await Promise.all([
      transaction.objectStore('accounts').getKey(account),
      counters.get(COUNTERS_KEY),
      ledgers.get(account),
      transaction.objectStore('uidls').get(key),
    ]);
    if (found === undefined) throw new PoplarError('not-found', 'storage', { detail: { account } });
    const changes = count.changes + 1;
    issue(transaction.objectStore('uidls').put([...new Set([...before, ...uidls])], key));
    issue(counters.put({ ...count, changes }, COUNTERS_KEY));
    issue(ledgers.put({ ...ledger, generation: changes }, account));
  });
  known.forget(account);
}
