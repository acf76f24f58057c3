/**
 * Messages under the unique-ids that a server gives them now: MailStore.renameMessages, one transaction. Whatever goes by
 * a message's unique-id (rules, wishes, the ledger of the server) finds it again; the old ones stay known.
 */
import type { IDBPTransaction } from 'idb';
import { PoplarError } from '../errors.ts';
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import { putUidls } from './add-uidls.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { byPage } from './keys.ts';
import type { KnownUidls } from './known-uidls.ts';
import type { PoplarSchema } from './schema.ts';

const STORES = ['accounts', 'counters', 'ledgers', 'uidls', 'pages', 'deletions', 'wishes'] as const;
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
    const found = await transaction.objectStore('accounts').getKey(account);
    if (found === undefined) throw new PoplarError('not-found', 'storage', { detail: { account } });
    const renamed: Renamed = new Map();
    for (const [page, inPage] of byPage([...names.keys()])) {
      await renameInPage(transaction, account, { page, inPage, names }, renamed);
    }
    if (renamed.size === 0) return;
    const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
    const uidls = transaction.objectStore('uidls');
    await putUidls({ counters, ledgers, uidls }, account, [...renamed.keys()]);
    const wishes = await transaction.objectStore('wishes').get(account);
    if (wishes === undefined) return;
    const moved = wishes.map((wish) => ({ ...wish, uidl: renamed.get(wish.uidl) ?? wish.uidl }));
    issue(transaction.objectStore('wishes').put(moved, account));
  });
  known.forget(account);
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
