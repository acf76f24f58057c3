/** Unique-ids of a MemoryDisk: added, forgotten, given to other messages. Must not know who asks. */
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import { renamedWishes } from './change-wishes.ts';
import type { Forgotten } from './mail-store.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** See MailStore.addUidls. */
export function addUidls(disk: MemoryDisk, account: AccountId, uidls: readonly Uidl[]): void {
  disk.uidls.set(account, new Set([...(disk.uidls.get(account) ?? []), ...uidls]));
  disk.countUidlChange(account);
}

/** See MailStore.forgetUidls. */
export function forgetUidls(disk: MemoryDisk, account: AccountId, uidls: readonly Uidl[]): Forgotten {
  const here = new Set<Uidl>();
  for (const { summary } of disk.messages.values()) if (summary.account === account) here.add(summary.uidl);
  const forgotten = new Set(
    uidls.filter((one) => !here.has(one) && disk.uidls.get(account)?.delete(one) === true),
  );
  if (forgotten.size > 0) disk.countUidlChange(account);
  const noted = disk.deletions.get(account) ?? [];
  disk.deletions.set(
    account,
    noted.filter(({ uidl }) => !forgotten.has(uidl)),
  );
  return { uidls: [...forgotten], deletions: noted.filter(({ uidl }) => forgotten.has(uidl)) };
}

/** See MailStore.recallUidls. */
export function recallUidls(disk: MemoryDisk, account: AccountId, { uidls, deletions }: Forgotten): void {
  const missing = new Set(uidls.filter((one) => disk.uidls.get(account)?.has(one) !== true));
  addUidls(disk, account, [...missing]);
  const back = deletions.filter(({ uidl }) => missing.has(uidl));
  disk.deletions.set(account, [...(disk.deletions.get(account) ?? []), ...structuredClone(back)]);
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
  disk.wishes.set(account, renamedWishes(disk.wishes.get(account) ?? [], renamed));
  renameRemovals(disk, account, renamed);
  if (renamed.size > 0) addUidls(disk, account, [...renamed.values()]);
}

function renameRemovals(disk: MemoryDisk, account: AccountId, renamed: ReadonlyMap<Uidl, Uidl>): void {
  const journal = disk.removals.get(account);
  const moved = [...(journal?.values() ?? [])].filter(({ uidl }) => renamed.has(uidl));
  for (const { uidl } of moved) journal?.delete(uidl);
  for (const entry of moved) {
    const uidl = renamed.get(entry.uidl) ?? entry.uidl;
    journal?.set(uidl, { ...entry, uidl });
  }
}
