/**
 * The records in IndexedDB. It costs records, not octets: so rows, marks and unique-ids are kept a page at a time and
 * bodies a pack at a time. Must not know how records are read or written.
 *
 * A page is up to 1,024 messages of one account. It is spread over stores by how often a part changes: rows hardly ever,
 * marks often, unique-ids outlive the rows. Marking 10,000 messages read rewrites a hundred small marks records.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Account, AccountStatus } from '../model/account.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { Deletion, Removal } from '../model/retention.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { FIRST_PAGE } from './keys.ts';
import type { StoredRow } from './rows.ts';

export const DATABASE_NAME = 'poplar';

/** Global, one record under COUNTERS_KEY. Neither number is ever used twice, not even after a removal. */
export interface Counters {
  nextPage: number;
  /** Grows with each transaction that changes any account's unique-ids; see Ledger.generation. */
  changes: number;
}
export const COUNTERS_KEY = 'counters';
/** Before the first change. */
export const NO_CHANGES: Counters = { nextPage: FIRST_PAGE, changes: 0 };

/** Among the secrets; ids of accounts are hexadecimal. */
export const PROXY_TOKEN_KEY = 'proxy-token';

/** One per account with mail: what an adding transaction has to know, so that it need not read pages. */
export interface Ledger {
  /** Counters.changes when this account's unique-ids last changed: what is remembered of them is valid while it is equal. */
  generation: number;
  /** The last page and how many of its slots are taken. */
  openPage: number;
  openSlots: number;
  messages: number;
  octets: number;
}

/** Of an account without mail. */
export const NO_MAIL: Ledger = { generation: 0, openPage: 0, openSlots: 0, messages: 0, octets: 0 };

/** What never changes about a page's messages. A row's unique-id stands in `uidls` too, so that neither needs the other. */
export interface PageRecord {
  page: number;
  account: AccountId;
  /** By slot; null where a message was deleted for good. */
  rows: (StoredRow | null)[];
  /** Octets of packs, by key, that no row needs any more; see reclaim.ts. Left out while there are none. */
  dead?: Map<number, number>;
}

/** What people change about messages, an octet a slot; and by what a page is chosen without reading its rows. */
export interface MarksRecord {
  page: number;
  /** No message of the page has a newer list date; milliseconds since 1970. */
  newest: number;
  /** Bits: SEEN, STARRED. */
  flags: Uint8Array<ArrayBuffer>;
  /** Index into FOLDERS, or GONE. */
  folders: Uint8Array<ArrayBuffer>;
}

/** A receipt as it is stored: names of fields would cost more than the rest. */
export type StoredReceipt = [hash: string, listedOctets: number, unterminated: boolean];

export interface PoplarSchema extends DBSchema {
  accounts: { key: AccountId; value: Account };
  /** Passwords and the proxy's access token alone, so that no read of accounts carries one along. */
  secrets: { key: AccountId | typeof PROXY_TOKEN_KEY; value: string };
  statuses: { key: AccountId; value: AccountStatus };
  /** Newest first. */
  transcripts: { key: AccountId; value: SessionTranscript[] };
  counters: { key: typeof COUNTERS_KEY; value: Counters };
  ledgers: { key: AccountId; value: Ledger };
  /**
   * Unique-ids of a page by slot, under [account, page]. They stay when messages are removed from this device; FORGOTTEN
   * stands for one that is not to be known any more. Under UNPLACED_PAGE are more of them, for messages that have another
   * one in a slot.
   */
  uidls: { key: [AccountId, number]; value: Uidl[] };
  pages: { key: number; value: PageRecord };
  marks: { key: number; value: MarksRecord };
  /** Raw bytes of messages that came together, under the id of the first of them. */
  packs: { key: number; value: ArrayBuffer };
  /** Of a page by slot, under its number; pages and slots from before there were receipts have none. */
  receipts: { key: number; value: (StoredReceipt | null)[] };
  removals: { key: [AccountId, Uidl]; value: Removal };
  /** Of a page, under [account, page]. */
  deletions: { key: [AccountId, number]; value: Deletion[] };
  /** In one record: hardly any account has many, and one that has pins all that it has at once. */
  wishes: { key: AccountId; value: ServerWish[] };
}

export type PoplarDatabase = IDBPDatabase<PoplarSchema>;
export type StoreName =
  | 'transcripts'
  | 'accounts'
  | 'secrets'
  | 'statuses'
  | 'counters'
  | 'ledgers'
  | 'uidls'
  | 'pages'
  | 'marks'
  | 'packs'
  | 'receipts'
  | 'removals'
  | 'deletions'
  | 'wishes';
