/**
 * A whole message in place of its beginning, or of damaged octets: MailStore.completeMessage, one transaction. What was there
 * stays in its pack while other messages need that, until more of it is dead than alive (reclaim.ts): to rewrite megabytes
 * of other messages would cost more.
 */
import type { MessageId } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { completedPackKey, placeOf } from './keys.ts';
import type { Completion } from './mail-store.ts';
import { packBytes } from './packs.ts';
import { isDamaged, markDamaged, noteDate, toRow, toSummary } from './pages.ts';
import { withReceipt } from './receipts.ts';
import { dropPack, markDead, reclaimable } from './reclaim.ts';
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
    if (row.partial === undefined && !isDamaged(marks, slot)) return null;
    const ledgers = transaction.objectStore('ledgers');
    const ledger = await ledgers.get(record.account);
    if (ledger === undefined || marks === undefined) throw damagedError('page', page);

    const { raw } = whole;
    const key = completedPackKey(id);
    // What came may bear another name; the row's is the one that stands in `uidls`.
    record.rows[slot] = toRow({ ...whole, uidl: row.uidl }, { pack: key, offset: 0 });
    // One that was completed before had this pack for itself, which is written anew.
    if (row.pack !== key) markDead(record, row.pack, row.octets);
    for (const unused of reclaimable(record).unused) {
      issue(transaction.objectStore('packs').delete(unused));
      dropPack(record, unused);
    }
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
