/**
 * The part of a list that the page has in hand: rows in pages of 50, addressed by their place in the list. All pages
 * belong to one version of the list. Pure; must not know where rows come from.
 */
import type { MessageId } from '../model/ids.ts';
import type { MessageSummary } from '../model/message.ts';

export const PAGE_ROWS = 50;
/** 2,000 rows: enough to scroll back and forth without asking again, and little memory. */
const MAX_PAGES = 40;

export class RowPages<Row extends { id: MessageId | null } = MessageSummary> {
  readonly #pages = new Map<number, readonly Row[]>();

  get(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Where a row stands, or -1 when it is not among the pages in hand. */
  indexOf(id: Row['id']): number {
    for (const [page, rows] of this.#pages) {
      const place = rows.findIndex((row) => row.id === id);
      if (place >= 0) return page * PAGE_ROWS + place;
    }
    return -1;
  }

  /** Pages that hold rows first..last-1 and are not here, ascending. */
  missing(first: number, last: number): number[] {
    return pagesBetween(first, last).filter((page) => !this.#pages.has(page));
  }

  /** `offset` stands at the start of a page. Pages far from it are given up once there are too many. */
  insert(offset: number, rows: readonly Row[]): void {
    const firstPage = Math.floor(offset / PAGE_ROWS);
    for (let start = 0; start < rows.length; start += PAGE_ROWS) {
      this.#pages.set(firstPage + start / PAGE_ROWS, rows.slice(start, start + PAGE_ROWS));
    }
    if (this.#pages.size <= MAX_PAGES) return;
    const byDistance = [...this.#pages.keys()].sort(
      (a, b) => Math.abs(a - firstPage) - Math.abs(b - firstPage),
    );
    for (const page of byDistance.slice(MAX_PAGES)) this.#pages.delete(page);
  }

  /** Replaces the row of the same id in place. False when it is not here. */
  replace(row: Row): boolean {
    const index = this.indexOf(row.id);
    if (index < 0) return false;
    const page = Math.floor(index / PAGE_ROWS);
    const rows = this.#pages.get(page) ?? [];
    this.#pages.set(page, rows.with(index % PAGE_ROWS, row));
    return true;
  }

  clear(): void {
    this.#pages.clear();
  }
}

/** The pages that rows first..last-1 lie on. */
export function pagesBetween(first: number, last: number): number[] {
  const from = Math.floor(Math.max(0, first) / PAGE_ROWS);
  const to = Math.ceil(Math.max(0, last) / PAGE_ROWS);
  return Array.from({ length: Math.max(0, to - from) }, (_, step) => from + step);
}
