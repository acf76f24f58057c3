/**
 * The part of MailApi that shows what is on an account's server and takes wishes about it. The ledger stays in the worker:
 * windows of it cross, 100,000 entries never do. Must not know who answers.
 */
import type { AccountId, Uidl } from '../model/ids.ts';
import type {
  LedgerAction,
  LedgerChange,
  LedgerFilter,
  LedgerSelection,
  LedgerWindow,
} from '../model/server-ledger.ts';

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
