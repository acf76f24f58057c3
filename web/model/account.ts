/** An account: how to reach one maildrop. The password is kept apart (see Credentials) and never leaves the worker again. */
import type { ErrorCode } from '../errors.ts';
import type { Backup } from './backup.ts';
import type { Bridge } from './bridge.ts';
import type { Pinned } from './certificate.ts';
import type { FetchChoice, FetchMark, HeadsAbove, LeftOut } from './fetch-choice.ts';
import type { AccountId } from './ids.ts';
import type { ClockSight, ConfirmedRule, DeletingRule, RemovalStatus } from './retention.ts';
import type { ServerNotes } from './server-notes.ts';

/** How the way to the mail server is protected. `tls`: from the first byte (995); `starttls`: STLS (110); `none`: in clear. */
export type Security = 'tls' | 'starttls' | 'none';

export interface ServerAddress extends Pinned {
  host: string;
  port: number;
  security: Security;
  /** Leads there in place of the page's proxy; host and port are then only what the server is called here. */
  bridge?: Bridge;
}

export interface Account {
  id: AccountId;
  /** The person's e-mail address. */
  address: string;
  /** The person's name, may be empty. */
  displayName: string;
  incoming: ServerAddress;
  user: string;
  /** The demo mailbox that `npm start` brings along. */
  demo: boolean;
  addedAt: number;
  /** Left out: the usual one. */
  checkEvery?: CheckInterval;
  /** Asks for the last days alone, where the provider offers that. */
  recent?: boolean;
  /** How much of the maildrop is fetched. Left out: everything. */
  fetch?: FetchChoice;
  /** Left out or null: every message is fetched whole. */
  headsAbove?: HeadsAbove | null;
  /** When messages are deleted on the server. Left out: never. */
  retention?: ConfirmedRule;
  /** What held on the device that the account came from. Never acted upon: it has to be agreed to here. */
  formerRule?: DeletingRule;
  /** When its fetching was ended for good, its mail staying here; milliseconds since 1970. See closed-account.ts. */
  closedAt?: number;
}

/** Minutes from one automatic visit to the next; 0: only when somebody asks. */
export type CheckInterval = 0 | 5 | 15 | 30 | 60;
export const CHECK_INTERVALS: readonly CheckInterval[] = [0, 5, 15, 30, 60];
const USUAL_INTERVAL: CheckInterval = 15;

/** Minutes from one automatic visit of this account to the next. */
export function checkEveryOf({ checkEvery = USUAL_INTERVAL }: Pick<Account, 'checkEvery'>): CheckInterval {
  return checkEvery;
}

/** What of an account people may change without setting it up anew. */
export interface AccountOptions {
  checkEvery: CheckInterval;
  recent: boolean;
  fetch: FetchChoice;
  headsAbove: HeadsAbove | null;
}

/** What the set-up form gathers: an account that has no id yet, with the password. */
export interface AccountDraft {
  address: string;
  displayName: string;
  incoming: ServerAddress;
  user: string;
  password: string;
  /** Keep the password on this device. Otherwise it is asked for once per visit. */
  rememberPassword: boolean;
  demo: boolean;
  /** Left out: everything. */
  fetch?: FetchChoice;
}

/** Where an account's last fetch stands; kept with the account so that it survives a reload. */
export interface AccountStatus {
  lastSyncAt: number | null;
  /** Messages on the server at the last listing, and their octets. */
  maildropCount: number;
  maildropOctets: number;
  /** The same when last no unique-id was in doubt (sync/reuse.ts). */
  settled?: { count: number; octets: number };
  /** The last one of which nothing was to be fetched. */
  seen?: SeenListing | null;
  /** When the last visit ended, however it did. */
  triedAt?: number;
  /** How the last visits failed; null when the last one did not. */
  trouble?: Trouble | null;
  /** What was learnt of the server, so that the next visit asks less. */
  notes?: ServerNotes;
  /** What the server said at the last login. */
  rules?: ServerRules;
  /** What was deleted there, and what was not. */
  removal?: RemovalStatus;
  clock?: ClockSight;
  /** Where begins what the account wants of its maildrop. */
  mark?: FetchMark;
  leftOut?: LeftOut;
  /** The last copy of all its mail that was saved. */
  backup?: Backup;
}

/** A listing that was compared with what is here (sync/seen-listing.ts). */
export interface SeenListing {
  /** Of what the server said and what the person wanted of it. */
  fingerprint: string;
  /** MailStore.uidlChanges before it was compared. */
  uidlChanges: number;
}

/** Of an account that was never fetched. */
export const NEVER_SYNCED: AccountStatus = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 };

/** Visits that failed, one after the other. */
export interface Trouble {
  /** Of the last one. */
  code: ErrorCode;
  retryable: boolean;
  failures: number;
  /** Seconds that the server wants to be left alone, when it said so. */
  waitS: number | null;
}

/** What a server asks of its visitors; null where it says nothing. */
export interface ServerRules {
  /** RFC 2449 §6.5: seconds from one login to the next. */
  loginDelayS: number | null;
  /** RFC 2449 §6.7: days that it keeps a message, from when it came or was fetched. */
  keepsDays: number | 'for-good' | null;
}
