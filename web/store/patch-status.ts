/** The status of an account with a change to it. Pure. */
import { NEVER_SYNCED, type AccountStatus } from '../model/account.ts';

export function patchStatus(before: AccountStatus | undefined, patch: Partial<AccountStatus>): AccountStatus {
  return { ...NEVER_SYNCED, ...before, ...patch };
}
