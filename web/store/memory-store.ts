/**
 * MailStore in memory: for tests, and for a page whose browser refuses IndexedDB. Nothing outlives the page.
 * It passes the same contract test as idb-store. Two stores over one MemoryDisk behave like two tabs.
 */
import { PoplarError } from '../errors.ts';
import { NEVER_SYNCED, type Account, type AccountStatus } from '../model/account.ts';
import { closedStatus } from '../model/closed-account.ts';
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import { messageId } from '../model/ids.ts';
import { byNewest } from '../model/list-order.ts';
import type { FolderKind, MessageSummary, MovedMessage } from '../model/message.ts';
import type { Finding, Inspection } from '../model/repair.ts';
import type { Deletion, Holding, Removal } from '../model/retention.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { changedWishes } from './change-wishes.ts';
import { MemoryDisk } from './memory-disk.ts';
import { applyFindings, inspect } from './memory-inspect.ts';
import { addUidls, forgetUidls, recallUidls, renameMessages } from './memory-uidls.ts';
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
import { patchStatus } from './patch-status.ts';

export class MemoryStore implements MailStore {
  readonly #disk: MemoryDisk;
  #closed = false;

  constructor(disk: MemoryDisk = new MemoryDisk()) {
    this.#disk = disk;
  }

  accounts(): Promise<Account[]> {
    return this.#run((disk) => structuredClone([...disk.accounts.values()]));
  }

