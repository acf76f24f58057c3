/**
 * MailStore: everything this device keeps. Every method is one transaction: it happened whole or not at all.
 * Two implementations (IndexedDB, memory) pass one contract test. Raw bytes are the truth; digests can be rebuilt.
 * All methods throw PoplarError with hop `storage`. What writes to an account that is not here (setPassword, patchStatus,
 * addTranscript, addUidls, recallUidls, renameMessages, addMessages, putRemovals, changeWishes) throws `not-found`: a fetch that outlives its account must not leave mail and
 * secrets that nobody sees.
 */
import type { Account, AccountStatus } from '../model/account.ts';
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import type {
  FolderKind,
  MessageDigest,
  MessageSummary,
  MovedMessage,
  PartialMark,
} from '../model/message.ts';
import type { Finding, Inspection } from '../model/repair.ts';
import type { Deletion, Holding, Receipt, Removal } from '../model/retention.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { SessionTranscript } from '../model/transcript.ts';

/** Transcripts that are kept of an account. */
export const TRANSCRIPTS_KEPT = 5;

/** A fetched message on its way into the store. */
export interface NewMessage {
  uidl: Uidl;
  raw: Uint8Array;
  digest: MessageDigest;
  receivedAt: number;
  folder: FolderKind;
  /** See MessageSummary. */
  unterminated?: true;
  /** `raw` is the beginning alone; such a message has no receipt. */
  partial?: PartialMark;
  /** Left out: the message is never deleted on the server. */
  receipt?: Receipt;
}

/** What stands in place of the beginning of a message, or of what is damaged, once all of it is here. */
export type Completion = Pick<NewMessage, 'raw' | 'digest' | 'receivedAt' | 'receipt' | 'unterminated'>;

/** What forgetUidls has forgotten: unique-ids, and the notes of those of them that were deleted here for good. */
export interface Forgotten {
  uidls: Uidl[];
  deletions: Deletion[];
}

/** What may be changed on a stored message. */
export interface FlagPatch {
  seen?: boolean;
  starred?: boolean;
}

/** A change of an account's wishes: what it puts replaces what was wished for the same message. */
export interface WishChange<Result> {
  put?: readonly ServerWish[];
  drop?: readonly Uidl[];
  result: Result;
}

/** A folder of one account, or of all together (null). */
export interface NewestQuery {
  folder: FolderKind;
  account: AccountId | null;
}

export interface Newest {
  /** Messages in the folder, and those of them that nobody has read. */
  total: number;
  unread: number;
  /** By model/list-order. */
  rows: MessageSummary[];
}

export interface StorageUse {
  messages: number;
  octets: number;
}

export interface MailStore {
  accounts(): Promise<Account[]>;
  /**
   * Adds or replaces the account with this id. A password of null leaves a kept one alone. `known` are unique-ids that
   * count as fetched from then on, as with addUidls.
   */
  putAccount(account: Account, password: string | null, known?: readonly Uidl[]): Promise<void>;
  /** The kept password, or null when none is kept. */
  password(account: AccountId): Promise<string | null>;
  /** Keeps a password, or forgets it (null). */
  setPassword(account: AccountId, password: string | null): Promise<void>;
  /** The kept access token of the proxy, or null. It belongs to the device, not to an account. */
  proxyToken(): Promise<string | null>;
  /** Keeps the access token of the proxy, or forgets it (null). */
  setProxyToken(token: string | null): Promise<void>;
  status(account: AccountId): Promise<AccountStatus>;
  /** Changes what the patch names and leaves the rest. */
  patchStatus(account: AccountId, patch: Partial<AccountStatus>): Promise<void>;
  /** The last sessions with the account's server, newest first. */
  transcripts(account: AccountId): Promise<SessionTranscript[]>;
  /** Adds one, and forgets the oldest beyond TRANSCRIPTS_KEPT. */
  addTranscript(account: AccountId, transcript: SessionTranscript): Promise<void>;
  /**
   * Puts the closed account (model/closed-account.ts) in the place of the open one, its status with it, and forgets its
   * password, transcripts and wishes. Mail, unique-ids, removals and deletions stay. Throws `not-found`.
   */
  closeAccount(account: Account): Promise<void>;
  /** Removes the account, its password, status, transcripts, unique-ids, removals, deletions, wishes and all its messages. */
  removeAccount(account: AccountId): Promise<void>;

