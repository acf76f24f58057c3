/** The journal of removals, and what the account's status says of them: MailStore.putRemovals, one transaction. */
import type { AccountStatus } from '../model/account.ts';
import type { AccountId } from '../model/ids.ts';
import type { Removal } from '../model/retention.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { mustExist } from './must-exist.ts';
import { patchStatus } from './patch-status.ts';

export function putRemovals(
  connection: Connection,
  account: AccountId,
  removals: readonly Removal[],
  patch: Partial<AccountStatus> | undefined,
): Promise<void> {
  return connection.write(['accounts', 'removals', 'statuses'], 'strict', async (transaction) => {
    mustExist(account, await transaction.objectStore('accounts').getKey(account));
    const journal = transaction.objectStore('removals');
    for (const removal of removals) issue(journal.put(removal, [account, removal.uidl]));
    if (patch === undefined) return;
    const statuses = transaction.objectStore('statuses');
    issue(statuses.put(patchStatus(await statuses.get(account), patch), account));
  });
}
