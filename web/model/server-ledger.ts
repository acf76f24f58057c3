/**
 * What is on an account's server, message by message: what of it is here, what becomes of it there, and what people want
 * of single messages whatever the account's rule says.
 */
import type { MessageId, Uidl } from './ids.ts';
import type { Mailbox } from './message.ts';
import type { HoldReason } from './retention.ts';

/**
 * `keep`: no rule ever deletes it. `delete`: with the next fetch, if what is here proves to be the same.
 * `delete-without-copy`: it is not here, and somebody has agreed that it is lost then.
 * `fetch`: it comes whole with the next fetch, although it was here once, is here in part, or is left out otherwise.
 */
export type WishKind = 'keep' | 'delete' | 'delete-without-copy' | 'fetch';

/** What somebody wants of one message on the server; kept until it is done or taken back. */
export interface ServerWish {
  uidl: Uidl;
  /** `none`: nobody's; the account's rule deletes it, and it is sealed. */
  wish: WishKind | 'none';
  /** By LIST when it was asked for; 0 when the server did not say. */
  octets: number;
  wishedAt: number;
  /** Since when no listing has shown the message, milliseconds since 1970. Left out: the last one did, or none was seen. */
  missingSince?: number;
  /** QUIT is on its way: too late to change anything, and the outcome is not known yet. */
  sealed?: true;
}

export type LedgerFate =
  /** `no-rule`: nothing asks for its deletion. Else why it stays although the rule, or somebody, asks for that. */
  | { fate: 'stays'; why: 'no-rule' | HoldReason; asked: boolean }
  /** `at`: from when on the rule lets it go, milliseconds since 1970; null: with the next fetch. */
  | { fate: 'goes'; at: number | null; why: 'rule' | 'asked' }
  /** By somebody's wish, whatever the rule says. */
  | { fate: 'kept' }
  /** By somebody's wish it comes to this device. */
  | { fate: 'comes' }
  /** It is being deleted: too late to take that back. */
  | { fate: 'leaving' };

/** One message on the server. Message numbers are not in it: they belong to one session. */
export interface LedgerEntry {
  /** Its identity (ids.ts); null where the server gives none and shows no header: then nothing can be asked for. */
  uidl: Uidl | null;
  /** By LIST; 0 when the server did not say. */
  octets: number;
  /**
   * `partial`: its beginning alone. `damaged`: what is here is not what came. `removed`: it was here, and only its
   * unique-id is known still.
   */
  place: 'here' | 'partial' | 'damaged' | 'removed' | 'not-here';
  /** Of the copy here. */
  id: MessageId | null;
  fate: LedgerFate;
  /** What came of asking the server to delete it before: it is still there, or nobody knows. */
  last: 'refused' | 'unknown' | null;
}

export type LedgerFilter = 'all' | 'not-here' | 'going' | 'kept';

export interface LedgerFigures {
  messages: number;
  /** By LIST. */
  octets: number;
}

/** What a header says; of the copy here, or of the server's. */
export interface LedgerHead {
  from: Mailbox;
  subject: string;
  sentAt: number | null;
}

/** `not-asked`: it is only on the server, and its header was not looked at yet. `none`: the server does not show it. */
export interface LedgerRow extends LedgerEntry {
  head: LedgerHead | 'not-asked' | 'none';
}

/** A window of the ledger, newest first. `version` grows with each change of it. */
export interface LedgerWindow {
  /** When the server was asked, milliseconds since 1970. */
  asOf: number;
  version: number;
  figures: Record<LedgerFilter, LedgerFigures>;
  /** Messages on this device that the server does not list. */
  onlyHere: number;
  /** Messages that are to be fetched and that the server does not list. */
  awaited: number;
  /** Why nothing that is here is deleted there for now. */
  held: 'may-be-cleared' | 'clock' | 'recent' | null;
  /** The server has no TOP: of what is not here only the size is known. */
  hidesHeaders: boolean;
  offset: number;
  rows: LedgerRow[];
}

/** These messages, or all that the filter shows but these. */
export type LedgerSelection = { uidls: Uidl[] } | { filter: LedgerFilter; except: Uidl[] };

/** `none` takes a wish back. */
export type LedgerAction = WishKind | 'none';

export interface LedgerChange {
  changed: LedgerFigures;
  /** So many of them are to be deleted, and held back for now. */
  held: number;
  /**
   * What the action is not for. Of `delete`: what is not here, which takes `delete-without-copy`. Of `fetch`: what is here
   * as it came, which is never fetched twice.
   */
  leftOut: LedgerFigures;
  /** Messages that cannot be deleted at all: the server gives them no unique-id. */
  nameless: number;
  /** The server is just being told to delete these, so that nothing can be changed about it. */
  tooLate: number;
  /** For `undoLedgerChange`. */
  undo: number;
}
