/**
 * How long messages stay on the server once they are kept here, and what became of those that were to go. Nothing is
 * deleted on a server unless an account carries a rule that somebody has confirmed after seeing what it would do.
 */
import type { MessageId, Uidl } from './ids.ts';
import type { FolderKind, PartialMark } from './message.ts';

/** Days from our first sight of a message: never from its Date, which anybody may write. */
export type RetentionDays = 7 | 30 | 90 | 365;
export const RETENTION_DAYS: readonly RetentionDays[] = [7, 30, 90, 365];

/** A rule that deletes on the server. */
export type DeletingRule =
  | { rule: 'after-days'; days: RetentionDays }
  | { rule: 'after-download' }
  /** What is in Trash here, or was deleted here for good. */
  | { rule: 'when-deleted' };
export type Retention = { rule: 'keep' } | DeletingRule;
/** Only this is ever acted upon. */
export type ConfirmedRule = DeletingRule & { confirmedAt: number };

/** What was noted of a message in the transaction that stored it, so that it can be read back and compared. */
export interface Receipt {
  /** Of the octets as they came; sync/checksum.ts. */
  hash: string;
  /** Octets by LIST when it was fetched; 0 when the server did not say. */
  listedOctets: number;
  /** The server never ended it: whole by all signs, but that is no reason to delete it there. */
  unterminated: boolean;
}

/** A message that is kept here, as far as deleting it on the server is concerned. */
export interface Holding {
  id: MessageId;
  uidl: Uidl;
  octets: number;
  /** When it was stored: our first sight of it, or later. */
  receivedAt: number;
  sentAt: number | null;
  folder: FolderKind;
  /** Null when it was stored without one: then it is never a reason to delete. */
  receipt: Receipt | null;
  /** Only its beginning is here. */
  partial?: PartialMark;
  /** Its octets here are lost or changed (a repair has found that): the server may have the only good ones. */
  damaged?: true;
}

/** Whether all of it is here, and as it came. */
export function isWhole({ partial, damaged }: Pick<Holding, 'partial' | 'damaged'>): boolean {
  return partial === undefined && damaged === undefined;
}

/** A message that somebody deleted here for good: all that is left of it, to know it by on the server. */
export interface Deletion extends Omit<Holding, 'folder' | 'damaged'> {
  /** The identity of its header (pop3/identity-hash.ts), by which it is told on the server; null when it was damaged. */
  header: string | null;
}

/** So many messages one visit deletes at most; the next one goes on. A mistake of ours must not empty a maildrop at once. */
export const MAX_REMOVED = 500;

/** One message that the server was asked to delete. */
export interface Removal {
  uidl: Uidl;
  octets: number;
  hash: string;
  /** Milliseconds since 1970. */
  decidedAt: number;
  /**
   * `asked`: the session is under way, or died with this device. `gone`: the server has confirmed QUIT, or does not list
   * it any more. `stayed`: it is still there, refused or never heard of. `unknown`: the session broke; the next listing
   * tells. `taken-back`: somebody wanted to keep it after all, just before QUIT or on the server. `ignored`: the server
   * has confirmed QUIT, and lists it all the same, as some do by a setting of theirs.
   */
  state: 'asked' | 'gone' | 'stayed' | 'unknown' | 'taken-back' | 'ignored';
}

/** Why a message that the rule would delete stays on the server. */
export type HoldReason =
  /** The browser may throw away what is kept here. */
  | 'may-be-cleared'
  /** The clock of this device has jumped. */
  | 'clock'
  /** Only the last days are asked for, side by side with other programs: none of them may delete. */
  | 'recent'
  /** It is not kept here. */
  | 'not-here'
  /** Only its beginning is. */
  | 'partial'
  /** The server does not name it by a unique-id. */
  | 'no-unique-id'
  /** It shares its unique-id with a message that is not here. */
  | 'shared-unique-id'
  /** Stored without a receipt, or without its end. */
  | 'no-receipt'
  | 'unterminated'
  /** The size that the server says does not fit what is here. */
  | 'size'
  /** What is kept here could not be read back as it came. */
  | 'not-read-back'
  /** The header on the server is another one, or cannot be had. */
  | 'header'
  /** The server said lately that it is deleted, and has it still. */
  | 'ignored';

/** How many messages stay for which reason. */
export type Held = Partial<Record<HoldReason, number>>;

export interface RemovalFigures {
  messages: number;
  octets: number;
  /** The earliest Date of them, milliseconds since 1970; null when none has one. */
  oldestAt: number | null;
}

/** What a rule would do to the maildrop as it is now. */
export interface RemovalForecast {
  due: RemovalFigures;
  /** Not yet as long here as the rule says. */
  later: RemovalFigures;
  held: Held;
}

/** What has become of the rule so far. */
export interface RemovalStatus {
  /** Messages that are gone on the server by our doing, altogether. */
  gone: number;
  /** When the last of them went; null before the first. */
  goneAt: number | null;
  /** Of the last visit. */
  refused: number;
  unknown: number;
  held: Held;
}
export const NOTHING_REMOVED: RemovalStatus = { gone: 0, goneAt: null, refused: 0, unknown: 0, held: {} };

/** When the clock of this device was last seen, and until when it is not trusted after a jump. */
export interface ClockSight {
  sightAt: number;
  heldUntil: number | null;
  /** From when on days count: times from before the last jump are by another clock. Null: it never jumped. */
  jumpedAt: number | null;
}
