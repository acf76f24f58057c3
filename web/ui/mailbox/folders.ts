/** The folders there are, what they are called, what is counted in them. Pure. */
import { isClosed } from '../../model/closed-account.ts';
import type { AccountId } from '../../model/ids.ts';
import type { FolderKind } from '../../model/message.ts';
import type { AccountEntry, AccountsState } from '../../state/accounts.svelte.ts';
import { FOLDER_NAMES } from '../trash-words.ts';
import { formatCount } from '../units.ts';

export interface Folder {
  kind: FolderKind;
  /** Null for all accounts together. */
  account: AccountId | null;
  name: string;
  /** No longer fetched. */
  closed?: boolean;
}

const TRASH: Folder = { kind: 'trash', account: null, name: FOLDER_NAMES.trash };

/** One inbox while there is one account; all of them together and each alone when there are more. One Trash for all. */
export function foldersOf(entries: readonly AccountEntry[]): Folder[] {
  if (entries.length < 2) return [{ kind: 'inbox', account: null, name: FOLDER_NAMES.inbox }, TRASH];
  return [
    { kind: 'inbox', account: null, name: 'All inboxes' },
    ...entries.map(({ account }): Folder => ({
      kind: 'inbox',
      account: account.id,
      name: account.address,
      closed: isClosed(account),
    })),
    TRASH,
  ];
}

/** A folder's name on one line, or an address on two: what tells one from another is as often behind the @ as before it. */
export function nameLines({ account, name }: Folder): string[] {
  const at = name.lastIndexOf('@');
  return account === null || at < 1 ? [name] : [name.slice(0, at), name.slice(at)];
}

export type Shown = Pick<Folder, 'kind' | 'account'>;

/** Whether a list is this folder's. Trash is one for all accounts. */
export function isShown(folder: Shown, query: { folder: FolderKind; account: AccountId | null }): boolean {
  return folder.kind === query.folder && (folder.kind === 'trash' || folder.account === query.account);
}

export function folderName(
  query: { folder: FolderKind; account: AccountId | null },
  entries: readonly AccountEntry[],
): string {
  return foldersOf(entries).find((folder) => isShown(folder, query))?.name ?? FOLDER_NAMES[query.folder];
}

/** The figure beside a folder, and what it counts: what is unread, but in Trash all that is there. */
export function figureOf(folder: Shown, counts: AccountsState['counts']): { count: number; words: string } {
  const own = counts.filter(
    (count) => count.folder === folder.kind && (folder.account === null || count.account === folder.account),
  );
  const isTrash = folder.kind === 'trash';
  const count = own.reduce((sum, { total, unread }) => sum + (isTrash ? total : unread), 0);
  return { count, words: formatCount(count, isTrash ? 'message' : 'unread message') };
}
