/** The status of an account with a change to it. Pure. */
import type { AccountStatus } from '../model/account.ts';

export const NEVER_SYNCED: AccountStatus = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 };

export function patchStatus(before: AccountStatus | undefined, patch: Partial<AccountStatus>): AccountStatus {
  return { ...NEVER_SYNCED, ...before, ...patch };
}
