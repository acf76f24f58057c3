import { describe, expect, it } from 'vitest';
import { messageId } from '../../../web/model/ids.ts';
import { idAt, PAGE_SLOTS, placeOf } from '../../../web/store/keys.ts';
import { APPEND_SLOTS, dealPages } from '../../../web/store/pages.ts';
import { decodeRow, encodeRow } from '../../../web/store/rows.ts';
import { message, messages } from './mail-fixtures.ts';

describe('dealPages', () => {
  const none = { openPage: 0, openSlots: 0 };
  const cases = [
    { name: 'begins the first page', count: 3, open: none, expected: [[9, 0, 3]] },
    {
      name: 'appends to a page with room',
      count: 3,
      open: { openPage: 4, openSlots: 7 },
      expected: [[4, 7, 3]],
    },
    {
      name: 'fills a page up to the append limit',
      count: 6,
      open: { openPage: 4, openSlots: APPEND_SLOTS - 6 },
      expected: [[4, APPEND_SLOTS - 6, 6]],
    },
    {
      name: 'begins a page rather than rewrite a large one',
      count: 7,
      open: { openPage: 4, openSlots: APPEND_SLOTS - 6 },
      expected: [[9, 0, 7]],
    },
    {
      name: 'gives a batch of a whole page one page',
      count: PAGE_SLOTS,
      open: none,
      expected: [[9, 0, PAGE_SLOTS]],
    },
    {
      name: 'splits what is more than a page',
      count: PAGE_SLOTS + 1,
      open: { openPage: 4, openSlots: 1 },
      expected: [
        [9, 0, PAGE_SLOTS],
        [10, 0, 1],
      ],
    },
  ];

  it.each(cases)('$name', ({ count, open, expected }) => {
    const { parts, nextPage } = dealPages(messages('m', count, 0), open, 9);
    expect(parts.map((part) => [part.page, part.firstSlot, part.messages.length])).toEqual(expected);
    for (const { page, firstSlot, messages: dealt } of parts) {
      expect(dealt[0]?.id).toBe(idAt(page, firstSlot));
      expect(dealt.at(-1)?.id).toBe(idAt(page, firstSlot + dealt.length - 1));
    }
    expect(nextPage).toBe(Math.max(8, ...expected.map(([page]) => page ?? 0)) + 1);
  });
});

describe('placeOf', () => {
  it.each([-1, 0, 1023, 0.5, 1024.5, NaN, Infinity, -Infinity, 2 ** 53])('finds no place for %d', (id) => {
    expect(placeOf(messageId(id))).toBeNull();
  });

  it.each([
    [1, 0],
    [1, 1023],
    [97_657, 1],
    [2 ** 42, 512],
  ])('finds page %d, slot %d', (page, slot) => {
    expect(placeOf(idAt(page, slot))).toEqual({ page, slot });
  });
});

describe('a stored row', () => {
  it.each([0, 1, 3])('comes back as it was, with %d recipients', (count) => {
    const { uidl, digest } = message('a');
    const to = Array.from({ length: count }, (_, index) => ({ name: `n${index}`, address: '' }));
    const row = { uidl, octets: 1, receivedAt: 2, pack: 3, offset: 4, digest: { ...digest, to } };
    expect(decodeRow(encodeRow(row))).toEqual(row);
  });
});
