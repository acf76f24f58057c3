/**
 * A whole message in place of its beginning: MailStore.completeMessage, one transaction. The beginning stays in its pack,
 * until more of it is dead than alive (reclaim.ts): a few kilobytes, against rewriting megabytes of other messages.
 */
import type { MessageId } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { completedPackKey, placeOf } from './keys.ts';
import type { Completion } from './mail-store.ts';
import { packBytes } from './packs.ts';
import { markDamaged, noteDate, toRow, toSummary } from './pages.ts';
import { withReceipt } from './receipts.ts';
import { markDead } from './reclaim.ts';
import { decodeRow } from './rows.ts';
import { damagedError } from './storage-error.ts';

const STORES = ['ledgers', 'pages', 'marks', 'packs', 'receipts'] as const;

export async function completeMessage(
  connection: Connection,
  id: MessageId,
  whole: Completion,
): Promise<MessageSummary | null> {
  const place = placeOf(id);
  if (place === null) return null;
  const { page, slot } = place;
  return connection.write(STORES, 'strict', async (transaction) => {
    const [pages, receipts] = [transaction.objectStore('pages'), transaction.objectStore('receipts')];
    const [record, marks, before] = await Promise.all([
      pages.get(page),
      transaction.objectStore('marks').get(page),
      receipts.get(page),
    ]);
    const stored = record?.rows[slot];
    if (record === undefined || !stored) return null;
    const row = decodeRow(stored);
    if (row.partial === undefined) return null;
    const ledgers = transaction.objectStore('ledgers');
    const ledger = await ledgers.get(record.account);
    if (ledger === undefined || marks === undefined) throw damagedError('page', page);

    const { raw } = whole;
    const key = completedPackKey(id);
    // What came may bear another name; the row's is the one that stands in `uidls`.
    record.rows[slot] = toRow({ ...whole, uidl: row.uidl }, { pack: key, offset: 0 });
    markDead(record, row.pack, row.octets);
    const pack = packBytes({ key, octets: raw.length, parts: [{ id, raw }] });
    issue(transaction.objectStore('packs').put(pack, key));
    issue(pages.put(record));
    const [isNewer, isMended] = [noteDate(marks, whole), markDamaged(marks, slot, false)];
    if (isNewer || isMended) issue(transaction.objectStore('marks').put(marks));
    issue(receipts.put(withReceipt(before, slot, whole), page));
    issue(ledgers.put({ ...ledger, octets: ledger.octets - row.octets + raw.length }, record.account));
    return toSummary(record, marks, slot);
  });
}
