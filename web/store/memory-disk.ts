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
  readonly removals = new Map<AccountId, Map<Uidl, Removal>>();
  readonly deletions = new Map<AccountId, Deletion[]>();
  readonly wishes = new Map<AccountId, ServerWish[]>();
  readonly messages = new Map<MessageId, Kept>();
  proxyToken: string | null = null;
  nextId = 1;
}

/** See MailStore.renameMessages. */
export function renameMessages(
  disk: MemoryDisk,
  account: AccountId,
  names: ReadonlyMap<MessageId, Uidl>,
): void {
  const renamed = new Map<Uidl, Uidl>();
  const rename = (message: { id: MessageId; uidl: Uidl }): void => {
    const name = names.get(message.id);
    if (name === undefined || name === message.uidl) return;
    renamed.set(message.uidl, name);
    message.uidl = name;
  };
  for (const { summary } of disk.messages.values()) if (summary.account === account) rename(summary);
  disk.deletions.get(account)?.forEach(rename);
  for (const wish of disk.wishes.get(account) ?? []) wish.uidl = renamed.get(wish.uidl) ?? wish.uidl;
  const journal = disk.removals.get(account);
  const moved = [...(journal?.values() ?? [])].filter(({ uidl }) => renamed.has(uidl));
  for (const { uidl } of moved) journal?.delete(uidl);
  for (const entry of moved) {
    const uidl = renamed.get(entry.uidl) ?? entry.uidl;
    journal?.set(uidl, { ...entry, uidl });
  }
  disk.uidls.set(account, new Set([...(disk.uidls.get(account) ?? []), ...renamed.values()]));
}
