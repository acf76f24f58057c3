/**
 * The newest messages of a folder without reading the others: MailStore.newest. Marks say how new a page's newest message
 * is at most; pages are read from the newest on, until no other can hold a newer message.
 */
import { byNewest, listDate } from '../model/list-order.ts';
import type { Connection } from './connection.ts';
import type { Newest, NewestQuery } from './mail-store.ts';
import { accountRange } from './keys.ts';
import { countIn, toSummaries } from './pages.ts';
import type { MarksRecord } from './schema.ts';
import { damagedError } from './storage-error.ts';

export function newest(connection: Connection, query: NewestQuery, limit: number): Promise<Newest> {
  const { folder, account } = query;
  return connection.read(['uidls', 'marks', 'pages'], async (transaction) => {
    const [keys, records] = await Promise.all([
      transaction.objectStore('uidls').getAllKeys(account === null ? null : accountRange(account)),
      transaction.objectStore('marks').getAll(),
    ]);
    const pages = new Set(keys.map(([, page]) => page));
    const [found, holding]: [Newest, MarksRecord[]] = [{ total: 0, unread: 0, rows: [] }, []];
    for (const marks of records) {
      if (!pages.has(marks.page)) continue;
      const { total, unread } = countIn(marks, folder);
      found.total += total;
      found.unread += unread;
      if (total > 0) holding.push(marks);
    }
    holding.sort((a, b) => b.newest - a.newest);
    for (const marks of holding) {
      const last = found.rows[limit - 1];
      // Of equal dates the one stored later goes first, so that a page that is as new may still hold it.
      if (last !== undefined && listDate(last) > marks.newest) break;
      const page = await transaction.objectStore('pages').get(marks.page);
      if (page === undefined) throw damagedError('page', marks.page);
      const rows = toSummaries(page, marks).filter((row) => row.folder === folder);
      found.rows = [...found.rows, ...rows].sort(byNewest).slice(0, limit);
    }
    return found;
  });
}
