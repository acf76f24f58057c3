/** When an account is fetched by itself, why not, and how long the server keeps mail: in words. Pure. */
import { checkEveryOf, type CheckInterval, type ServerRules } from '../../model/account.ts';
import type { AccountEntry } from '../../state/accounts.svelte.ts';
import { errorText } from '../error-text.ts';
import { formatCount, formatDuration } from '../units.ts';

/** The choices of how often an account is fetched. */
export const intervalWords: Readonly<Record<CheckInterval, string>> = {
  0: 'By hand',
  5: '5 min',
  15: '15 min',
  30: '30 min',
  60: '1 h',
};

/** What comes next for this account, or why nothing does. */
export function nextVisitWords(
  { account, status, hasPassword, nextVisitAt }: AccountEntry,
  now: number,
): string {
  if (checkEveryOf(account) === 0) return 'only when you get mail';
  if (!hasPassword) return 'when you get mail: the password is not kept here';
  const { trouble = null } = status;
  const { host, port, security } = account.incoming;
  const because =
    trouble === null ? '' : errorText({ code: trouble.code, detail: { host, port, security } }).title;
  if (nextVisitAt === null) return `when you get mail. ${because}`.replace(/\. $/, '');
  // The minute on the page may be older than the fetch.
  const present = Math.max(now, status.triedAt ?? 0);
  const when = nextVisitAt <= present ? 'now' : `in ${formatDuration(nextVisitAt - present)}`;
  return because === '' ? when : `${when}. ${because}`;
}

/** What follows from the choice of how often. */
export function intervalMeaning(every: CheckInterval, rules: ServerRules | undefined): string {
  const { loginDelayS = null } = rules ?? {};
  if (every === 0) return 'Nothing is fetched until you say so.';
  if (loginDelayS !== null && loginDelayS > every * 60) {
    return `The server asks for ${formatDuration(loginDelayS * 1000)} from one login to the next, so it is not more often than that.`;
  }
  return 'While Poplar is open, also in the background, and when you come back to it.';
}

/** RFC 2449 §6.7, as what it means for people; null when the server says nothing. */
export function keepsWords(rules: ServerRules | undefined): string | null {
  const { keepsDays = null } = rules ?? {};
  if (keepsDays === null) return null;
  if (keepsDays === 'for-good') return 'until you delete it, says the server';
  // Gmail says 0 and keeps mail all the same, by a setting of its own.
  if (keepsDays === 0) return 'it may remove a message once it was fetched';
  return `for ${formatCount(keepsDays, 'day')}, then the server removes it`;
}

/** What a provider that hides what was fetched hands out, and whom that suits. */
export function recentMeaning(name: string, recent: boolean): string {
  return recent
    ? 'The mail of the last 30 days, also what another mail program has fetched already. For a mailbox that is read on several devices.'
    : `Everything, part by part until all is here. ${name} marks it as fetched, and then hands it to no other mail program.`;
}
