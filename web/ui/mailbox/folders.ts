/** The folders there are, what they are called, what is unread in them. Pure. */
import type { AccountId } from '../../model/ids.ts';
import type { AccountEntry, AccountsState } from '../../state/accounts.svelte.ts';

export interface Folder {
  /** Null for all accounts together. */
  account: AccountId | null;
  name: string;
}

/** One inbox while there is one account; all of them together and each alone when there are more. */
export function foldersOf(entries: readonly AccountEntry[]): Folder[] {
  if (entries.length < 2) return [{ account: null, name: 'Inbox' }];
  return [
    { account: null, name: 'All inboxes' },
    ...entries.map(({ account }) => ({ account: account.id, name: account.address })),
  ];
}

export function folderName(account: AccountId | null, entries: readonly AccountEntry[]): string {
  return foldersOf(entries).find((folder) => folder.account === account)?.name ?? 'Inbox';
}

/** Unread messages of one account's inbox, or of all with null. */
export function unreadIn(account: AccountId | null, counts: AccountsState['counts']): number {
  return counts
    .filter((count) => account === null || count.account === account)
    .reduce((sum, count) => sum + count.unread, 0);
}
