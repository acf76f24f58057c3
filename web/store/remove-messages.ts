/**
 * Deleting from this device for good: MailStore.removeMessages. One transaction takes rows, marks, receipts and octets and
 * leaves the unique-ids, so that nothing is fetched again; whatever interrupts it, a message is here whole or gone whole.
 */
import type { IDBPTransaction } from 'idb';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { Deletion } from '../model/retention.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { byPage, idAt } from './keys.ts';
import { holds, unpack } from './packs.ts';
import { folderAt, isDamaged, markGone } from './pages.ts';
import { outlineOf, receiptAt } from './receipts.ts';
import { buryRows, dropPack, reclaimable, squeezePack } from './reclaim.ts';
import { decodeRow } from './rows.ts';
import type { MarksRecord, PageRecord, PoplarSchema, StoredReceipt } from './schema.ts';
import { NO_MAIL } from './schema.ts';

const STORES = ['ledgers', 'pages', 'marks', 'packs', 'receipts', 'deletions'] as const;
type RemoveTransaction = IDBPTransaction<PoplarSchema, typeof STORES, 'readwrite'>;

/** So many packs (4 MB at most) are written anew by one call; what is left is looked at when its page loses mail again. */
const MAX_SQUEEZED = 16;

type HeaderOf = (raw: Uint8Array) => string;

/** A page as it was read. */
interface ReadPage {
  page: PageRecord;
  marks: MarksRecord;
  receipts: (StoredReceipt | null)[] | undefined;
}

/** What one page has lost. */
interface Loss {
  account: AccountId;
  ids: MessageId[];
  octets: number;
  /** The page's number when nothing is left on it. */
  emptied: number | null;
}

export function removeMessages(
  connection: Connection,
  ids: readonly MessageId[],
  headerOf: HeaderOf,
): Promise<MessageId[]> {
  return connection.write(STORES, 'strict', async (transaction) => {
    const budget = { packs: MAX_SQUEEZED };
    const losses: Loss[] = [];
    // One page after the other: all packs of ten thousand messages do not fit into memory together.
    for (const [number, inPage] of byPage(ids)) {
      const [page, marks, receipts] = await Promise.all([
        transaction.objectStore('pages').get(number),
        transaction.objectStore('marks').get(number),
        transaction.objectStore('receipts').get(number),
      ]);
      if (page === undefined || marks === undefined) continue;
      const slots = new Set(
        inPage.map(({ slot }) => slot).filter((slot) => folderAt(marks, slot) === 'trash'),
      );
      if (slots.size === 0) continue;
      losses.push(await clear(transaction, { page, marks, receipts }, [...slots], headerOf, budget));
    }
    for (const account of new Set(losses.map((loss) => loss.account))) {
      await settleLedger(
        transaction,
        account,
        losses.filter((loss) => loss.account === account),
      );
    }
    return losses.flatMap((loss) => loss.ids);
  });
}

async function clear(
  transaction: RemoveTransaction,
  read: ReadPage,
  slots: readonly number[],
  headerOf: HeaderOf,
  budget: { packs: number },
): Promise<Loss> {
  const { page, marks, receipts } = read;
  const { account, page: number } = page;
  await noteDeletions(transaction, account, number, await describe(transaction, read, slots, headerOf));
  const buried = buryRows(page, slots);
  await reclaim(transaction, page, budget);
  const isEmpty = page.rows.every((row) => row === null);
  if (isEmpty) {
    for (const name of ['pages', 'marks', 'receipts'] as const) {
      issue(transaction.objectStore(name).delete(number));
    }
  } else {
    for (const slot of slots) markGone(marks, slot);
    issue(transaction.objectStore('pages').put(page));
    issue(transaction.objectStore('marks').put(marks));
    const left = receipts?.map((receipt, slot) => (page.rows[slot] === null ? null : receipt));
    if (left !== undefined) issue(transaction.objectStore('receipts').put(left, number));
  }
  return {
    account,
    ids: slots.map((slot) => idAt(number, slot)),
    octets: buried.reduce((sum, row) => sum + decodeRow(row).octets, 0),
    emptied: isEmpty ? number : null,
  };
}

/** Reads each pack once. */
async function describe(
  transaction: RemoveTransaction,
  { page, marks, receipts }: ReadPage,
  slots: readonly number[],
  headerOf: HeaderOf,
): Promise<Deletion[]> {
  const described: Deletion[] = [];
  let key: number | null = null;
  let record: ArrayBuffer | undefined;
  for (const slot of slots.toSorted((a, b) => a - b)) {
    const stored = page.rows[slot];
    if (!stored) continue;
    const row = decodeRow(stored);
    if (key !== row.pack) {
      key = row.pack;
      record = await transaction.objectStore('packs').get(key);
    }
    // A damaged message can be got rid of as well, but not on the server, which may have the only good one.
    const isWhole = holds(record, row, row.octets) && !isDamaged(marks, slot);
    const header = isWhole ? headerOf(unpack(record, row, row.octets)) : null;
    const receipt = receiptAt(receipts, slot);
    described.push({ ...outlineOf(idAt(page.page, slot), stored), receipt, header });
  }
  return described;
}

async function noteDeletions(
  transaction: RemoveTransaction,
  account: AccountId,
  page: number,
  deletions: readonly Deletion[],
): Promise<void> {
  const store = transaction.objectStore('deletions');
  const before = (await store.get([account, page])) ?? [];
  issue(store.put([...before, ...deletions], [account, page]));
}

async function reclaim(
  transaction: RemoveTransaction,
  page: PageRecord,
  budget: { packs: number },
): Promise<void> {
  const packs = transaction.objectStore('packs');
  const { unused, sparse } = reclaimable(page);
  for (const pack of unused) {
    issue(packs.delete(pack));
    dropPack(page, pack);
  }
  for (const pack of sparse.slice(0, budget.packs)) {
    const squeezed = squeezePack(page, pack, await packs.get(pack));
    budget.packs -= 1;
    if (squeezed !== null) issue(packs.put(squeezed, pack));
  }
}

async function settleLedger(
  transaction: RemoveTransaction,
  account: AccountId,
  losses: readonly Loss[],
): Promise<void> {
  const store = transaction.objectStore('ledgers');
  const ledger = { ...((await store.get(account)) ?? NO_MAIL) };
  for (const { ids, octets, emptied } of losses) {
    ledger.messages -= ids.length;
    ledger.octets -= octets;
    // Nothing can be appended to a page that is no more.
    if (emptied === ledger.openPage) ledger.openSlots = 0;
  }
  issue(store.put(ledger, account));
}