  putAccount(account: Account, password: string | null, known: readonly Uidl[] = []): Promise<void> {
    return this.#run((disk) => {
      disk.accounts.set(account.id, structuredClone(account));
      if (password !== null) disk.secrets.set(account.id, password);
      if (known.length > 0) addUidls(disk, account.id, known);
    });
  }

  password(account: AccountId): Promise<string | null> {
    return this.#run((disk) => disk.secrets.get(account) ?? null);
  }

  setPassword(account: AccountId, password: string | null): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      if (password === null) disk.secrets.delete(account);
      else disk.secrets.set(account, password);
    });
  }

  proxyToken(): Promise<string | null> {
    return this.#run((disk) => disk.proxyToken);
  }

  setProxyToken(token: string | null): Promise<void> {
    return this.#run((disk) => {
      disk.proxyToken = token;
    });
  }

  status(account: AccountId): Promise<AccountStatus> {
    return this.#run((disk) => structuredClone(disk.statuses.get(account) ?? NEVER_SYNCED));
  }

  patchStatus(account: AccountId, patch: Partial<AccountStatus>): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      disk.statuses.set(account, patchStatus(disk.statuses.get(account), structuredClone(patch)));
    });
  }

  transcripts(account: AccountId): Promise<SessionTranscript[]> {
    return this.#run((disk) => structuredClone(disk.transcripts.get(account) ?? []));
  }

  addTranscript(account: AccountId, transcript: SessionTranscript): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      const kept = [structuredClone(transcript), ...(disk.transcripts.get(account) ?? [])];
      disk.transcripts.set(account, kept.slice(0, TRANSCRIPTS_KEPT));
    });
  }

  closeAccount(account: Account): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account.id);
      disk.accounts.set(account.id, structuredClone(account));
      disk.secrets.delete(account.id);
      const status = disk.statuses.get(account.id);
      if (status !== undefined) disk.statuses.set(account.id, closedStatus(status));
      disk.transcripts.delete(account.id);
      disk.wishes.delete(account.id);
    });
  }

  removeAccount(account: AccountId): Promise<void> {
    return this.#run((disk) => {
      disk.accounts.delete(account);
      disk.secrets.delete(account);
      disk.statuses.delete(account);
      disk.transcripts.delete(account);
      disk.uidls.delete(account);
      disk.uidlChanges.delete(account);
      disk.removals.delete(account);
      disk.deletions.delete(account);
      disk.wishes.delete(account);
      for (const [id, kept] of disk.messages) {
        if (kept.summary.account === account) disk.messages.delete(id);
      }
    });
  }

  knownUidls(account: AccountId): Promise<ReadonlySet<Uidl>> {
    return this.#run((disk) => new Set(disk.uidls.get(account)));
  }

  uidlChanges(account: AccountId): Promise<number> {
    return this.#run((disk) => disk.uidlChanges.get(account) ?? 0);
  }

  addUidls(account: AccountId, uidls: readonly Uidl[]): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      addUidls(disk, account, uidls);
    });
  }

  renameMessages(account: AccountId, names: ReadonlyMap<MessageId, Uidl>): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      renameMessages(disk, account, names);
    });
  }

  forgetUidls(account: AccountId, uidls: readonly Uidl[]): Promise<Forgotten> {
    return this.#run((disk) => {
      mustExist(disk, account);
      return forgetUidls(disk, account, uidls);
    });
  }

  recallUidls(account: AccountId, forgotten: Forgotten): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      recallUidls(disk, account, forgotten);
    });
  }

  addMessages(account: AccountId, batch: readonly NewMessage[]): Promise<MessageSummary[]> {
    return this.#run((disk) => {
      mustExist(disk, account);
      const known = disk.uidls.get(account) ?? new Set<Uidl>();
      disk.uidls.set(account, known);
      const added: MessageSummary[] = [];
      for (const message of batch) {
        if (known.has(message.uidl)) continue;
        const summary = toSummary(account, messageId(disk.nextId++), message);
        disk.messages.set(summary.id, {
          summary,
          raw: message.raw.slice(),
          receipt: structuredClone(message.receipt ?? null),
        });
        known.add(message.uidl);
        added.push(structuredClone(summary));
      }
      if (added.length > 0) disk.countUidlChange(account);
      return added;
    });
  }

  completeMessage(id: MessageId, whole: Completion): Promise<MessageSummary | null> {
    return this.#run((disk) => {
      const kept = disk.messages.get(id);
      if (kept === undefined || (kept.summary.partial ?? kept.summary.damaged) === undefined) return null;
      const { account, folder, uidl, seen, starred } = kept.summary;
      kept.summary = { ...toSummary(account, id, { ...whole, uidl, folder }), seen, starred };
      kept.raw = whole.raw.slice();
      kept.receipt = structuredClone(whole.receipt ?? null);
      return structuredClone(kept.summary);
    });
  }

  summaries(): Promise<MessageSummary[]> {
    return this.#run((disk) => Array.from(disk.messages.values(), (kept) => structuredClone(kept.summary)));
  }

  newest({ folder, account }: NewestQuery, limit: number): Promise<Newest> {
    return this.#run((disk) => {
      const rows = Array.from(disk.messages.values(), ({ summary }) => summary)
        .filter((row) => row.folder === folder && (account === null || row.account === account))
        .sort(byNewest);
      const unread = rows.filter(({ seen }) => !seen).length;
      return { total: rows.length, unread, rows: structuredClone(rows.slice(0, limit)) };
    });
  }

  summary(id: MessageId): Promise<MessageSummary | null> {
    return this.#run((disk) => structuredClone(disk.messages.get(id)?.summary ?? null));
  }

  raw(id: MessageId): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#run((disk) => disk.messages.get(id)?.raw.slice() ?? null);
  }

  raws(ids: readonly MessageId[]): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
    return this.#run((disk) => ids.map((id) => disk.messages.get(id)?.raw.slice() ?? null));
  }

  setFlags(ids: readonly MessageId[], patch: FlagPatch): Promise<MessageId[]> {
    return this.#run((disk) =>
      ids.filter((id) => {
        const summary = disk.messages.get(id)?.summary;
        if (summary === undefined) return false;
        const { seen = summary.seen, starred = summary.starred } = patch;
        if (seen === summary.seen && starred === summary.starred) return false;
        summary.seen = seen;
        summary.starred = starred;
        return true;
      }),
    );
  }

  move(ids: readonly MessageId[], folder: FolderKind): Promise<MovedMessage[]> {
    return this.#run((disk) =>
      ids.flatMap((id): MovedMessage[] => {
        const summary = disk.messages.get(id)?.summary;
        if (summary === undefined || summary.folder === folder) return [];
        const from = summary.folder;
        summary.folder = folder;
        return [{ id, from }];
      }),
    );
  }

  removeMessages(ids: readonly MessageId[], headerOf: (raw: Uint8Array) => string): Promise<MessageId[]> {
    return this.#run((disk) =>
      ids.filter((id) => {
        const kept = disk.messages.get(id);
        if (kept?.summary.folder !== 'trash') return false;
        const { summary, raw, receipt } = kept;
        const noted = disk.deletions.get(summary.account) ?? [];
        noted.push({ ...outlineOf(summary), receipt, header: summary.damaged ? null : headerOf(raw) });
        disk.deletions.set(summary.account, noted);
        return disk.messages.delete(id);
      }),
    );
  }

  deletions(account: AccountId): Promise<Deletion[]> {
    return this.#run((disk) => structuredClone(disk.deletions.get(account) ?? []));
  }

  holdings(account: AccountId): Promise<Holding[]> {
    return this.#run((disk) => {
      const own = [...disk.messages.values()].filter(({ summary }) => summary.account === account);
      return own.map(({ summary, receipt }) =>
        structuredClone({
          ...outlineOf(summary),
          ...{ folder: summary.folder, receipt },
          ...(summary.damaged && { damaged: summary.damaged }),
        }),
      );
    });
  }

  removals(account: AccountId): Promise<Removal[]> {
    return this.#run((disk) => structuredClone([...(disk.removals.get(account)?.values() ?? [])]));
  }

  putRemovals(
    account: AccountId,
    removals: readonly Removal[],
    patch: Partial<AccountStatus> = {},
  ): Promise<void> {
    return this.#run((disk) => {
      mustExist(disk, account);
      const journal = disk.removals.get(account) ?? new Map<Uidl, Removal>();
      disk.removals.set(account, journal);
      for (const removal of removals) journal.set(removal.uidl, structuredClone(removal));
      disk.statuses.set(account, patchStatus(disk.statuses.get(account), structuredClone(patch)));
    });
  }

  wishes(account: AccountId): Promise<ServerWish[]> {
    return this.#run((disk) => structuredClone(disk.wishes.get(account) ?? []));
  }

  changeWishes<Result>(
    account: AccountId,
    decide: (wishes: ReadonlyMap<Uidl, ServerWish>) => WishChange<Result>,
  ): Promise<Result> {
    return this.#run((disk) => {
      mustExist(disk, account);
      const { wishes, result } = changedWishes(disk.wishes.get(account) ?? [], decide);
      if (wishes !== null) disk.wishes.set(account, structuredClone(wishes));
      return result;
    });
  }

  forgetRemovals(account: AccountId, uidls: readonly Uidl[]): Promise<void> {
    return this.#run((disk) => {
      for (const uidl of uidls) disk.removals.get(account)?.delete(uidl);
    });
  }

  use(account: AccountId): Promise<StorageUse> {
    return this.#run((disk) => {
      const use = { messages: 0, octets: 0 };
      for (const { summary } of disk.messages.values()) {
        if (summary.account !== account) continue;
        use.messages += 1;
        use.octets += summary.octets;
      }
      return use;
    });
  }

  inspect(account: AccountId, from: MessageId, octets: number): Promise<Inspection> {
    return this.#run((disk) => inspect(disk, account, from, octets));
  }

  applyFindings(findings: readonly Finding[]): Promise<MessageId[]> {
    return this.#run((disk) => applyFindings(disk, findings));
  }

  /** What is in memory is of one piece. */
  mendRecords(): Promise<number> {
    return this.#run(() => 0);
  }

  close(): void {
    this.#closed = true;
  }

  /** Runs the work at once and whole, and answers like a database does: later, and with a rejected promise on failure. */
  async #run<Result>(work: (disk: MemoryDisk) => Result): Promise<Result> {
    if (this.#closed) throw new PoplarError('storage-failed', 'storage', { detail: { reason: 'closed' } });
    return Promise.resolve(work(this.#disk));
  }
}

function mustExist(disk: MemoryDisk, account: AccountId): void {
  if (!disk.accounts.has(account)) throw new PoplarError('not-found', 'storage', { detail: { account } });
}

function toSummary(account: AccountId, id: MessageId, message: NewMessage): MessageSummary {
  return {
    ...structuredClone(message.digest),
    id,
    account,
    folder: message.folder,
    uidl: message.uidl,
    octets: message.raw.length,
    receivedAt: message.receivedAt,
    seen: false,
    starred: false,
    ...(message.unterminated && { unterminated: message.unterminated }),
    ...(message.partial && { partial: { ...message.partial } }),
  };
}

/** What holdings and deletions say of a message alike. */
function outlineOf({ id, uidl, octets, receivedAt, sentAt, partial }: MessageSummary) {
  return { id, uidl, octets, receivedAt, sentAt, ...(partial && { partial }) };
}
