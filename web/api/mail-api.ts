/**
 * MailApi: THE interface between a page and the worker. Everything that crosses is here, typed and cancellable; each
 * answer is bound to its call. Must not know how calls travel (see rpc) nor who answers (see worker/mail-service).
 */
import type { Account, AccountDraft, AccountOptions, AccountStatus } from '../model/account.ts';
import type { BackupOutline, BackupPart } from '../model/backup.ts';
import type { Certificate } from '../model/certificate.ts';
import type { AccountRemovalForecast } from '../model/closed-account.ts';
import type { CheckStep, MailEvent, SyncProgress, Trigger } from '../model/event.ts';
import type { Deployment } from '../model/deployment.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { MoveChoice, MoveFacts, MoveOutcome } from '../model/move.ts';
import type { PopstateFacts } from '../model/popstate.ts';
import type { RepairProgress, RepairReport } from '../model/repair.ts';
import type { DeletingRule, RemovalForecast, Retention } from '../model/retention.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import type { FolderKind, MessageContent, MessageSummary, MovedMessage } from '../model/message.ts';
import type { LedgerApi } from './ledger-api.ts';

/** What a list shows. `account: null` means all accounts together. */
export interface ListQuery {
  folder: FolderKind;
  account: AccountId | null;
  filter: 'all' | 'unread' | 'starred';
}

/** A window of a list, newest first. `version` grows with each change of the mail here. */
export interface ListWindow {
  total: number;
  unread: number;
  offset: number;
  rows: MessageSummary[];
  version: number;
}

/** Unread, total and octets of raw messages per account, for the folder pane and the storage figures. */
export interface FolderCount {
  account: AccountId;
  folder: FolderKind;
  total: number;
  unread: number;
  octets: number;
}

export interface AccountInfo {
  account: Account;
  status: AccountStatus;
  /** A password is kept here, or was given during this visit. */
  hasPassword: boolean;
  /** When it is visited by itself the next time; null when it is not. */
  nextVisitAt: number | null;
}

/** What the check found; the numbers come from STAT-like listings of the real maildrop. */
export interface MaildropFacts {
  messages: number;
  octets: number;
}

export interface MailApi extends LedgerApi {
  /** What the proxy this page came from is and offers. Throws `proxy-unreachable`, `proxy-absent`, `offline`. */
  deployment(): Promise<Deployment>;
  /**
   * Gives the access token that all connections through the proxy send from now on; kept on this device with
   * `remember`, else until the page is closed. It is not tried. Throws `bad-input`.
   */
  setProxyToken(token: string, remember: boolean): Promise<void>;
  forgetProxyToken(): Promise<void>;
  accounts(): Promise<AccountInfo[]>;
  /** Runs the whole road with the draft and stores nothing. Throws PoplarError naming the hop. */
  checkAccount(
    draft: AccountDraft,
    onStep: (step: CheckStep) => void,
    signal: AbortSignal,
  ): Promise<MaildropFacts>;
  /**
   * Checks are the caller's business. Throws `bad-input` when a field is missing or holds control characters,
   * `account-exists` when its maildrop (host, port, user) is here already. The demo mailbox is added once: later calls
   * resolve to the account that is here. A closed account of the same maildrop is taken up again, with its mail.
   */
  addAccount(draft: AccountDraft): Promise<Account>;
  /**
   * Ends the fetching of the account for good: password, status and transcripts leave this device, its mail stays. Adding
   * the same maildrop again takes it up. Nothing changes on the server. Throws `not-found`, `account-closed`.
   */
  closeAccount(account: AccountId): Promise<void>;
  /** What `removeAccount` would take from this device. Throws `not-found`. */
  forecastAccountRemoval(account: AccountId): Promise<AccountRemovalForecast>;
  /** Removes the account and its mail from this device; nothing changes on the server. */
  removeAccount(account: AccountId): Promise<void>;
  /**
   * Changes what is named and leaves the rest. A fetch that runs by another choice of what to fetch is stopped. Throws
   * `not-found`, `bad-input`.
   */
  setAccountOptions(account: AccountId, options: Partial<AccountOptions>): Promise<void>;
  /**
   * What the rule would delete in the maildrop as it is now; nothing is deleted. Waits for a fetch that runs. Throws
   * `not-found`, `bad-input`, and what a visit throws.
   */
  forecastRemoval(account: AccountId, rule: DeletingRule, signal: AbortSignal): Promise<RemovalForecast>;
  /**
   * Only after somebody has seen the forecast and agreed: a rule that deletes is acted upon from the next fetch on.
   * Throws `not-found`, `bad-input`.
   */
  setRetention(account: AccountId, retention: Retention): Promise<void>;
  setPassword(account: AccountId, password: string, remember: boolean): Promise<void>;
  /**
   * From now on this certificate, and no other, is accepted of the account's server; with null certificates are verified
   * as usual again. Waits for a fetch that runs. Throws `not-found`, `bad-input`.
   */
  trustCertificate(account: AccountId, certificate: Certificate | null): Promise<void>;

