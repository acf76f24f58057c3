/**
 * What must hold at each moment of a long history, kept by the test itself: it knows what was delivered and what the person
 * did, and believes of the product only what the store hands out. Throws where a promise is broken.
 */
import type { AccountId, MessageId } from '../../web/model/ids.ts';
import type { FolderKind, MessageSummary } from '../../web/model/message.ts';
import type { ConfirmedRule } from '../../web/model/retention.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { nameOf, textOf } from './history-mail.ts';
import type { HistoryServer, Item } from './history-server.ts';

const DAY_MS = 86_400_000;

/** A message here. */
export interface Row {
  readonly text: string;
  folder: FolderKind;
  seen: boolean;
  starred: boolean;
  /** All of it came. */
  isWhole: boolean;
  /** Its octets have changed on the disk, and were not mended since. */
  isSpoiled: boolean;
  /** It is, as it came, in the last copy that was saved of all mail. */
  isSaved: boolean;
  /** By a clock that nobody sets. */
  readonly firstAt: number;
}

/** Under what a visit may delete on the server. */
export interface Licence {
  rule: ConfirmedRule | undefined;
  isKept: boolean;
  /** By a clock that nobody sets. */
  now: number;
}

export class Oracle {
  readonly rows = new Map<MessageId, Row>();
  /** Deleted here for good, and not wanted again. */
  readonly deleted = new Map<MessageId, Row>();
  readonly #server: HistoryServer;
  readonly #account: AccountId;
  /** Messages that somebody has deleted here for good at any time. */
  readonly #everDeleted = new Set<string>();
  /** How often octets of them were spoiled here: what is damaged need not be known again. */
  readonly #spoiled = new Map<string, number>();

  constructor(server: HistoryServer, account: AccountId) {
    this.#server = server;
    this.#account = account;
  }

  /** How many of this message are here, and how many were deleted here for good. */
  count(text: string): { here: number; deleted: number } {
    const isIt = (row: Row): boolean => row.text === text;
    return {
      here: [...this.rows.values()].filter(isIt).length,
      deleted: [...this.deleted.values()].filter(isIt).length,
    };
  }

