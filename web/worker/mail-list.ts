/**
 * The lists a person scrolls, in memory: every summary, newest first, with windows, filters and counts.
 * Pure: no storage, no clock. A batch is merged in, never re-sorted; filtered views are built when first asked for
 * and kept until something changes.
 */
import type { FolderCount, ListQuery, ListWindow } from '../api/mail-api.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import { byNewest } from '../model/list-order.ts';
import type { FolderKind, MessageSummary } from '../model/message.ts';
import type { FlagPatch } from '../store/mail-store.ts';

export class MailList {
  /** All summaries by `byNewest`. Rows are replaced, never changed in place: a view may hold them. */
  #rows: MessageSummary[] = [];
  readonly #byId = new Map<MessageId, MessageSummary>();
  readonly #counts = new Map<string, FolderCount>();
  readonly #views = new Map<string, readonly MessageSummary[]>();
  /** In no view and no count, for as long as their deletion can be called off. */
  readonly #hidden = new Set<MessageId>();
  #version = 0;

  /** Adds summaries in any order; those already here are left out. Returns what was added. */
  add(batch: readonly MessageSummary[]): MessageSummary[] {
    const added: MessageSummary[] = [];
    for (const summary of batch) {
      if (this.#byId.has(summary.id)) continue;
      this.#byId.set(summary.id, summary);
      this.#count(summary, 1);
      added.push(summary);
    }
    if (added.length > 0) this.#changed();
    this.#rows = merge(this.#rows, added.toSorted(byNewest));
    return added;
  }

  /**
   * Puts a message in place of what was known of it; flags and folder as they are here, for they may have changed since it
   * was read. False when it is not here.
   */
  replace(summary: MessageSummary): boolean {
    const before = this.#byId.get(summary.id);
    if (before === undefined) return false;
    const { seen, starred, folder } = before;
    this.#rows.splice(find(this.#rows, before), 1);
    this.#byId.delete(before.id);
    this.#count(before, -1);
    this.add([{ ...summary, seen, starred, folder }]);
    return true;
  }

  /** Applies the patch to the messages that are here; returns those that really changed. */
  setFlags(ids: readonly MessageId[], patch: FlagPatch): MessageId[] {
    const changed = ids.filter((id) => {
      const before = this.#byId.get(id);
      if (before === undefined) return false;
      const { seen = before.seen, starred = before.starred } = patch;
      if (seen === before.seen && starred === before.starred) return false;
      this.#replace(before, { ...before, seen, starred });
      return true;
    });
    if (changed.length > 0) this.#changed();
    return changed;
  }

  /** Moves the messages that are here; returns those that were in another folder. They are not hidden any more. */
  move(ids: readonly MessageId[], folder: FolderKind): MessageId[] {
    const moved = ids.filter((id) => {
      const before = this.#byId.get(id);
      if (before === undefined || before.folder === folder) return false;
      this.#setHidden(before, false);
      this.#replace(before, { ...before, folder });
      return true;
    });
    if (moved.length > 0) this.#changed();
    return moved;
  }

  /** Hides messages or shows them again; returns those for which that is a change. */
  setHidden(ids: readonly MessageId[], hidden: boolean): MessageId[] {
    const changed = ids.filter((id) => {
      const row = this.#byId.get(id);
      if (row === undefined || this.#hidden.has(id) === hidden) return false;
      this.#setHidden(row, hidden);
      return true;
    });
    if (changed.length > 0) this.#changed();
    return changed;
  }

  /** Returns those that were here. */
  remove(ids: readonly MessageId[]): MessageId[] {
    const removed = ids.filter((id) => {
      const row = this.#byId.get(id);
      if (row === undefined) return false;
      this.#count(row, -1);
      this.#hidden.delete(id);
      return this.#byId.delete(id);
    });
    if (removed.length > 0) this.#changed();
    this.#rows = this.#rows.filter(({ id }) => this.#byId.has(id));
    return removed;
  }

  removeAccount(account: AccountId): void {
    this.remove(this.#rows.flatMap((row) => (row.account === account ? row.id : [])));
  }

  get(id: MessageId): MessageSummary | null {
    return this.#byId.get(id) ?? null;
  }

  /** `unread` counts the whole folder of the query, whatever the filter. */
  window(query: ListQuery, offset: number, limit: number): ListWindow {
    const view = this.#view(query);
    const start = Math.max(0, Math.min(offset, view.length));
    const rows = view.slice(start, start + Math.max(0, limit));
    return { total: view.length, unread: this.#unread(query), offset: start, rows, version: this.#version };
  }

  /** Where the message stands in the list now, or -1. */
  indexOf(query: ListQuery, id: MessageId): number {
    const row = this.#byId.get(id);
    return row === undefined ? -1 : find(this.#view(query), row);
  }

  /** All of the list, in order. */
  ids(query: ListQuery): MessageId[] {
    return this.#view(query).map(({ id }) => id);
  }

  counts(): FolderCount[] {
    return [...this.#counts.values()].filter(({ total }) => total > 0).map((count) => ({ ...count }));
  }

  #changed(): void {
    this.#version += 1;
    this.#views.clear();
  }

  #replace(before: MessageSummary, after: MessageSummary): void {
    this.#byId.set(after.id, after);
    this.#rows[find(this.#rows, before)] = after;
    this.#count(before, -1);
    this.#count(after, 1);
  }

  #setHidden(row: MessageSummary, hidden: boolean): void {
    if (this.#hidden.has(row.id) === hidden) return;
    if (hidden) this.#count(row, -1);
    this.#hidden[hidden ? 'add' : 'delete'](row.id);
    if (!hidden) this.#count(row, 1);
  }

  #count(row: MessageSummary, step: 1 | -1): void {
    if (this.#hidden.has(row.id)) return;
    const { account, folder } = row;
    const count = this.#counts.get(countKey(row)) ?? { account, folder, total: 0, unread: 0, octets: 0 };
    count.total += step;
    count.octets += step * row.octets;
    if (!row.seen) count.unread += step;
    this.#counts.set(countKey(row), count);
  }

  #unread({ folder, account }: ListQuery): number {
    let unread = 0;
    for (const count of this.#counts.values()) {
      if (count.folder === folder && (account === null || count.account === account)) unread += count.unread;
    }
    return unread;
  }

  #view(query: ListQuery): readonly MessageSummary[] {
    const key = `${query.folder} ${query.filter} ${query.account ?? ''}`;
    const kept = this.#views.get(key);
    if (kept !== undefined) return kept;
    const view = this.#rows.filter((row) => matches(query, row) && !this.#hidden.has(row.id));
    this.#views.set(key, view);
    return view;
  }
}

function matches({ folder, account, filter }: ListQuery, row: MessageSummary): boolean {
  if (row.folder !== folder || (account !== null && row.account !== account)) return false;
  if (filter === 'unread') return !row.seen;
  return filter === 'all' || row.starred;
}

const countKey = ({ account, folder }: { account: AccountId; folder: FolderKind }) => `${folder} ${account}`;

/**
 * Merges two sorted lists into the first and returns it. It works from the end and stops when the batch is used up:
 * a fetch goes from new to old, so that most batches are simply appended.
 */
function merge(rows: MessageSummary[], batch: readonly MessageSummary[]): MessageSummary[] {
  let from = rows.length - 1;
  for (const summary of batch) rows.push(summary);
  let to = rows.length - 1;
  let next = batch.length - 1;
  for (let incoming = batch[next]; incoming !== undefined; to -= 1) {
    const present = rows[from];
    if (present !== undefined && byNewest(present, incoming) > 0) {
      rows[to] = present;
      from -= 1;
    } else {
      rows[to] = incoming;
      incoming = batch[--next];
    }
  }
  return rows;
}

/** Binary search for the place of a row, or -1 when it is not in this view. */
function find(rows: readonly MessageSummary[], wanted: MessageSummary): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && byNewest(row, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return rows[low]?.id === wanted.id ? low : -1;
}
