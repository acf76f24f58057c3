/** What the peculiarities of a provider (model/providers) mean for a fetch. Pure. */
import { PoplarError, type ErrorCode } from '../errors.ts';
import type { Account } from '../model/account.ts';
import { EVERYTHING, type FetchChoice } from '../model/fetch-choice.ts';
import { providerOfHost } from '../model/providers.ts';

type Maildrop = Pick<Account, 'incoming' | 'user' | 'recent'>;

/** Answers to a login that may be due to the logins before it. */
const ENOUGH: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'login-delay',
  'login-temporary',
  'maildrop-in-use',
  'server-refused',
  'connection-lost',
]);

/** The name to log in with: `recent:` before it asks Gmail for the last 30 days, whoever has fetched them before. */
export function loginName({ incoming, user, recent = false }: Maildrop): string {
  return recent && providerOfHost(incoming.host)?.recent === true ? `recent:${user}` : user;
}

/** Whether the next session may list what this one did not. */
export function listsInBatches({ incoming, recent = false }: Maildrop): boolean {
  return !recent && providerOfHost(incoming.host)?.batches === true;
}

/**
 * What is fetched of the account. A maildrop that comes part by part shows what is left out again and again in place of
 * the rest, and nobody can tell which part is the newest: of it everything is fetched.
 */
export function fetchChoiceOf(account: Maildrop & Pick<Account, 'fetch'>): FetchChoice {
  return listsInBatches(account) ? EVERYTHING : (account.fetch ?? EVERYTHING);
}

/** Of messages above so many octets only the beginning is fetched. A batch full of them would never make place for the next. */
export function headsAboveOf(account: Maildrop & Pick<Account, 'headsAbove'>): number {
  return listsInBatches(account) ? Infinity : (account.headsAbove ?? Infinity);
}

/** Whether a session after a good one failed in a way that leaves the good one good. */
export function isEnoughForNow(error: unknown): boolean {
  return error instanceof PoplarError && error.retryable && ENOUGH.has(error.code);
}
