/** Accounts that leave: MailStore.closeAccount and removeAccount, each one transaction. */
import type { Account } from '../model/account.ts';
import { closedStatus } from '../model/closed-account.ts';
import type { AccountId } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange, packRange } from './keys.ts';
import { mustExist } from './must-exist.ts';

export function closeAccount(connection: Connection, account: Account): Promise<void> {
  const { id } = account;
  const stores = ['accounts', 'secrets', 'statuses', 'transcripts', 'wishes'] as const;
  return connection.write(stores, 'strict', async (transaction) => {
    mustExist(id, await transaction.objectStore('accounts').getKey(id));
    issue(transaction.objectStore('accounts').put(account));
    const statuses = transaction.objectStore('statuses');
    const status = await statuses.get(id);
    if (status !== undefined) issue(statuses.put(closedStatus(status), id));
    for (const name of ['secrets', 'transcripts', 'wishes'] as const) {
      issue(transaction.objectStore(name).delete(id));
    }
  });
}

export function removeAccount(connection: Connection, account: AccountId): Promise<void> {
  const ofPages = ['uidls', 'pages', 'marks', 'packs', 'receipts'] as const;
  const ofAccount = ['ledgers', 'transcripts', 'wishes', 'statuses', 'secrets', 'accounts'] as const;
  const ranged = ['removals', 'deletions'] as const;
  return connection.write([...ofPages, ...ofAccount, ...ranged], 'strict', async (transaction) => {
    const uidls = transaction.objectStore('uidls');
    const keys = await uidls.getAllKeys(accountRange(account));
    for (const [, page] of keys) {
      issue(transaction.objectStore('pages').delete(page));
      issue(transaction.objectStore('marks').delete(page));
      issue(transaction.objectStore('packs').delete(packRange(page)));
      issue(transaction.objectStore('receipts').delete(page));
    }
    issue(uidls.delete(accountRange(account)));
    for (const name of ranged) issue(transaction.objectStore(name).delete(accountRange(account)));
    for (const name of ofAccount) issue(transaction.objectStore(name).delete(account));
  });
}
