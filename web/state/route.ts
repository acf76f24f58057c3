/**
 * The address of every view, kept behind the `#` so that the page works from any folder and offline:
 * `#/inbox`, `#/trash`, `#/inbox/4711?account=…&filter=unread`, `#/settings`, `#/settings/server/…`, `#/add-account`. Pure.
 */
import type { ListQuery } from '../api/mail-api.ts';
import { accountId, messageId, type AccountId, type MessageId } from '../model/ids.ts';
import type { FolderKind } from '../model/message.ts';

export type Route =
  | { view: 'mail'; query: ListQuery; message: MessageId | null }
  | { view: 'settings' }
  /** What is on the account's server. */
  | { view: 'server'; account: AccountId }
  | { view: 'add-account' };

export type MailRoute = Extract<Route, { view: 'mail' }>;

export const HOME: MailRoute = {
  view: 'mail',
  query: { folder: 'inbox', account: null, filter: 'all' },
  message: null,
};

const FOLDERS: readonly FolderKind[] = ['inbox', 'trash'];

/** Anything that is not an address of ours leads home. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const [, view, item, ...rest] = path.split('/');
  if (view === 'settings' && item === 'server' && rest.length === 1) return server(rest[0] ?? '');
  if (rest.length > 0) return HOME;
  if (view === 'settings' && item === undefined) return { view: 'settings' };
  if (view === 'add-account' && item === undefined) return { view: 'add-account' };
  const folder = FOLDERS.find((kind) => kind === view);
  if (folder === undefined) return HOME;
  const parameters = new URLSearchParams(search);
  const account = parameters.get('account');
  const filter = parameters.get('filter');
  return {
    view: 'mail',
    query: {
      folder,
      account: account ? accountId(account) : null,
      filter: filter === 'unread' || filter === 'starred' ? filter : 'all',
    },
    message: parseMessage(item),
  };
}

export function formatRoute(route: Route): string {
  if (route.view === 'server') return `#/settings/server/${route.account}`;
  if (route.view !== 'mail') return `#/${route.view}`;
  const { query, message } = route;
  const parameters = new URLSearchParams();
  if (query.account !== null) parameters.set('account', query.account);
  if (query.filter !== 'all') parameters.set('filter', query.filter);
  const search = parameters.toString();
  return `#/${query.folder}${message === null ? '' : `/${message}`}${search ? `?${search}` : ''}`;
}

function server(id: string): Route {
  // Ids are made here, of letters and digits.
  const isOurs = /^[\w.~-]+$/.test(id);
  return isOurs ? { view: 'server', account: accountId(id) } : HOME;
}

function parseMessage(item: string | undefined): MessageId | null {
  if (item === undefined || !/^\d{1,16}$/.test(item)) return null;
  const value = Number(item);
  return Number.isSafeInteger(value) ? messageId(value) : null;
}
