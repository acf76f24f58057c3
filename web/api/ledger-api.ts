/**
 * The part of MailApi that shows what is on an account's server and takes wishes about it. The ledger stays in the worker:
 * windows of it cross, 100,000 entries never do. Must not know who answers.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Mailbox } from '../model/message.ts';
import type { LedgerEntry, LedgerFigures, LedgerFilter, WishKind } from '../model/server-ledger.ts';

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
  /** Why nothing that is here is deleted there for now. */
  held: 'may-be-cleared' | 'clock' | 'recent' | null;
  /** The server has no TOP: of what is not here only the size is known. */
  hidesHeaders: boolean;
  offset: number;
  rows: LedgerRow[];
}

/** These messages, or all that the filter shows but these. */
export type LedgerSelection = { uidls: Uidl[] } | { filter: LedgerFilter; except: Uidl[] };

/** `none` takes a wish back. `fetch`: the message is fetched although it was here once. */
export type LedgerAction = WishKind | 'none' | 'fetch';

export interface LedgerChange {
  changed: LedgerFigures;
  /**
   * What the action is not for. Of `delete`: what is not here, which takes `delete-without-copy`. Of `fetch`: what is here,
   * which is never fetched twice.
   */
  leftOut: LedgerFigures;
  /** The server is just being told to delete these, so that nothing can be changed about it. */
  tooLate: number;
  /** For `undoLedgerChange`. */
  undo: number;
}

export interface LedgerApi {
  /**
   * Lists what is on the account's server; waits for a fetch that runs. The windows show it from then on. Throws
   * `not-found` and what a visit throws; what an earlier visit found is still there then.
   */
  listServer(account: AccountId, signal: AbortSignal): Promise<void>;
  /** Rows `offset`.. of what the filter shows, `limit` at most; null before the server was listed in this tab. */
  ledgerWindow(
    account: AccountId,
    filter: LedgerFilter,
    offset: number,
    limit: number,
  ): Promise<LedgerWindow | null>;
  /** The identities of rows `offset`.. of what the filter shows; messages without one are left out. */
  ledgerIds(account: AccountId, filter: LedgerFilter, offset: number, limit: number): Promise<Uidl[]>;
  /**
   * Looks at the headers of these, 200 at most, where they are `not-asked`; the windows show them from then on. Throws what a
   * visit throws.
   */
  readLedgerHeads(account: AccountId, uidls: Uidl[], signal: AbortSignal): Promise<void>;
  /**
   * What is to become of these messages on the server; it happens at the end of the next fetch and can be taken back until
   * that one's QUIT. Throws `not-found` before the server was listed in this tab.
   */
  changeLedger(account: AccountId, selection: LedgerSelection, action: LedgerAction): Promise<LedgerChange>;
  /** Puts back what one of the last changes of this tab has changed. Returns for how many it is too late. */
  undoLedgerChange(account: AccountId, undo: number): Promise<number>;
}
