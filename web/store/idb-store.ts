/**
 * MailStore in IndexedDB. Each method is one transaction; what the records look like is in schema.ts, how a batch is
 * written in add-messages.ts.
 */
import { NEVER_SYNCED, type Account, type AccountStatus } from '../model/account.ts';
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import type { FolderKind, MessageSummary, MovedMessage } from '../model/message.ts';
import type { Finding, Inspection } from '../model/repair.ts';
import type { Deletion, Holding, Removal } from '../model/retention.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { addMessages } from './add-messages.ts';
import { addUidls, putUidls, UIDL_STORES } from './add-uidls.ts';
import { forgetUidls, recallUidls } from './forget-uidls.ts';
import { completeMessage } from './complete-message.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { accountRange, byPage, placeOf } from './keys.ts';
import { KnownUidls, readKnown } from './known-uidls.ts';
import { closeAccount, removeAccount } from './leave.ts';
import { changedWishes } from './change-wishes.ts';
import {
  TRANSCRIPTS_KEPT,
  type FlagPatch,
  type Forgotten,
  type MailStore,
  type Newest,
  type NewestQuery,
  type NewMessage,
  type StorageUse,
  type WishChange,
  type Completion,
} from './mail-store.ts';
import { applyFindings, inspect } from './inspect.ts';
import { mendRecords } from './mend-records.ts';
import { moveMessages } from './move-messages.ts';
import { mustExist } from './must-exist.ts';
import { newest } from './newest.ts';
import type { OpenOptions } from './open.ts';
import { openConnection } from './open.ts';
import { unpack } from './packs.ts';
import { readRaws } from './read-raws.ts';
import { decodeRow } from './rows.ts';
import { toHoldings } from './receipts.ts';
import { patchMarks, toSummaries, toSummary } from './pages.ts';
import { patchStatus } from './patch-status.ts';
import { putRemovals } from './put-removals.ts';
import { removeMessages } from './remove-messages.ts';
import { renameMessages } from './rename-messages.ts';
import { PROXY_TOKEN_KEY } from './schema.ts';

/** Pages read at once: bounds what is in memory twice while 100,000 summaries are read, and how long nobody else gets a turn. */
const PAGES_A_SLICE = 4;

/** Opens the mail of this device. Throws `storage-blocked`, `storage-full`, `storage-failed`. */
export async function openIdbStore(options: OpenOptions = {}): Promise<MailStore> {
  return new IdbStore(await openConnection(options));
}

