/** What the worker tells every page, unasked. The page applies them; it never polls. */
import type { ErrorRecord } from '../errors.ts';
import type { AccountId, MessageId, MessageNumber, Uidl } from './ids.ts';
import type { SessionTranscript } from './transcript.ts';

/** One fetch under way. Octet figures are by the server's LIST, which may lie: for showing only. */
export interface SyncProgress {
  account: AccountId;
  /** What is going on, in the order of the road. */
  phase: 'waiting' | 'connecting' | 'login' | 'listing' | 'fetching' | 'closing';
  messagesDone: number;
  messagesTotal: number;
  octetsDone: number;
  octetsTotal: number;
  startedAt: number;
}

/** A message that could not be fetched. `uidl` is its identity (ids.ts), `number` its place when it was listed. */
export interface SkippedMessage {
  uidl: Uidl;
  number: MessageNumber;
  octets: number;
  error: ErrorRecord;
}

/** How a fetch ended. The skipped messages are tried again next time. */
export interface SyncResult {
  account: AccountId;
  fetched: number;
  fetchedOctets: number;
  onServer: number;
  skipped: SkippedMessage[];
  finishedAt: number;
}

/**
 * What may be a reason for an automatic visit: time went by, a page was opened or seen again, the network came back, the
 * proxy's access token was given.
 */
export type Trigger = 'timer' | 'opened' | 'seen' | 'online' | 'token';

export type MailEvent =
  | { type: 'accounts-changed' }
  /** It is no longer fetched; its mail is still here. */
  | { type: 'account-closed'; account: AccountId }
  /** An access token for the proxy was given or forgotten. */
  | { type: 'proxy-token-changed' }
  | { type: 'messages-added'; account: AccountId; count: number }
  /** `whole`: all of them is here now, in place of their beginning. */
  | { type: 'messages-changed'; ids: MessageId[]; whole?: true }
  /** Into another folder, or out of this page's lists and back. */
  | { type: 'messages-moved'; ids: MessageId[] }
  /** From this device for good. */
  | { type: 'messages-deleted'; ids: MessageId[] }
  | { type: 'messages-removed'; account: AccountId }
  /** What people want of messages on the account's server. */
  | { type: 'server-ledger-changed'; account: AccountId }
  /** A repair has looked through all mail, and rows may be others. */
  | { type: 'list-rebuilt' }
  /** This tab has lost its mail store; nothing works before the page is reloaded. */
  | { type: 'store-lost'; error: ErrorRecord }
  | { type: 'sync-progress'; progress: SyncProgress }
  | { type: 'sync-finished'; result: SyncResult }
  /** `automatic`: nobody had asked for it. */
  | { type: 'sync-failed'; account: AccountId; error: ErrorRecord; automatic?: true };

/** One line of the live account check. A failing step carries its error and is the last. */
export interface CheckStep {
  hop: 'proxy' | 'name' | 'connection' | 'tls' | 'login' | 'maildrop';
  state: 'running' | 'passed' | 'failed' | 'skipped';
  /** Short facts in order, e.g. `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. Shown as they are. */
  facts: string[];
  error?: ErrorRecord;
  /** Of a failing step: what was said with the server, if it came to that. */
  transcript?: SessionTranscript;
}