  /**
   * A file for another device: accounts, their settings and what they have fetched, encrypted with the passphrase. Mail is
   * not in it, nor the demo mailbox. Throws `bad-input` for a passphrase that is too short, `encryption-absent`,
   * `file-too-large`.
   */
  saveMove(passphrase: string, withPasswords: boolean): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * What such a file holds; nothing is changed. Throws `file-unknown`, `file-newer`, `file-sealed`, `file-damaged`,
   * `file-too-large`, `encryption-absent`.
   */
  readMove(file: Uint8Array<ArrayBuffer>, passphrase: string): Promise<MoveFacts>;
  /**
   * Adds the accounts of the file, or takes up again with its mail one that was closed here. One whose maildrop is here
   * already keeps its settings and learns what was fetched.
   * Rules that delete are not taken over: they are agreed to anew. Throws what `readMove` throws.
   */
  takeMove(file: Uint8Array<ArrayBuffer>, passphrase: string, choice: MoveChoice): Promise<MoveOutcome>;
  /**
   * What Thunderbird's popstate.dat holds, seen from this account; nothing is changed. Throws `not-found`, `file-unknown`,
   * `file-damaged` with the line, `file-too-large`.
   */
  readPopstate(account: AccountId, file: Uint8Array<ArrayBuffer>): Promise<PopstateFacts>;
  /**
   * Counts what Thunderbird has fetched whole of that mailbox (its place among the sections) as fetched for this account.
   * Resolves to how many messages did not count before. Throws `bad-input` and what `readPopstate` throws.
   */
  takePopstate(account: AccountId, file: Uint8Array<ArrayBuffer>, section: number): Promise<number>;
  /**
   * Begins a copy of all mail of the account as one mbox file, to be read piece by piece; a copy of it that was begun
   * before is dropped. Mail that comes meanwhile is not in it. Throws `not-found`.
   */
  startBackup(account: AccountId): Promise<BackupOutline>;
  /** The next piece of that copy, about a megabyte. Throws `not-found` for one that was dropped or is at its end. */
  readBackup(backup: number): Promise<BackupPart>;
  /**
   * Ends it. `saved`: the file is known to be whole where somebody keeps it; what is in it may then be deleted on the server
   * although the browser may clear it away here. Throws `bad-input` when not all of it was read.
   */
  endBackup(backup: number, saved: boolean): Promise<void>;

  /** What was said in the last sessions with the account's server, newest first; nothing secret is in it. */
  transcripts(account: AccountId): Promise<SessionTranscript[]>;

  counts(): Promise<FolderCount[]>;
  list(query: ListQuery, offset: number, limit: number, signal?: AbortSignal): Promise<ListWindow>;
  /** Where `id` stands in the list now, or -1. */
  indexOf(query: ListQuery, id: MessageId): Promise<number>;
  /** All messages of a list, newest first. */
  ids(query: ListQuery): Promise<MessageId[]>;
  summary(id: MessageId): Promise<MessageSummary | null>;
  /** Parses the stored message. Never throws for malformed mail: see MessageContent.defects. */
  content(id: MessageId, signal?: AbortSignal): Promise<MessageContent>;
  /** The raw message as received. Throws `not-found`. */
  source(id: MessageId): Promise<Uint8Array<ArrayBuffer>>;
  /** The decoded bytes of one attachment. Throws `not-found`, `parse-failed`, `parse-timeout`. */
  attachment(id: MessageId, index: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The rest of a message whose beginning is here, or all of one that is damaged here, from its server; waits for a fetch that
   * runs. `onOctets` hears how many octets of the whole have come. Resolves when all of it is here. Throws `not-found`,
   * `message-gone`, and what a visit throws; then what was here is here as before.
   */
  fetchRest(id: MessageId, onOctets: (octets: number) => void, signal: AbortSignal): Promise<void>;
  setFlags(ids: MessageId[], patch: { seen?: boolean; starred?: boolean }): Promise<void>;
  /** Resolves to those that were in another folder, so that they can be moved back. */
  move(ids: MessageId[], folder: FolderKind): Promise<MovedMessage[]>;
  /**
   * Takes messages out of the lists of this page alone, or puts them back, for as long as their deletion can be called off.
   * Nothing is stored of it: with the page gone they are where they were.
   */
  setHidden(ids: MessageId[], hidden: boolean): Promise<void>;
  /**
   * Deletes from this device what of these messages is in Trash by then. There is no way back, and none of them is fetched
   * again.
   */
  deleteForGood(ids: MessageId[]): Promise<void>;

  /**
   * Something happened that may be a reason to visit accounts by themselves; those that are due are. The first call of a
   * page is what begins that.
   */
  wake(trigger: Trigger): Promise<void>;
  /** Fetches what is new; progress and outcome come as events. A second call while one runs joins it. */
  sync(account: AccountId): Promise<void>;
  cancelSync(account: AccountId): Promise<void>;
  running(): Promise<SyncProgress[]>;

  /**
   * Reads all mail of this device back, compares it with its checksums and makes its rows anew from it; deletes nothing.
   * May be stopped anywhere. Waits for another repair, and for fetches. Throws `cancelled`, and what the store throws.
   */
  repair(onProgress: (progress: RepairProgress) => void, signal: AbortSignal): Promise<RepairReport>;

  /** Hears all events until the returned function is called. */
  subscribe(listener: (event: MailEvent) => void): () => void;
}
