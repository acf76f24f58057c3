/** What travels between page and worker about moving to another device: what a file holds, and what is made of it. */
import type { AccountId } from './ids.ts';
import type { DeletingRule } from './retention.ts';

/** Larger files are refused unread: a million unique-ids of the longest kind take less. */
export const MAX_MOVE_OCTETS = 128 * 1024 * 1024;

/** Whoever finds the file may guess as long as they like: shorter ones are refused. In characters. */
export const MIN_PASSPHRASE = 12;

/**
 * What becomes of messages that the other device has fetched: `new-only` counts them as fetched here, too; `everything`
 * fetches all that is still on the server.
 */
export type MoveChoice = 'new-only' | 'everything';

/** One account of a move file, as it is shown before anything is changed. */
export interface MovedAccountFacts {
  address: string;
  host: string;
  user: string;
  /** Messages that are counted as fetched already. */
  known: number;
  hasPassword: boolean;
  /** When the other device deleted on the server; null when never. Here it has to be agreed to anew. */
  rule: DeletingRule | null;
  /** Its maildrop is set up on this device already, and not closed. */
  isHere: boolean;
}

export interface MoveFacts {
  /** Milliseconds since 1970, by the other device's clock. */
  madeAt: number;
  accounts: MovedAccountFacts[];
}

/** What has become of a move file. */
export interface MoveOutcome {
  /** Accounts that are new here, or were closed. */
  added: AccountId[];
  /** Accounts that were here already and learnt what the other device has fetched. */
  merged: AccountId[];
  /** Messages that count as fetched from now on and did not before. */
  learnt: number;
}
