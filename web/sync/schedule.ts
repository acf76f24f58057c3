/**
 * When an account is visited by itself: every so often, not sooner than the server allows, and after a failure as long
 * after it as its kind asks for. Pure.
 */
import type { ErrorCode } from '../errors.ts';
import { checkEveryOf, type Account, type AccountStatus, type Trouble } from '../model/account.ts';
import { isClosed } from '../model/closed-account.ts';
import type { Trigger } from '../model/event.ts';

/** What the decision hangs on. */
export interface Timetable {
  account: Pick<Account, 'checkEvery' | 'addedAt' | 'closedAt'>;
  status: Pick<AccountStatus, 'triedAt' | 'trouble' | 'rules'>;
  /** Nobody is asked for a password by something that happens by itself. */
  hasPassword: boolean;
}

/** Seeing the page again fetches, but not more often than this. */
const REST_MS = 60_000;
/** Servers count in whole seconds, by their own clock. */
const DELAY_MARGIN_S = 5;
/** When a server says that it was too soon, and not how long to wait. */
const UNKNOWN_DELAY_S = 300;

type Kind =
  /** Another program is in the maildrop. */
  | 'busy'
  | 'delay'
  /** The server has a bad moment. */
  | 'temporary'
  /** It failed on the way, so no server minds another attempt. */
  | 'road'
  /** The proxy wants an access token: no mail server hears of it. */
  | 'token'
  /** Only somebody can help: automatic visits would make it worse, or never succeed. */
  | 'person';

/** Seconds after the first, the second, … failure in a row; the last one goes on. */
const WAITS_S: Readonly<Record<Exclude<Kind, 'person' | 'token' | 'delay'>, readonly number[]>> = {
  busy: [30, 60, 120, 300],
  temporary: [60, 120, 300, 900, 1_800],
  road: [30, 60, 120, 300, 600],
};

/** The rest is temporary when it may pass, and otherwise something for a person. */
const KINDS: Readonly<Partial<Record<ErrorCode, Kind>>> = {
  'maildrop-in-use': 'busy',
  'login-delay': 'delay',
  'proxy-token-needed': 'token',
  'proxy-token-wrong': 'token',
  offline: 'road',
  'proxy-unreachable': 'road',
  'proxy-busy': 'road',
  'proxy-closing': 'road',
  'bridge-unreachable': 'road',
  'name-not-found': 'road',
  'name-failed': 'road',
  'connection-refused': 'road',
  'connection-timeout': 'road',
  'connection-unreachable': 'road',
  'connection-lost': 'road',
  'connection-cut': 'road',
};

function kindOf({ code, retryable }: Trouble): Kind {
  return KINDS[code] ?? (retryable ? 'temporary' : 'person');
}

/** When the next automatic visit is due, in milliseconds since 1970; null when none will be. */
export function nextVisitAt(timetable: Timetable): number | null {
  const { account, status } = timetable;
  const everyS = checkEveryOf(account) * 60;
  if (everyS === 0 || !timetable.hasPassword || isClosed(account)) return null;
  const { triedAt, trouble = null } = status;
  const waitS = trouble === null ? everyS : waitAfter(trouble, status);
  if (waitS === null) return null;
  // Who adds an account has its mail fetched at once.
  return (triedAt ?? account.addedAt) + Math.max(waitS, allowedAfterS(status)) * 1000;
}

/** Whether this is a moment for an automatic visit. */
export function isDue(timetable: Timetable, trigger: Trigger, now: number): boolean {
  const next = nextVisitAt(timetable);
  const { status } = timetable;
  const { triedAt = timetable.account.addedAt, trouble = null } = status;
  const isBlocked = trouble !== null && kindOf(trouble) === 'token';
  if (isBlocked) return trigger === 'token' && timetable.hasPassword && checkEveryOf(timetable.account) > 0;
  if (next === null) return false;
  if (now >= next) return true;
  if (trigger === 'timer' || trigger === 'token' || now < triedAt + allowedAfterS(status) * 1000)
    return false;
  // The network that was missing is here.
  if (trouble !== null) return trigger === 'online' && kindOf(trouble) === 'road';
  return now >= triedAt + REST_MS;
}

/** RFC 2449 §6.5: seconds from one login to the next that the server allows. */
function allowedAfterS({ rules }: Timetable['status']): number {
  const delayS = rules?.loginDelayS ?? 0;
  return delayS === 0 ? 0 : delayS + DELAY_MARGIN_S;
}

function waitAfter(trouble: Trouble, { rules }: Timetable['status']): number | null {
  const kind = kindOf(trouble);
  if (kind === 'person' || kind === 'token') return null;
  if (kind === 'delay') return (trouble.waitS ?? rules?.loginDelayS ?? UNKNOWN_DELAY_S) + DELAY_MARGIN_S;
  const waits = WAITS_S[kind];
  return waits[Math.min(trouble.failures, waits.length) - 1] ?? null;
}
