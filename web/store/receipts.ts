/** Receipts of a page by slot, and the holdings that they make with its rows. Pure; must not know the database. */
import type { MessageId } from '../model/ids.ts';
import type { Deletion, Holding, Receipt } from '../model/retention.ts';
import { idAt } from './keys.ts';
import type { NewMessage } from './mail-store.ts';
import { folderAt, isDamaged } from './pages.ts';
import { decodeRow, type StoredRow } from './rows.ts';
import type { MarksRecord, PageRecord, StoredReceipt } from './schema.ts';
import { damagedError } from './storage-error.ts';

type StoredReceipts = (StoredReceipt | null)[];

/** The receipts of messages that take the slots from `firstSlot` on, behind those the page has. */
export function appendReceipts(
  before: Readonly<StoredReceipts> | undefined,
  firstSlot: number,
  messages: readonly Pick<NewMessage, 'receipt'>[],
): StoredReceipts {
  const slots = Array.from({ length: firstSlot }, (_, slot) => before?.[slot] ?? null);
  const added = messages.map(({ receipt }): StoredReceipt | null =>
    receipt === undefined ? null : [receipt.hash, receipt.listedOctets, receipt.unterminated],
  );
  return [...slots, ...added];
}

/** The receipts of a page with that of one slot replaced. */
export function withReceipt(
  before: Readonly<StoredReceipts> | undefined,
  slot: number,
  message: Pick<NewMessage, 'receipt'>,
): StoredReceipts {
  const upTo = appendReceipts(before, slot, [message]);
  return [...upTo, ...(before ?? []).slice(upTo.length)];
}

/** The receipt in a slot; null where the message has none. */
export function receiptAt(receipts: Readonly<StoredReceipts> | undefined, slot: number): Receipt | null {
  const found = receipts?.[slot] ?? null;
  return found && { hash: found[0], listedOctets: found[1], unterminated: found[2] };
}

/** What holdings and deletions say of a message alike. */
export function outlineOf(id: MessageId, stored: StoredRow): Omit<Deletion, 'receipt' | 'header'> {
  const { uidl, octets, receivedAt, digest, partial } = decodeRow(stored);
  return { id, uidl, octets, receivedAt, sentAt: digest.sentAt, ...(partial && { partial }) };
}

/** What is kept of a page. Throws `storage-failed` when its marks do not fit. */
export function toHoldings(
  { page, rows }: PageRecord,
  marks: MarksRecord | undefined,
  receipts: Readonly<StoredReceipts> | undefined,
): Holding[] {
  return rows.flatMap((stored, slot) => {
    if (stored === null) return [];
    const folder = marks && folderAt(marks, slot);
    if (!folder) throw damagedError('page', page);
    const receipt = receiptAt(receipts, slot);
    const damaged = isDamaged(marks, slot);
    return { ...outlineOf(idAt(page, slot), stored), folder, receipt, ...(damaged && { damaged }) };
  });
}