class IdbStore implements MailStore {
  readonly #connection: Connection;
  readonly #known = new KnownUidls();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  accounts(): Promise<Account[]> {
    return this.#connection.read(['accounts'], (transaction) => transaction.objectStore('accounts').getAll());
  }

  async putAccount(account: Account, password: string | null, known: readonly Uidl[] = []): Promise<void> {
    await this.#connection.write(UIDL_STORES, 'strict', async (transaction) => {
      issue(transaction.objectStore('accounts').put(account));
      if (password !== null) issue(transaction.objectStore('secrets').put(password, account.id));
      const [counters, ledgers] = [transaction.objectStore('counters'), transaction.objectStore('ledgers')];
      const uidls = transaction.objectStore('uidls');
      if (known.length > 0) await putUidls({ counters, ledgers, uidls }, account.id, known);
    });
    if (known.length > 0) this.#known.forget(account.id);
  }

  password(account: AccountId): Promise<string | null> {
    return this.#connection.read(
      ['secrets'],
      async (transaction) => (await transaction.objectStore('secrets').get(account)) ?? null,
    );
  }

  setPassword(account: AccountId, password: string | null): Promise<void> {
    return this.#connection.write(['accounts', 'secrets'], 'strict', async (transaction) => {
      mustExist(account, await transaction.objectStore('accounts').getKey(account));
      const secrets = transaction.objectStore('secrets');
      issue(password === null ? secrets.delete(account) : secrets.put(password, account));
    });
  }

  proxyToken(): Promise<string | null> {
    return this.#connection.read(
      ['secrets'],
      async (transaction) => (await transaction.objectStore('secrets').get(PROXY_TOKEN_KEY)) ?? null,
    );
  }

  setProxyToken(token: string | null): Promise<void> {
    return this.#connection.write(['secrets'], 'strict', (transaction) => {
      const secrets = transaction.objectStore('secrets');
      issue(token === null ? secrets.delete(PROXY_TOKEN_KEY) : secrets.put(token, PROXY_TOKEN_KEY));
    });
  }

  status(account: AccountId): Promise<AccountStatus> {
    return this.#connection.read(
      ['statuses'],
      async (transaction) => (await transaction.objectStore('statuses').get(account)) ?? { ...NEVER_SYNCED },
    );
  }

  patchStatus(account: AccountId, patch: Partial<AccountStatus>): Promise<void> {
    return this.#connection.write(['accounts', 'statuses'], 'relaxed', async (transaction) => {
      mustExist(account, await transaction.objectStore('accounts').getKey(account));
      const statuses = transaction.objectStore('statuses');
      issue(statuses.put(patchStatus(await statuses.get(account), patch), account));
    });
  }

  transcripts(account: AccountId): Promise<SessionTranscript[]> {
    return this.#connection.read(
      ['transcripts'],
      async (transaction) => (await transaction.objectStore('transcripts').get(account)) ?? [],
    );
  }

  addTranscript(account: AccountId, transcript: SessionTranscript): Promise<void> {
    return this.#connection.write(['accounts', 'transcripts'], 'relaxed', async (transaction) => {
      mustExist(account, await transaction.objectStore('accounts').getKey(account));
      const store = transaction.objectStore('transcripts');
      const kept = [transcript, ...((await store.get(account)) ?? [])].slice(0, TRANSCRIPTS_KEPT);
      issue(store.put(kept, account));
    });
  }

  closeAccount(account: Account): Promise<void> {
    return closeAccount(this.#connection, account);
  }

  async removeAccount(account: AccountId): Promise<void> {
    await removeAccount(this.#connection, account);
    this.#known.forget(account);
  }

  knownUidls(account: AccountId): Promise<ReadonlySet<Uidl>> {
    return this.#connection.read(['ledgers', 'uidls'], async (transaction) => {
      const generation = (await transaction.objectStore('ledgers').get(account))?.generation ?? 0;
      const recalled = this.#known.recall(account, generation);
      if (recalled !== null) return new Set(recalled);
      const uidls = readKnown(await transaction.objectStore('uidls').getAll(accountRange(account)));
      this.#known.remember(account, generation, uidls);
      return new Set(uidls);
    });
  }

  uidlChanges(account: AccountId): Promise<number> {
    return this.#connection.read(['ledgers'], async (transaction) => {
      return (await transaction.objectStore('ledgers').get(account))?.generation ?? 0;
    });
  }

  addUidls(account: AccountId, uidls: readonly Uidl[]): Promise<void> {
    return addUidls(this.#connection, this.#known, account, uidls);
  }

  renameMessages(account: AccountId, names: ReadonlyMap<MessageId, Uidl>): Promise<void> {
    return renameMessages(this.#connection, this.#known, account, names);
  }

  forgetUidls(account: AccountId, uidls: readonly Uidl[]): Promise<Forgotten> {
    return forgetUidls(this.#connection, this.#known, account, uidls);
  }

  recallUidls(account: AccountId, forgotten: Forgotten): Promise<void> {
    return recallUidls(this.#connection, this.#known, account, forgotten);
  }

  addMessages(account: AccountId, batch: readonly NewMessage[]): Promise<MessageSummary[]> {
    return addMessages(this.#connection, this.#known, account, batch);
  }

  completeMessage(id: MessageId, whole: Completion): Promise<MessageSummary | null> {
    return completeMessage(this.#connection, id, whole);
  }

  summaries(): Promise<MessageSummary[]> {
    return this.#connection.read(['pages', 'marks'], async (transaction) => {
      const all: MessageSummary[] = [];
      let range: IDBKeyRange | null = null;
      for (;;) {
        const [pages, marks] = await Promise.all([
          transaction.objectStore('pages').getAll(range, PAGES_A_SLICE),
          transaction.objectStore('marks').getAll(range, PAGES_A_SLICE),
        ]);
        const marksOf = new Map(marks.map((one) => [one.page, one]));
        for (const page of pages) for (const row of toSummaries(page, marksOf.get(page.page))) all.push(row);
        const last = pages.at(-1);
        if (last === undefined || pages.length < PAGES_A_SLICE) return all;
        range = IDBKeyRange.lowerBound(last.page, true);
      }
    });
  }

  newest(query: NewestQuery, limit: number): Promise<Newest> {
    return newest(this.#connection, query, limit);
  }

  async summary(id: MessageId): Promise<MessageSummary | null> {
    const place = placeOf(id);
    if (place === null) return null;
    return this.#connection.read(['pages', 'marks'], async (transaction) => {
      const [page, marks] = await Promise.all([
        transaction.objectStore('pages').get(place.page),
        transaction.objectStore('marks').get(place.page),
      ]);
      return page?.rows[place.slot] ? toSummary(page, marks, place.slot) : null;
    });
  }

  async raw(id: MessageId): Promise<Uint8Array<ArrayBuffer> | null> {
    const place = placeOf(id);
    if (place === null) return null;
    return this.#connection.read(['pages', 'packs'], async (transaction) => {
      const stored = (await transaction.objectStore('pages').get(place.page))?.rows[place.slot];
      if (!stored) return null;
      const row = decodeRow(stored);
      return unpack(await transaction.objectStore('packs').get(row.pack), row, row.octets);
    });
  }

  raws(ids: readonly MessageId[]): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
    return readRaws(this.#connection, ids);
  }

  setFlags(ids: readonly MessageId[], patch: FlagPatch): Promise<MessageId[]> {
    return this.#connection.write(['marks'], 'relaxed', async (transaction) => {
      const store = transaction.objectStore('marks');
      const changed: MessageId[] = [];
      await Promise.all(
        Array.from(byPage(ids), async ([page, inPage]) => {
          const marks = await store.get(page);
          if (marks === undefined) return;
          const really = inPage.filter(({ slot }) => patchMarks(marks, slot, patch));
          if (really.length === 0) return;
          changed.push(...really.map(({ id }) => id));
          issue(store.put(marks));
        }),
      );
      return changed;
    });
  }

  move(ids: readonly MessageId[], folder: FolderKind): Promise<MovedMessage[]> {
    return moveMessages(this.#connection, ids, folder);
  }

  removeMessages(ids: readonly MessageId[], headerOf: (raw: Uint8Array) => string): Promise<MessageId[]> {
    return removeMessages(this.#connection, ids, headerOf);
  }

  deletions(account: AccountId): Promise<Deletion[]> {
    return this.#connection.read(['deletions'], async (transaction) =>
      (await transaction.objectStore('deletions').getAll(accountRange(account))).flat(),
    );
  }

  holdings(account: AccountId): Promise<Holding[]> {
    return this.#connection.read(['uidls', 'pages', 'marks', 'receipts'], async (transaction) => {
      const keys = await transaction.objectStore('uidls').getAllKeys(accountRange(account));
      const pages = await Promise.all(
        keys.map(async ([, page]) => {
          const [record, marks, receipts] = await Promise.all([
            transaction.objectStore('pages').get(page),
            transaction.objectStore('marks').get(page),
            transaction.objectStore('receipts').get(page),
          ]);
          return record === undefined ? [] : toHoldings(record, marks, receipts);
        }),
      );
      return pages.flat();
    });
  }

  removals(account: AccountId): Promise<Removal[]> {
    return this.#connection.read(['removals'], (transaction) =>
      transaction.objectStore('removals').getAll(accountRange(account)),
    );
  }

  putRemovals(
    account: AccountId,
    removals: readonly Removal[],
    patch?: Partial<AccountStatus>,
  ): Promise<void> {
    return putRemovals(this.#connection, account, removals, patch);
  }

  wishes(account: AccountId): Promise<ServerWish[]> {
    return this.#connection.read(
      ['wishes'],
      async (transaction) => (await transaction.objectStore('wishes').get(account)) ?? [],
    );
  }

  changeWishes<Result>(
    account: AccountId,
    decide: (wishes: ReadonlyMap<Uidl, ServerWish>) => WishChange<Result>,
  ): Promise<Result> {
    return this.#connection.write(['accounts', 'wishes'], 'strict', async (transaction) => {
      mustExist(account, await transaction.objectStore('accounts').getKey(account));
      const store = transaction.objectStore('wishes');
      const { wishes, result } = changedWishes((await store.get(account)) ?? [], decide);
      if (wishes !== null) issue(store.put(wishes, account));
      return result;
    });
  }

  forgetRemovals(account: AccountId, uidls: readonly Uidl[]): Promise<void> {
    return this.#connection.write(['removals'], 'relaxed', (transaction) => {
      for (const uidl of uidls) issue(transaction.objectStore('removals').delete([account, uidl]));
    });
  }

  use(account: AccountId): Promise<StorageUse> {
    return this.#connection.read(['ledgers'], async (transaction) => {
      const ledger = await transaction.objectStore('ledgers').get(account);
      return { messages: ledger?.messages ?? 0, octets: ledger?.octets ?? 0 };
    });
  }

  inspect(account: AccountId, from: MessageId, octets: number): Promise<Inspection> {
    return inspect(this.#connection, account, from, octets);
  }

  applyFindings(findings: readonly Finding[]): Promise<MessageId[]> {
    return applyFindings(this.#connection, findings);
  }

  mendRecords(): Promise<number> {
    return mendRecords(this.#connection);
  }

  close(): void {
    this.#connection.close('closed');
  }
}
