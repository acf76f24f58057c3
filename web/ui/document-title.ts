/** The title of the browser's tab. Pure. */
import type { FolderKind } from '../model/message.ts';
import type { Route } from '../state/route.ts';
import { FOLDER_NAMES } from './trash-words.ts';

/** The opened message's subject, else the view; unread mail in brackets before it, as tabs have it. */
export function documentTitle(
  view: Route['view'],
  unread: number,
  message: { subject: string } | null,
  folder: FolderKind = 'inbox',
): string {
  const views: Record<Route['view'], string> = {
    mail: message === null ? FOLDER_NAMES[folder] : message.subject || '(no subject)',
    settings: 'Settings',
    server: 'On the server',
    'add-account': 'Add an account',
  };
  return `${unread > 0 ? `(${unread}) ` : ''}${views[view]} · Poplar`;
}
