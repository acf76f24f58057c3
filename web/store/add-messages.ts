/**
 * The one transaction by which mail comes in: raw bytes, rows, marks, unique-ids and counters, all or nothing (promise
 * P2). What is known is decided inside the transaction, so that two tabs never store a message twice.
 */
import type { IDBPTransaction } from 'idb';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange } from './keys.ts';
import { readKnown, type KnownUidls } from './known-uidls.ts';
import type { NewMessage } from './mail-store.ts';
import { mustExist } from './must-exist.ts';
import { packBytes, planPacks } from './packs.ts';
import type { PagePart } from './pages.ts';
import { appendMarks, dealPages, toRow, toSummary } from './pages.ts';
import { appendReceipts } from './receipts.ts';
import type { Counters, Ledger, PageRecord, PoplarSchema } from './schema.ts';
import { COUNTERS_KEY, NO_CHANGES, NO_MAIL } from './schema.ts';
import { damagedError } from './storage-error.ts';

const STORES = ['accounts', 'counters', 'ledgers', 'uidls', 'pages', 'marks', 'packs', 'receipts'] as const;
type AddTransaction = IDBPTransaction<PoplarSchema, typeof STORES, 'readwrite'>;

/** What the transaction read, and what it will leave behind. */
interface Outcome {
  summaries: MessageSummary[];
  before: number;
  after: number;
}

/**
 * Batches are flushed to the disk before they count. `relaxed` stored 14,000–19,000 messages a second, `strict` 9,000–14,000
 * (6 KB each, batches of 100, Chromium), and neither can tear a batch (P2). But with `relaxed` a power cut takes back
 * the last seconds after we said that they are here, and then deleting on a server (P1) would need a second promise
 * from a browser API that has none. The flush also overlaps with fetching the next batch.
 */
const DURABILITY = 'strict';

/** Adds what is new of the batch and returns it, in order; see MailStore.addMessages. */
export async function addMessages(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  batch: readonly NewMessage[],
): Promise<MessageSummary[]> {
  const outcome = await connection.write(STORES, DURABILITY, async (transaction): Promise<Outcome> => {
    const { ledger, counters } = await readState(transaction, account);
    const fresh = newOnes(batch, await knownIn(transaction, known, account, ledger.generation));
    const before = ledger.generation;
    if (fresh.length === 0) return { summaries: [], before, after: before };

    const { parts, nextPage } = dealPages(fresh, ledger, counters.nextPage);
    const summaries = await Promise.all(parts.map((part) => writePart(transaction, account, part)));
    const after = counters.changes + 1;
    issue(transaction.objectStore('counters').put({ nextPage, changes: after }, COUNTERS_KEY));
    issue(transaction.objectStore('ledgers').put(advance(ledger, parts, after), account));
    return { summaries: summaries.flat(), before, after };
  });
  // Only now, after the commit: an aborted transaction must leave nothing remembered.
  known.extend(
    account,
    outcome.before,
    outcome.after,
    outcome.summaries.map(({ uidl }) => uidl),
  );
  return outcome.summaries;
}

async function readState(
  transaction: AddTransaction,
  account: AccountId,
): Promise<{ ledger: Ledger; counters: Counters }> {
  const [found, ledger, counters] = await Promise.all([
    transaction.objectStore('accounts').getKey(account),
    transaction.objectStore('ledgers').get(account),
    transaction.objectStore('counters').get(COUNTERS_KEY),
  ]);
  mustExist(account, found);
  return {
    ledger: ledger ?? NO_MAIL,
    counters: counters ?? NO_CHANGES,
  };
}

async function knownIn(
  transaction: AddTransaction,
  known: KnownUidls,
  account: AccountId,
  generation: number,
): Promise<ReadonlySet<Uidl>> {
  const recalled = known.recall(account, generation);
  if (recalled !== null) return recalled;
  const read = readKnown(await transaction.objectStore('uidls').getAll(accountRange(account)));
  known.remember(account, generation, read);
  return read;
}

function newOnes(batch: readonly NewMessage[], known: ReadonlySet<Uidl>): NewMessage[] {
  const here = new Set<Uidl>();
  return batch.filter(({ uidl }) => {
    if (known.has(uidl) || here.has(uidl)) return false;
    here.add(uidl);
    return true;
  });
}

/** Writes one page's share of the batch and returns its summaries. */
async function writePart(
  transaction: AddTransaction,
  account: AccountId,
  part: PagePart,
): Promise<MessageSummary[]> {
  const [pages, marks] = [transaction.objectStore('pages'), transaction.objectStore('marks')];
  const [uidls, packStore] = [transaction.objectStore('uidls'), transaction.objectStore('packs')];
  const { page, firstSlot, messages } = part;
  const before =
    firstSlot === 0 ? [] : await Promise.all([pages.get(page), marks.get(page), uidls.get([account, page])]);
  const [oldPage, oldMarks, oldUidls = []] = before;
  const isTaken = firstSlot === 0 && (await isInUse(transaction, account, page));
  if (isTaken || (oldPage?.rows.length ?? 0) !== firstSlot) throw damagedError('page', page);

  const { packs, placed } = planPacks(messages);
  const rows = placed.map(({ message, place }) => toRow(message, place));
  const pageRecord: PageRecord = { page, account, ...oldPage, rows: [...(oldPage?.rows ?? []), ...rows] };
  const marksRecord = appendMarks(page, oldMarks, messages);
  for (const pack of packs) issue(packStore.put(packBytes(pack), pack.key));
  issue(pages.put(pageRecord));
  issue(marks.put(marksRecord));
  if (messages.some(({ receipt }) => receipt !== undefined)) {
    const receipts = transaction.objectStore('receipts');
    issue(receipts.put(appendReceipts(await receipts.get(page), firstSlot, messages), page));
  }
  issue(uidls.put([...oldUidls, ...messages.map(({ uidl }) => uidl)], [account, page]));
  return messages.map((_message, index) => toSummary(pageRecord, marksRecord, firstSlot + index));
}

/** The number of a new page stands for another one: the counters are lost, and what is there must not be overwritten. */
async function isInUse(transaction: AddTransaction, account: AccountId, page: number): Promise<boolean> {
  const [found, names] = await Promise.all([
    transaction.objectStore('pages').getKey(page),
    transaction.objectStore('uidls').getKey([account, page]),
  ]);
  return found !== undefined || names !== undefined;
}

function advance(ledger: Ledger, parts: readonly PagePart[], generation: number): Ledger {
  const next = { ...ledger, generation };
  for (const { page, firstSlot, messages } of parts) {
    next.openPage = page;
    next.openSlots = firstSlot + messages.length;
    next.messages += messages.length;
    for (const { raw } of messages) next.octets += raw.length;
  }
  return next;
}
