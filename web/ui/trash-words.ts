/** What was moved or deleted, for the toast that offers to take it back. Pure. */
import type { FolderKind } from '../model/message.ts';
import { formatCount } from './units.ts';

export const FOLDER_NAMES: Readonly<Record<FolderKind, string>> = { inbox: 'Inbox', trash: 'Trash' };

/** `Moved to Trash`, `3 messages moved to Inbox`. */
export function movedWords(folder: FolderKind, count: number): string {
  const where = FOLDER_NAMES[folder];
  return count === 1 ? `Moved to ${where}` : `${formatCount(count, 'message')} moved to ${where}`;
}

/** `Deleted for good`, `312 messages deleted for good`. */
export function deletedWords(count: number): string {
  return count === 1 ? 'Deleted for good' : `${formatCount(count, 'message')} deleted for good`;
}
