/** What a write to an account asks first: MailStore says which methods do. */
import { PoplarError } from '../errors.ts';
import type { AccountId } from '../model/ids.ts';

/** `key`: the account's, as it was found. Throws PoplarError `not-found` where there was none. */
export function mustExist(account: AccountId, key: AccountId | undefined): void {
  if (key === undefined) throw new PoplarError('not-found', 'storage', { detail: { account } });
}
