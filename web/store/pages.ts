/** Rows and marks of a page, and the summaries they make together. Pure; must not know the database. */
import { listDate } from '../model/list-order.ts';
import type { FolderKind, MessageSummary } from '../model/message.ts';
import { idAt, PAGE_SLOTS } from './keys.ts';
import type { FlagPatch, NewMessage } from './mail-store.ts';
import type { Packable, PackPlace } from './packs.ts';
import type { StoredRow } from './rows.ts';
import { decodeRow, encodeRow } from './rows.ts';
import type { MarksRecord, PageRecord } from './schema.ts';
import { damagedError } from './storage-error.ts';

const SEEN = 1;
const STARRED = 2;
const DAMAGED = 4;
/** Stored as an index: entries may be added at the end, never moved. */
const FOLDERS: readonly FolderKind[] = ['inbox', 'trash'];
/** In place of a folder where a message was deleted for good. */
const GONE = 255;

/**
 * A batch goes behind the last page's rows while the page then has at most this many; otherwise it begins a page.
 * The trade: appending rewrites the page's rows (some 100 KB at most), a new page for each small batch would cost
 * reading a record for each fetch that ever brought a message. Batches of hundreds get pages of their own.
 */
export const APPEND_SLOTS = 256;

/** What of a batch goes into one page. */
export interface PagePart {
  page: number;
  firstSlot: number;
  messages: (NewMessage & Packable)[];
}

/** Deals a batch out to pages and gives each message its id. `openSlots` of `openPage` are taken (0: no page yet). */
export function dealPages(
  batch: readonly NewMessage[],
  open: { openPage: number; openSlots: number },
  nextPage: number,
): { parts: PagePart[]; nextPage: number } {
  const parts: PagePart[] = [];
  let next = nextPage;
  const deal = (page: number, firstSlot: number, messages: readonly NewMessage[]): void => {
    const withIds = messages.map((message, index) => ({ ...message, id: idAt(page, firstSlot + index) }));
    parts.push({ page, firstSlot, messages: withIds });
  };
  if (open.openSlots > 0 && open.openSlots + batch.length <= APPEND_SLOTS) {
    deal(open.openPage, open.openSlots, batch);
    return { parts, nextPage: next };
  }
  for (let start = 0; start < batch.length; start += PAGE_SLOTS) {
    deal(next++, 0, batch.slice(start, start + PAGE_SLOTS));
  }
  return { parts, nextPage: next };
}

export function toRow(message: Omit<NewMessage, 'folder'>, place: PackPlace): StoredRow {
  const { uidl, digest, raw, receivedAt, unterminated, partial } = message;
  const row = { uidl, digest, octets: raw.length, receivedAt, ...place };
  return encodeRow({ ...row, ...(unterminated && { unterminated }), ...(partial && { partial }) });
}

/** Marks for messages that just arrived, behind those the page has. */
export function appendMarks(
  page: number,
  before: MarksRecord | undefined,
  messages: readonly NewMessage[],
): MarksRecord {
  const taken = before?.flags.length ?? 0;
  const flags = new Uint8Array(taken + messages.length);
  const folders = new Uint8Array(taken + messages.length);
  if (before !== undefined) {
    flags.set(before.flags);
    folders.set(before.folders);
  }
  messages.forEach((message, index) => (folders[taken + index] = FOLDERS.indexOf(message.folder)));
  const newest = Math.max(before?.newest ?? -Infinity, newestDate(messages.map(datesOf)));
  return { page, newest, flags, folders };
}

/** What the list date of a message is made of. */
export function datesOf({ receivedAt, digest }: Pick<NewMessage, 'receivedAt' | 'digest'>) {
  return { receivedAt, sentAt: digest.sentAt };
}

/** The newest of their list dates. */
export function newestDate(messages: readonly ReturnType<typeof datesOf>[]): number {
  return messages.reduce((newest, message) => Math.max(newest, listDate(message)), -Infinity);
}

/** Applies the patch in place; true when that changed something. False for a slot that is not taken. */
export function patchMarks(marks: MarksRecord, slot: number, patch: FlagPatch): boolean {
  const before = marks.flags[slot];
  if (before === undefined || folderAt(marks, slot) === null) return false;
  const after = withBit(withBit(before, SEEN, patch.seen), STARRED, patch.starred);
  marks.flags[slot] = after;
  return after !== before;
}

