import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../web/errors.ts';
import type { CheckInterval, ServerRules, Trouble } from '../../../web/model/account.ts';
import { isDue, nextVisitAt, type Timetable } from '../../../web/sync/schedule.ts';

const TRIED = 1_000_000_000;
const S = 1000;

interface Given {
  checkEvery?: CheckInterval;
  trouble?: Trouble | null;
  rules?: ServerRules;
  triedAt?: number | null;
  hasPassword?: boolean;
}

function timetable({
  checkEvery,
  trouble = null,
  rules,
  triedAt = TRIED,
  hasPassword = true,
}: Given): Timetable {
  return {
    account: { addedAt: TRIED - 500 * S, ...(checkEvery === undefined ? {} : { checkEvery }) },
    status: {
      trouble,
      ...(triedAt === null ? {} : { triedAt }),
      ...(rules === undefined ? {} : { rules }),
    },
    hasPassword,
  };
}
const trouble = (code: ErrorCode, failures = 1, given: Partial<Trouble> = {}): Trouble => ({
  code,
  retryable: true,
  failures,
  waitS: null,
  ...given,
});
const delay = (loginDelayS: number | null): ServerRules => ({ loginDelayS, keepsDays: null });

/** Seconds from the last visit to the next one, or null. */
function waitS(given: Given): number | null {
  const next = nextVisitAt(timetable(given));
  return next === null ? null : (next - TRIED) / S;
}

describe('the next automatic visit', () => {
  it('never comes to an account that was closed', () => {
    const { account, ...rest } = timetable({});
    const closed = { ...rest, account: { ...account, closedAt: TRIED } };
    expect(nextVisitAt(closed)).toBeNull();
    expect(isDue(closed, 'opened', TRIED + 1e9)).toBe(false);
  });

  it.each<[string, Given, number | null]>([
    ['is in 15 min where nobody chose', {}, 900],
    ['is as often as was chosen', { checkEvery: 5 }, 300],
    ['is never for who fetches by hand', { checkEvery: 0 }, null],
    ['is never without a password', { hasPassword: false }, null],
    ['is not before the server allows it', { checkEvery: 5, rules: delay(600) }, 605],
    ['is as chosen where the server allows it sooner', { checkEvery: 30, rules: delay(600) }, 1800],
    ['is as chosen where the server does not mind', { rules: delay(0) }, 900],
    ['is as chosen where the server says nothing', { rules: delay(null) }, 900],
    ['follows a mailbox in use soon', { trouble: trouble('maildrop-in-use') }, 30],
    ['follows a mailbox in use a little later', { trouble: trouble('maildrop-in-use', 2) }, 60],
    ['follows a mailbox in use at most in 5 min', { trouble: trouble('maildrop-in-use', 99) }, 300],
    ['waits the delay even then', { trouble: trouble('maildrop-in-use'), rules: delay(180) }, 185],
    ['follows a bad moment', { trouble: trouble('login-temporary') }, 60],
    ['follows many bad moments', { trouble: trouble('login-temporary', 7) }, 1800],
    ['follows a silent server like a bad moment', { trouble: trouble('server-silent', 3) }, 300],
    ['follows a lost network', { trouble: trouble('proxy-unreachable') }, 30],
    ['follows a name that is not found', { trouble: trouble('name-not-found', 1, { retryable: false }) }, 30],
    ['waits as long as the server said', { trouble: trouble('login-delay', 1, { waitS: 60 }) }, 65],
    ['waits as long as its capability says', { trouble: trouble('login-delay'), rules: delay(120) }, 125],
    ['waits 5 min where it did not say', { trouble: trouble('login-delay') }, 305],
    [
      'is never after refused credentials',
      { trouble: trouble('login-refused', 1, { retryable: false }) },
      null,
    ],
    [
      'is never while the proxy wants a token',
      { trouble: trouble('proxy-token-needed', 1, { retryable: false }) },
      null,
    ],
    ['is never after [SYS/PERM]', { trouble: trouble('server-refused', 1, { retryable: false }) }, null],
    ['follows an overloaded server', { trouble: trouble('server-refused') }, 60],
    [
      'is never while a certificate is wrong',
      { trouble: trouble('certificate-expired', 1, { retryable: false }) },
      null,
    ],
  ])('%s', (_, given, expected) => {
    expect(waitS(given)).toBe(expected);
  });

  it('counts from the day of an account that was never visited', () => {
    expect(waitS({ triedAt: null })).toBe(400);
    expect(isDue(timetable({ triedAt: null }), 'opened', TRIED - 441 * S)).toBe(false);
    expect(isDue(timetable({ triedAt: null }), 'opened', TRIED - 440 * S)).toBe(true);
  });
});

describe('a moment', () => {
  it.each<[string, Given, number, boolean]>([
    ['timer', {}, 899, false],
    ['timer', {}, 900, true],
    ['seen', {}, 59, false],
    ['seen', {}, 60, true],
    ['opened', {}, 60, true],
    ['online', {}, 60, true],
    ['seen', { rules: delay(300) }, 304, false],
    ['seen', { rules: delay(300) }, 305, true],
    ['seen', { checkEvery: 0 }, 9999, false],
    ['seen', { hasPassword: false }, 9999, false],
    ['seen', { trouble: trouble('login-refused', 1, { retryable: false }) }, 9999, false],
    ['seen', { trouble: trouble('login-temporary', 3) }, 299, false],
    ['seen', { trouble: trouble('login-temporary', 3) }, 300, true],
    ['online', { trouble: trouble('login-temporary', 3) }, 299, false],
    ['online', { trouble: trouble('offline', 9) }, 1, true],
    ['online', { trouble: trouble('offline', 9), rules: delay(300) }, 1, false],
    ['seen', { trouble: trouble('offline', 9) }, 1, false],
    ['token', { trouble: trouble('proxy-token-needed', 1, { retryable: false }) }, 1, true],
    ['token', { trouble: trouble('proxy-token-needed'), checkEvery: 0 }, 1, false],
    ['token', { trouble: trouble('proxy-token-wrong'), hasPassword: false }, 1, false],
    ['seen', { trouble: trouble('proxy-token-needed', 1, { retryable: false }) }, 9999, false],
    ['token', {}, 899, false],
    ['token', { trouble: trouble('login-refused', 1, { retryable: false }) }, 9999, false],
  ])('of the kind %s with %j, %i s after the last visit: %s', (trigger, given, seconds, expected) => {
    expect(isDue(timetable(given), trigger as 'timer', TRIED + seconds * S)).toBe(expected);
  });
});
