import { describe, expect, it } from 'vitest';
import type { AccountEntry } from '../../../web/state/accounts.svelte.ts';
import { intervalMeaning, keepsWords, nextVisitWords } from '../../../web/ui/settings/visit-words.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';

const NOW = 1e12;
const entry = (given: Partial<AccountEntry> = {}): AccountEntry => ({
  account: GENERATED_ACCOUNT,
  status: { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 },
  hasPassword: true,
  nextVisitAt: NOW + 60_000,
  ...given,
});
const status = (code: 'login-refused' | 'maildrop-in-use'): AccountEntry['status'] => ({
  ...entry().status,
  trouble: { code, retryable: true, failures: 1, waitS: null },
});

describe('the next fetch', () => {
  it.each<[string, AccountEntry]>([
    ['in 1 min', entry()],
    ['now', entry({ nextVisitAt: 0 })],
    [
      'only when you get mail',
      entry({ account: { ...GENERATED_ACCOUNT, checkEvery: 0 }, nextVisitAt: null }),
    ],
    ['when you get mail: the password is not kept here', entry({ hasPassword: false, nextVisitAt: null })],
    ['in 1 min. The mailbox is in use by another program', entry({ status: status('maildrop-in-use') })],
    [
      'when you get mail. pop.demo.example did not accept the user name or the password',
      entry({ status: status('login-refused'), nextVisitAt: null }),
    ],
  ])('is “%s”', (words, given) => {
    expect(nextVisitWords(given, NOW)).toBe(words);
  });
});

describe('what the server asks for', () => {
  it.each([
    [null, null],
    ['for-good', 'until you delete it, says the server'],
    [0, 'it may remove a message once it was fetched'],
    [1, 'for 1 day, then the server removes it'],
    [30, 'for 30 days, then the server removes it'],
  ] as const)('keeping mail for %j is “%s”', (keepsDays, words) => {
    expect(keepsWords({ loginDelayS: null, keepsDays })).toBe(words);
  });

  it('is told where it is longer than the choice', () => {
    const rules = { loginDelayS: 600, keepsDays: null };
    expect(intervalMeaning(5, rules)).toContain('asks for 10 min');
    expect(intervalMeaning(15, rules)).not.toContain('asks');
    expect(intervalMeaning(0, rules)).toContain('until you say so');
    expect(intervalMeaning(5, undefined)).not.toContain('asks');
  });
});
