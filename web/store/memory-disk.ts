/** What MemoryStore keeps. It must not know what is done with it. */
import type { Account, AccountStatus } from '../model/account.ts';
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';
import type { Deletion, Receipt, Removal } from '../model/retention.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { SessionTranscript } from '../model/transcript.ts';

/** A message as it is kept. */
export interface Kept {
  summary: MessageSummary;
  raw: Uint8Array<ArrayBuffer>;
  receipt: Receipt | null;
}

/** What the stores of one "device" share. */
export class MemoryDisk {
  readonly accounts = new Map<AccountId, Account>();
  readonly secrets = new Map<AccountId, string>();
  readonly statuses = new Map<AccountId, AccountStatus>();
  readonly transcripts = new Map<AccountId, SessionTranscript[]>();
  readonly uidls = new Map<AccountId, Set<Uidl>>();
  /** See MailStore.uidlChanges. */
  readonly uidlChanges = new Map<AccountId, number>();
  readonly removals = new Map<AccountId, Map<Uidl, Removal>>();
  readonly deletions = new Map<AccountId, Deletion[]>();
  readonly wishes = new Map<AccountId, ServerWish[]>();
  readonly messages = new Map<MessageId, Kept>();
  proxyToken: string | null = null;
  nextId = 1;
  /** Of all accounts together; part of what a copy of the disk has to have. */
  changes = 0;

  /** To be called with each change of an account's unique-ids. */
  countUidlChange(account: AccountId): void {
    this.uidlChanges.set(account, ++this.changes);
  }
}
