/**
 * Copies of all mail of an account as an mbox file, piece by piece, so that a mailbox of gigabytes needs a few megabytes.
 * Must not know where the file goes. What counts as saved is decided here: only a copy that was read to its end.
 */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { BackupOutline, BackupPart } from '../model/backup.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { Holding } from '../model/retention.ts';
import { mboxEntry } from '../message/mbox.ts';
import type { MailStore } from '../store/mail-store.ts';
import { checksum } from '../sync/checksum.ts';
import { findAccount } from './account-desk.ts';
import type { Mailroom } from './mailroom.ts';

/** A piece is closed before it grows beyond this; a larger message is one by itself. Four times as much is no faster. */
const PART_OCTETS = 1024 * 1024;
const PART_MESSAGES = 1_000;

export interface BackupDeskParts {
  store: MailStore;
  mailroom: Mailroom;
  /** Milliseconds since 1970. */
  now: () => number;
}

interface Copy {
  account: AccountId;
  /** In the order of arrival. */
  holdings: readonly Holding[];
  /** So many of them were read. */
  read: number;
  /** Messages that it cannot stand for: not in it, or not as they came. */
  without: MessageId[];
}

type BackupCalls = Pick<MailApi, 'startBackup' | 'readBackup' | 'endBackup'>;

export class BackupDesk implements BackupCalls {
  readonly #parts: BackupDeskParts;
  readonly #copies = new Map<number, Copy>();
  #lastId = 0;

  constructor(parts: BackupDeskParts) {
    this.#parts = parts;
  }

  async startBackup(account: AccountId): Promise<BackupOutline> {
    const { store } = this.#parts;
    await findAccount(store, account);
    for (const [id, copy] of this.#copies) if (copy.account === account) this.#copies.delete(id);
    const holdings = (await store.holdings(account)).toSorted((a, b) => a.id - b.id);
    const id = (this.#lastId += 1);
    this.#copies.set(id, { account, holdings, read: 0, without: [] });
    const octets = holdings.reduce((sum, holding) => sum + holding.octets, 0);
    return { id, messages: holdings.length, octets };
  }

  async readBackup(backup: number): Promise<BackupPart> {
    const copy = this.#find(backup);
    const { store, mailroom } = this.#parts;
    const batch = nextBatch(copy);
    const list = await mailroom.list();
    const whole = batch.filter(({ partial }) => partial === undefined);
    // Once the rest is fetched it has the same id, and the copy has not.
    copy.without.push(...batch.flatMap(({ id, partial }) => (partial === undefined ? [] : [id])));
    const raws = await store.raws(whole.map(({ id }) => id));
    const entries: Uint8Array[] = [];
    let damaged = 0;
    for (const [index, holding] of whole.entries()) {
      const { id, receivedAt } = holding;
      const raw = raws[index] ?? null;
      const isDamaged = raw !== null && !isAsItCame(holding, raw);
      if (isDamaged) damaged += 1;
      if (raw === null || isDamaged) copy.without.push(id);
      // What is left of a damaged message may be all that anybody has.
      if (raw !== null)
        entries.push(mboxEntry(raw, { sender: list.get(id)?.from.address ?? '', receivedAt }));
    }
    copy.read += batch.length;
    const isLast = copy.read === copy.holdings.length;
    return {
      bytes: joined(entries),
      messages: entries.length,
      unreadable: whole.length - entries.length,
      damaged,
      beginnings: batch.length - whole.length,
      isLast,
    };
  }

  async endBackup(backup: number, saved: boolean): Promise<void> {
    const { account, holdings, read, without } = this.#find(backup);
    const last = holdings.at(-1);
    if (saved && read < holdings.length) {
      throw new PoplarError('bad-input', 'page', { detail: { field: 'copy' } });
    }
    this.#copies.delete(backup);
    if (!saved || last === undefined) return;
    const { store, mailroom, now } = this.#parts;
    const messages = holdings.length - without.length;
    await store.patchStatus(account, { backup: { at: now(), upTo: last.id, without, messages } });
    mailroom.tell({ type: 'accounts-changed' });
  }

  #find(backup: number): Copy {
    const copy = this.#copies.get(backup);
    if (copy === undefined) throw new PoplarError('not-found', 'storage');
    return copy;
  }
}

/** As far as that can be told: what has no receipt has no checksum. */
function isAsItCame({ damaged, receipt }: Holding, raw: Uint8Array): boolean {
  return damaged !== true && (receipt === null || checksum(raw) === receipt.hash);
}

/** At least one, while there are any. */
function nextBatch({ holdings, read }: Copy): readonly Holding[] {
  let [end, octets] = [read, 0];
  while (end < holdings.length && end < read + PART_MESSAGES) {
    octets += holdings[end]?.octets ?? 0;
    if (octets > PART_OCTETS && end > read) break;
    end += 1;
  }
  return holdings.slice(read, end);
}

function joined(entries: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}
