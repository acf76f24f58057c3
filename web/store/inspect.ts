/**
 * Mail as a repair reads it: MailStore.inspect, one reading transaction, and applyFindings, one writing one. Damage is
 * what they are there for, so that it is told in place of thrown.
 */
import type { IDBPTransaction } from 'idb';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { Finding, InspectedMessage, Inspection } from '../model/repair.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange, idAt, placeOf, type Place } from './keys.ts';
import { isDamaged, markDamaged, noteDate } from './pages.ts';
import { holds, unpack } from './packs.ts';
import { receiptAt } from './receipts.ts';
import { decodeRow, encodeRow } from './rows.ts';
import type { PoplarSchema } from './schema.ts';

const STORES = ['uidls', 'pages', 'marks', 'packs', 'receipts'] as const;
type InspectTransaction = IDBPTransaction<PoplarSchema, typeof STORES, 'readonly'>;

/** A batch lies within one page. */
export function inspect(
  connection: Connection,
  account: AccountId,
  from: MessageId,
  octets: number,
): Promise<Inspection> {
  const start = placeOf(from) ?? { page: 0, slot: 0 };
  return connection.read(STORES, async (transaction) => {
    const keys = await transaction.objectStore('uidls').getAllKeys(accountRange(account));
    const pages = keys.map(([, page]) => page).filter((page) => page >= start.page);
    for (const [index, page] of pages.entries()) {
      const first = page === start.page ? start.slot : 0;
      const { messages, stoppedAt } = await inspectPage(transaction, { page, slot: first }, octets);
      if (stoppedAt !== null) return { messages, next: idAt(page, stoppedAt) };
      const next = pages[index + 1];
      if (messages.length > 0) return { messages, next: next === undefined ? null : idAt(next, 0) };
    }
    return { messages: [], next: null };
  });
}

/** The messages of a page from a slot on; `stoppedAt` is the slot of the first that found no room. */
async function inspectPage(
  transaction: InspectTransaction,
  from: Place,
  octets: number,
): Promise<{ messages: InspectedMessage[]; stoppedAt: number | null }> {
  const [page, marks, receipts] = await Promise.all([
    transaction.objectStore('pages').get(from.page),
    transaction.objectStore('marks').get(from.page),
    transaction.objectStore('receipts').get(from.page),
  ]);
  const messages: InspectedMessage[] = [];
  let key: number | null = null;
  let record: ArrayBuffer | undefined;
  let room = octets;
  for (let slot = from.slot; slot < (page?.rows.length ?? 0); slot++) {
    const stored = page?.rows[slot];
    if (!stored) continue;
    const { pack, offset, octets, uidl, digest, partial } = decodeRow(stored);
    room -= octets;
    if (room < 0 && messages.length > 0) return { messages, stoppedAt: slot };
    if (key !== pack) [key, record] = [pack, await transaction.objectStore('packs').get(pack)];
    const receipt = receiptAt(receipts, slot);
    const place = { pack, offset };
    const raw = holds(record, place, octets) ? unpack(record, place, octets) : null;
    const [isCut, damaged] = [partial !== undefined, isDamaged(marks, slot)];
    messages.push({ id: idAt(from.page, slot), uidl, octets, digest, receipt, isCut, damaged, raw });
  }
  return { messages, stoppedAt: null };
}

export function applyFindings(connection: Connection, findings: readonly Finding[]): Promise<MessageId[]> {
  return connection.write(['pages', 'marks'], 'relaxed', async (transaction) => {
    const changed: MessageId[] = [];
    for (const [number, inPage] of byPage(findings)) {
      const [page, marks] = await Promise.all([
        transaction.objectStore('pages').get(number),
        transaction.objectStore('marks').get(number),
      ]);
      if (page === undefined || marks === undefined) continue;
      let [rowsChanged, marksChanged] = [false, false];
      for (const { finding, slot } of inPage) {
        const stored = page.rows[slot];
        if (!stored) continue;
        const marked = markDamaged(marks, slot, finding.damaged);
        let dated = false;
        if (finding.digest !== null) {
          const row = { ...decodeRow(stored), digest: finding.digest };
          page.rows[slot] = encodeRow(row);
          dated = noteDate(marks, row);
          rowsChanged = true;
        }
        marksChanged ||= marked || dated;
        if (marked || finding.digest !== null) changed.push(finding.id);
      }
      if (rowsChanged) issue(transaction.objectStore('pages').put(page));
      if (marksChanged) issue(transaction.objectStore('marks').put(marks));
    }
    return changed;
  });
}

function byPage(findings: readonly Finding[]): Map<number, { finding: Finding; slot: number }[]> {
  const pages = new Map<number, { finding: Finding; slot: number }[]>();
  for (const finding of findings) {
    const place = placeOf(finding.id);
    if (place === null) continue;
    const inPage = pages.get(place.page) ?? [];
    pages.set(place.page, inPage);
    inPage.push({ finding, slot: place.slot });
  }
  return pages;
}
