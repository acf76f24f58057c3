/** Looking through all mail of this device: what is read back, what is rebuilt from it, what is found damaged. */
import type { AccountId, MessageId, Uidl } from './ids.ts';
import type { MessageDigest } from './message.ts';
import type { Receipt } from './retention.ts';

/** A stored message as it can be read now. */
export interface InspectedMessage {
  id: MessageId;
  uidl: Uidl;
  /** Of the raw message when it was stored. */
  octets: number;
  digest: MessageDigest;
  receipt: Receipt | null;
  /** Only its beginning was ever fetched. */
  isCut: boolean;
  /** It was found damaged before. */
  damaged: boolean;
  /** Null when its octets are not there any more. */
  raw: Uint8Array | null;
}

export interface Inspection {
  messages: InspectedMessage[];
  /** Where to go on; null when these were the last ones. */
  next: MessageId | null;
}

/** What a look at one message leads to. */
export interface Finding {
  id: MessageId;
  /** What its row says from now on; null leaves it. */
  digest: MessageDigest | null;
  damaged: boolean;
}

/** A repair under way. */
export interface RepairProgress {
  /** `waiting`: another tab repairs, or fetches the next account. */
  phase: 'waiting' | 'reading';
  messagesDone: number;
  messagesTotal: number;
  octetsDone: number;
  octetsTotal: number;
  startedAt: number;
}

export interface DamagedMessage {
  id: MessageId;
  account: AccountId;
  subject: string;
  /** Name of the sender, or the address. */
  from: string;
  sentAt: number | null;
  octets: number;
  /** `lost`: its octets are not there. `changed`: they are not those that came. */
  damage: 'lost' | 'changed';
}

/** Damaged messages that are named in a report; all of them are counted and marked. */
export const DAMAGED_NAMED = 50;

export interface RepairReport {
  messages: number;
  octets: number;
  /** Messages without a checksum: they are older than those, and only their octets were read. */
  unproven: number;
  /** Records beside the mail that were missing or wrong: marks, unique-ids, counts. */
  mended: number;
  /** Rows that said something else than their message. */
  rebuilt: number;
  damagedCount: number;
  damaged: DamagedMessage[];
  durationMs: number;
}