/** The folder of the message in a slot; null where there is none. */
export function folderAt(marks: MarksRecord, slot: number): FolderKind | null {
  return FOLDERS[marks.folders[slot] ?? GONE] ?? null;
}

/** Moves the message in a slot, in place. */
export function setFolder(marks: MarksRecord, slot: number, folder: FolderKind): void {
  marks.folders[slot] = FOLDERS.indexOf(folder);
}

/** Marks a slot as one whose message was deleted for good, in place. */
export function markGone(marks: MarksRecord, slot: number): void {
  marks.flags[slot] = 0;
  marks.folders[slot] = GONE;
}

/** How many messages of the page are in the folder, and how many of them nobody has read. */
export function countIn(
  { flags, folders }: MarksRecord,
  folder: FolderKind,
): { total: number; unread: number } {
  const wanted = FOLDERS.indexOf(folder);
  const count = { total: 0, unread: 0 };
  folders.forEach((one, slot) => {
    if (one !== wanted) return;
    count.total += 1;
    if (((flags[slot] ?? 0) & SEEN) === 0) count.unread += 1;
  });
  return count;
}

/** Whether a repair has found the message damaged. */
export function isDamaged(marks: MarksRecord | undefined, slot: number): boolean {
  return ((marks?.flags[slot] ?? 0) & DAMAGED) !== 0;
}

/** Notes in place what a repair has found; true when that changed something. False for a slot that is not taken. */
export function markDamaged(marks: MarksRecord, slot: number, damaged: boolean): boolean {
  const before = marks.flags[slot];
  if (before === undefined) return false;
  const after = withBit(before, DAMAGED, damaged);
  marks.flags[slot] = after;
  return after !== before;
}

/** The message in a slot has another date: the page is to be looked at for it. */
export function noteDate(marks: MarksRecord, message: Pick<NewMessage, 'receivedAt' | 'digest'>): boolean {
  const date = newestDate([datesOf(message)]);
  const isNewer = date > marks.newest;
  if (isNewer) marks.newest = date;
  return isNewer;
}

/** Marks that fit the page: what is missing of them is unread, in the inbox. Null when nothing is. */
export function mendMarks(page: PageRecord, marks: MarksRecord | undefined): MarksRecord | null {
  const slots = page.rows.length;
  const folders = new Uint8Array(slots);
  const flags = new Uint8Array(slots);
  const newest = newestDate(page.rows.flatMap((row) => (row === null ? [] : datesOf(decodeRow(row)))));
  let isWhole = marks?.flags.length === slots && marks.folders.length === slots && marks.newest >= newest;
  page.rows.forEach((row, slot) => {
    const folder = marks?.folders[slot] ?? 0;
    const isKnown = row === null ? folder === GONE : FOLDERS[folder] !== undefined;
    isWhole &&= isKnown;
    folders[slot] = isKnown ? folder : row === null ? GONE : 0;
    flags[slot] = marks?.flags[slot] ?? 0;
  });
  return isWhole ? null : { page: page.page, newest, flags, folders };
}

/** All summaries of a page. Throws `storage-failed` when its marks do not fit. */
export function toSummaries(page: PageRecord, marks: MarksRecord | undefined): MessageSummary[] {
  return page.rows.flatMap((row, slot) => (row === null ? [] : toSummary(page, marks, slot)));
}

/** The summary at a taken slot. Throws `storage-failed` when row or marks are missing. */
export function toSummary(page: PageRecord, marks: MarksRecord | undefined, slot: number): MessageSummary {
  const row = page.rows[slot];
  const flags = marks?.flags[slot];
  const folder = marks && folderAt(marks, slot);
  if (!row || flags === undefined || !folder) throw damagedError('page', page.page);
  const { uidl, octets, receivedAt, digest, unterminated, partial } = decodeRow(row);
  return {
    ...digest,
    id: idAt(page.page, slot),
    account: page.account,
    folder,
    uidl,
    octets,
    receivedAt,
    seen: (flags & SEEN) !== 0,
    starred: (flags & STARRED) !== 0,
    ...(unterminated && { unterminated }),
    ...(partial && { partial }),
    ...((flags & DAMAGED) !== 0 && { damaged: true }),
  };
}

function withBit(flags: number, bit: number, value: boolean | undefined): number {
  if (value === undefined) return flags;
  return value ? flags | bit : flags & ~bit;
}