  deletedForGood(id: MessageId): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    this.rows.delete(id);
    this.deleted.set(id, row);
    this.#everDeleted.add(row.text);
  }

  spoiled(row: Row): void {
    row.isSpoiled = true;
    this.#spoiled.set(row.text, (this.#spoiled.get(row.text) ?? 0) + 1);
  }

  /** Looks at all that is here. */
  async look(store: MailStore, now: number): Promise<void> {
    const found = (await store.summaries()).filter(({ account }) => account === this.#account);
    const raws = await store.raws(found.map(({ id }) => id));
    for (const [index, summary] of found.entries()) this.#see(summary, raws[index] ?? null, now);
    const ids = new Set(found.map(({ id }) => id));
    for (const [id, { text }] of this.rows) must(ids.has(id), `vanished from here: ${nameOf(text)}`);
    for (const text of new Set([...this.rows.values()].map((row) => row.text))) {
      const { here, deleted } = this.count(text);
      const most =
        this.#server.delivered(text) + this.#server.mayComeBack(text) + (this.#spoiled.get(text) ?? 0);
      must(here + deleted <= most, `here ${here} times, deleted ${deleted} times: ${nameOf(text)}`);
    }
    this.#nothingLost();
  }

  /** What is gone on the server since before a visit went rightly. */
  judge(gone: readonly Item[], licence: Licence): void {
    for (const item of gone) {
      must(this.#mayGo(item, licence), `deleted on the server without leave: ${nameOf(item.text)}`);
    }
  }

  /** All on the server is here, or was, or is not wanted. Of what is the same octet for octet one is enough. */
  expectAllHere(): void {
    for (const { text, wish } of this.#server.there) {
      const { here, deleted } = this.count(text);
      must(here + deleted > 0 || wish === 'delete-without-copy', `never fetched: ${nameOf(text)}`);
    }
  }

  #see(summary: MessageSummary, raw: Uint8Array | null, now: number): void {
    const { id, folder, seen, starred, partial } = summary;
    const octets = raw === null ? '' : textOf(raw);
    const row = this.rows.get(id);
    const isWhole = partial === undefined;
    if (row === undefined) {
      const text = this.#textOf(octets, isWhole);
      must(text !== null, `nobody sent this: ${nameOf(octets)}`);
      must(folder === 'inbox' && !seen && !starred, `came with marks: ${nameOf(octets)}`);
      this.rows.set(id, {
        text,
        folder,
        seen,
        starred,
        isWhole,
        isSpoiled: false,
        isSaved: false,
        firstAt: now,
      });
      return;
    }
    const isRight = isWhole ? octets === row.text : octets !== '' && row.text.startsWith(octets);
    if (isRight) row.isSpoiled = false;
    must(isRight || row.isSpoiled, `changed here: ${nameOf(row.text)}`);
    must(isWhole || !row.isWhole, `cut short here: ${nameOf(row.text)}`);
    row.isWhole = isWhole;
    const areKept = row.folder === folder && row.seen === seen && row.starred === starred;
    must(areKept, `lost its marks: ${nameOf(row.text)}`);
  }

  #textOf(octets: string, isWhole: boolean): string | null {
    const isIt = (text: string): boolean => (isWhole ? text === octets : text.startsWith(octets));
    return this.#server.items.find(({ text }) => octets !== '' && isIt(text))?.text ?? null;
  }

  /** What we have taken from the server is here, or somebody did not want it. */
  #nothingLost(): void {
    const texts = new Set(this.#server.items.map(({ text }) => text));
    for (const text of texts) {
      const copies = this.#server.items.filter((item) => item.text === text);
      const isOurs = copies.some(({ gone, wish }) => gone === 'ours' && wish !== 'delete-without-copy');
      const isThere = copies.some(({ gone }) => gone === null);
      if (!isOurs || isThere || this.#everDeleted.has(text)) continue;
      must(this.count(text).here > 0, `neither here nor there: ${nameOf(text)}`);
    }
  }

  /** Once the server has renamed one that was to go without a copy, its twin may be taken for it: one of them goes. */
  #goesInPlaceOfAnother(text: string): boolean {
    const meant = this.#server.there.find(
      (one) => one.text === text && one.wishLost && one.wish === 'delete-without-copy',
    );
    if (meant !== undefined) meant.wish = null;
    return meant !== undefined;
  }

  /** Where several are the same octet for octet, nobody can tell of which somebody wanted what. */
  #mayGo({ text, wish, wishLost }: Item, { rule, isKept, now }: Licence): boolean {
    if (wish === 'delete-without-copy') return true;
    if (wish === 'keep' && !wishLost) return false;
    if (this.#goesInPlaceOfAnother(text)) return true;
    const isAsked = this.#server.items.some((one) => one.text === text && wantsDeletion(one));
    const isSafe = (row: Row): boolean => row.text === text && (isKept || row.isSaved);
    const sound = [...this.rows.values()].filter((row) => isSafe(row) && row.isWhole && !row.isSpoiled);
    const { deleted } = this.count(text);
    // Deleted here for good while the visit ran, it goes all the same.
    const isOrWasHere = sound.length + deleted > 0;
    if (isAsked && isOrWasHere) return true;
    switch (rule?.rule) {
      case undefined:
        return false;
      case 'after-download':
        return isOrWasHere;
      case 'after-days':
        return [...sound, ...this.deleted.values()].some(
          (row) => row.text === text && now - row.firstAt >= rule.days * DAY_MS,
        );
      case 'when-deleted':
        return deleted > 0 || sound.some(({ folder }) => folder === 'trash');
    }
  }
}

const wantsDeletion = ({ wish, wasToGo }: Item): boolean => wasToGo || wish?.startsWith('delete') === true;

function must(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) throw new Error(otherwise);
}
