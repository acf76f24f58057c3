/**
 * Messages under the unique-ids that a server gives them now: MailStore.renameMessages, one transaction. Whatever goes by
 * a message's unique-id (rules, wishes, the journal, the ledger of the server) finds it again; the old ones stay known.
 */
import type { IDBPTransaction } from 'idb';
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import { putUidls } from './add-uidls.ts';
import { renamedWishes } from './change-wishes.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange, byPage } from './keys.ts';
import type { KnownUidls } from './known-uidls.ts';
import { mustExist } from './must-exist.ts';
import type { PoplarSchema } from './schema.ts';

const STORES = [
  'accounts',
  'counters',
  'ledgers',
  'uidls',
  'pages',
  'deletions',
  'wishes',
  'removals',
] as const;
type RenameTransaction = IDBPTransaction<PoplarSchema, typeof STORES, 'readwrite'>;

/** New unique-ids by the old ones. */
type Renamed = Map<Uidl, Uidl>;

export async function renameMessages(
  connection: Connection,
  known: KnownUidls,
  account: AccountId,
  names: ReadonlyMap<MessageId, Uidl>,
): Promise<void> {
  await connection.write(STORES, 'strict', async (transaction) => {
    mustExist(account, await transaction.objectStore('accounts').getKey(account));
    const renamed: Renamed = new Map();
    for (const [page, inPage] of byPage([...names.keys()])) {
      await renameInPage(transaction, account, { page, inPage, names }, renamed);
    }
    if (renamed.size === 0) return;
    const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
    const uidls = transaction.objectStore('uidls');
    await putUidls({ counters, ledgers, uidls }, account, [...renamed.keys()]);
    await renameRemovals(transaction, account, renamed);
    const wishes = await transaction.objectStore('wishes').get(account);
    if (wishes === undefined) return;
    issue(transaction.objectStore('wishes').put(renamedWishes(wishes, renamed), account));
  });
  known.forget(account);
}

async function renameRemovals(
  transaction: RenameTransaction,
  account: AccountId,
  renamed: Renamed,
): Promise<void> {
  const journal = transaction.objectStore('removals');
  const moved = (await journal.getAll(accountRange(account))).flatMap((entry) => {
    const uidl = renamed.get(entry.uidl);
    return uidl === undefined ? [] : [{ entry, uidl }];
  });
  // All old names before the first new one: two messages may have changed names with each other.
  for (const { entry } of moved) issue(journal.delete([account, entry.uidl]));
  for (const { entry, uidl } of moved) issue(journal.put({ ...entry, uidl }, [account, uidl]));
}

interface PageOfNames {
  page: number;
  inPage: readonly { id: MessageId; slot: number }[];
  names: ReadonlyMap<MessageId, Uidl>;
}

/** What is here, and what was deleted for good and is still to be known on the server. */
async function renameInPage(
  transaction: RenameTransaction,
  account: AccountId,
  { page, inPage, names }: PageOfNames,
  renamed: Renamed,
): Promise<void> {
  const [pages, uidls] = [transaction.objectStore('pages'), transaction.objectStore('uidls')];
  const deletions = transaction.objectStore('deletions');
  const [record, slots, noted = []] = await Promise.all([
    pages.get(page),
    uidls.get([account, page]),
    deletions.get([account, page]),
  ]);
  if (slots === undefined) return;
  for (const { id, slot } of inPage) {
    const name = names.get(id);
    const row = record?.account === account ? record.rows[slot] : null;
    const note = noted.find((deletion) => deletion.id === id);
    const old = row?.[0] ?? note?.uidl;
    if (name === undefined || old === undefined || old === name) continue;
    if (row) row[0] = name;
    else if (note !== undefined) note.uidl = name;
    slots[slot] = name;
    renamed.set(old, name);
  }
  if (record !== undefined) issue(pages.put(record));
  if (noted.length > 0) issue(deletions.put(noted, [account, page]));
  issue(uidls.put(slots, [account, page]));
}
