/** Receipts of a page by slot, and the holdings that they make with its rows. Pure; must not know the database. */
import type { Holding } from '../model/retention.ts';
import { idAt } from './keys.ts';
import type { NewMessage } from './mail-store.ts';
import { decodeRow } from './rows.ts';
import type { PageRecord, StoredReceipt } from './schema.ts';

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

/** What is kept of a page. */
export function toHoldings({ page, rows }: PageRecord, receipts: Readonly<StoredReceipts> = []): Holding[] {
  return rows.map((stored, slot) => {
    const { uidl, octets, receivedAt, digest } = decodeRow(stored);
    const found = receipts[slot] ?? null;
    const receipt = found && { hash: found[0], listedOctets: found[1], unterminated: found[2] };
    return { id: idAt(page, slot), uidl, octets, receivedAt, sentAt: digest.sentAt, receipt };
  });
}
