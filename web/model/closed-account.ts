/** An account that is no longer fetched while its mail stays here. Pure. */
import { NEVER_SYNCED, type Account, type AccountStatus } from './account.ts';
import { withPin } from './certificate.ts';

/**
 * The account without what only fetching needs: the trusted certificate, how often and how much is fetched, the rule for
 * the server. What its maildrop is known by stays, so that it can be taken up again without fetching anything twice.
 */
export function closeAccount(account: Account, closedAt: number): Account {
  const { id, address, displayName, incoming, user, demo, addedAt } = account;
  return { id, address, displayName, incoming: withPin(incoming, null), user, demo, addedAt, closedAt };
}

/**
 * What stays of its status: how the clock of this device was seen. A jump holds for all that was received before it; without
 * that note its days would be counted by the clock of before once it is taken up again.
 */
export function closedStatus({ clock }: AccountStatus): AccountStatus {
  return { ...NEVER_SYNCED, ...(clock && { clock }) };
}

export function isClosed({ closedAt }: Pick<Account, 'closedAt'>): boolean {
  return closedAt !== undefined;
}

/** What leaves this device with an account and its mail. */
export interface AccountRemovalForecast {
  messages: number;
  octets: number;
  /** At least so many of them are no longer on the server, by our own doing. */
  goneThere: number;
}
