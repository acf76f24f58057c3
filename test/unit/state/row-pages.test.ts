import { describe, expect, it } from 'vitest';
import { messageId } from '../../../web/model/ids.ts';
import { PAGE_ROWS, pagesBetween, RowPages } from '../../../web/state/row-pages.ts';
import { generateSummaries } from '../../support/generated-mail.ts';

const rows = generateSummaries(5_000);

describe('pagesBetween', () => {
  it.each([
    ['nothing', 0, 0, []],
    ['one row', 0, 1, [0]],
    ['a whole page', 0, PAGE_ROWS, [0]],
    ['one row of the next page', PAGE_ROWS - 1, PAGE_ROWS + 1, [0, 1]],
    ['a view that begins before the list', -20, 10, [0]],
    ['a view that ends before the list', -20, -10, []],
    ['a view far down', 120, 180, [2, 3]],
  ])('%s', (_name, first, last, pages) => {
    expect(pagesBetween(first, last)).toEqual(pages);
  });
});

describe('RowPages', () => {
  it('gives each row at its place and nothing beside it', () => {
    const pages = new RowPages();
    pages.insert(PAGE_ROWS, rows.slice(PAGE_ROWS, PAGE_ROWS + 70));
    expect(pages.get(PAGE_ROWS - 1)).toBeUndefined();
    expect(pages.get(PAGE_ROWS)).toBe(rows[PAGE_ROWS]);
    expect(pages.get(PAGE_ROWS + 69)).toBe(rows[PAGE_ROWS + 69]);
    expect(pages.get(PAGE_ROWS + 70)).toBeUndefined();
  });

  it('names the pages it lacks', () => {
    const pages = new RowPages();
    pages.insert(PAGE_ROWS, rows.slice(PAGE_ROWS, PAGE_ROWS * 2));
    expect(pages.missing(0, PAGE_ROWS * 3)).toEqual([0, 2]);
  });

  it('finds a row by its id, and only while it is here', () => {
    const pages = new RowPages();
    pages.insert(100, rows.slice(100, 150));
    expect(pages.indexOf(rows[120]?.id ?? messageId(0))).toBe(120);
    expect(pages.indexOf(rows[0]?.id ?? messageId(0))).toBe(-1);
  });

  it('replaces a row in place', () => {
    const pages = new RowPages();
    pages.insert(0, rows.slice(0, 50));
    const row = rows[7];
    if (row === undefined) throw new RangeError('no row');
    expect(pages.replace({ ...row, starred: !row.starred })).toBe(true);
    expect(pages.get(7)?.starred).toBe(!row.starred);
    expect(pages.replace({ ...row, id: messageId(999_999) })).toBe(false);
  });

  it('gives up the pages farthest from the newest one, so that memory stays bounded', () => {
    const pages = new RowPages();
    for (let offset = 0; offset < rows.length; offset += PAGE_ROWS) {
      pages.insert(offset, rows.slice(offset, offset + PAGE_ROWS));
    }
    expect(pages.get(0)).toBeUndefined();
    expect(pages.get(rows.length - 1)).toBe(rows.at(-1));
    expect(pages.missing(0, rows.length)).toHaveLength(rows.length / PAGE_ROWS - 40);
  });
});