  /** All unique-ids that were ever stored for the account, whether or not the message is still here. */
  knownUidls(account: AccountId): Promise<ReadonlySet<Uidl>>;
  /** Equal to what it was as long as knownUidls is; it costs nothing to read. */
  uidlChanges(account: AccountId): Promise<number>;
  /**
   * Makes unique-ids known without a message: of what is here already under others, as a server may rename all that it
   * has, and of what another device has fetched.
   */
  addUidls(account: AccountId, uidls: readonly Uidl[]): Promise<void>;
  /**
   * Gives messages of the account, those deleted for good included, the unique-ids under which the server lists them now.
   * What was wished for them and the journal follow; the old unique-ids stay known. Ids of no such message are left alone.
   */
  renameMessages(account: AccountId, names: ReadonlyMap<MessageId, Uidl>): Promise<void>;
  /**
   * Makes these unknown again as far as no message is here under them, so that the next fetch brings the messages.
   * Their deletions are forgotten, too. Returns what it forgot.
   */
  forgetUidls(account: AccountId, uidls: readonly Uidl[]): Promise<Forgotten>;
  /** Takes that back: what has not come meanwhile counts as fetched, or as deleted here for good, as before. */
  recallUidls(account: AccountId, forgotten: Forgotten): Promise<void>;
  /**
   * Raw bytes, summaries and unique-ids of a batch in one transaction; resolves after it is durable. Messages whose
   * uidl is already known for the account are left out (never twice). Returns what was added, in the given order.
   */
  addMessages(account: AccountId, batch: readonly NewMessage[]): Promise<MessageSummary[]>;
  /**
   * Puts a whole message in place of its beginning, or of octets that a repair has found damaged: raw bytes, digest, date
   * and receipt in one transaction, durable when it resolves; id, unique-id and marks stay, but for the damage. Null, and
   * nothing changes, when there is no such message or it is whole.
   */
  completeMessage(id: MessageId, whole: Completion): Promise<MessageSummary | null>;
  /** Every summary, in no promised order. Bodies are not read. */
  summaries(): Promise<MessageSummary[]>;
  /** The newest messages of a folder, `limit` of them at most. Costs little more than they do, however many others there are. */
  newest(query: NewestQuery, limit: number): Promise<Newest>;
  summary(id: MessageId): Promise<MessageSummary | null>;
  /** The raw message exactly as received, or null when there is no such message. */
  raw(id: MessageId): Promise<Uint8Array<ArrayBuffer> | null>;
  /**
   * The same for several, in their order; null also for one whose record is damaged. All of it is in memory at once: ask
   * for a few megabytes. Messages that came together are read together.
   */
  raws(ids: readonly MessageId[]): Promise<(Uint8Array<ArrayBuffer> | null)[]>;
  /** Applies the patch to all ids that exist; returns those that really changed. */
  setFlags(ids: readonly MessageId[], patch: FlagPatch): Promise<MessageId[]>;
  /** Moves all ids that exist into the folder; returns those that were in another one, with it. */
  move(ids: readonly MessageId[], folder: FolderKind): Promise<MovedMessage[]>;
  /**
   * Deletes from this device for good what of the ids is in Trash by then, and returns those; their unique-ids stay
   * known. A Deletion is noted of each, with what `headerOf` says of the raw message. Resolves after it is durable.
   */
  removeMessages(ids: readonly MessageId[], headerOf: (raw: Uint8Array) => string): Promise<MessageId[]>;
  /** What was deleted here for good, in no promised order. */
  deletions(account: AccountId): Promise<Deletion[]>;
  /** What is kept of the account, with the receipts. Bodies are not read. */
  holdings(account: AccountId): Promise<Holding[]>;
  /** The journal of what the server was asked to delete, in no promised order. */
  removals(account: AccountId): Promise<Removal[]>;
  /**
   * Adds or replaces by unique-id, and changes of the account's status what the patch names; resolves after it is durable.
   */
  putRemovals(
    account: AccountId,
    removals: readonly Removal[],
    patch?: Partial<AccountStatus>,
  ): Promise<void>;
  /** What people want of single messages on the server, one for each unique-id. */
  wishes(account: AccountId): Promise<ServerWish[]>;
  /**
   * Looks at the wishes and changes them in one transaction, so that nobody changes them in between. `decide` is called
   * once, inside it, and must not wait. Resolves to its result after the change is durable.
   */
  changeWishes<Result>(
    account: AccountId,
    decide: (wishes: ReadonlyMap<Uidl, ServerWish>) => WishChange<Result>,
  ): Promise<Result>;
  /** Takes entries out of the journal. */
  forgetRemovals(account: AccountId, uidls: readonly Uidl[]): Promise<void>;
  use(account: AccountId): Promise<StorageUse>;

  /**
   * Messages of the account by rising id, from `from` on, with as many raw bytes as fit into `octets` (one message at
   * least, however large). Damage is told and never thrown.
   */
  inspect(account: AccountId, from: MessageId, octets: number): Promise<Inspection>;
  /** Notes what a look at messages has found, marks and all else untouched; returns those that it changed. */
  applyFindings(findings: readonly Finding[]): Promise<MessageId[]>;
  /**
   * Makes all that stands beside the mail fit the mail again: marks that are missing (then unread, in the inbox),
   * unique-ids, counts. Returns how many records were wrong.
   */
  mendRecords(): Promise<number>;
  close(): void;
}
