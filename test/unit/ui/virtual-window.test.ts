import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  virtualWindow as windowOf,
  MAX_SPACE,
  revealingScroll,
  shiftedScroll,
  type VirtualInput,
} from '../../../web/ui/common/virtual-window.ts';

const virtualWindow = (input: VirtualInput) => windowOf(input, 8);

const list = (input: Partial<VirtualInput>): VirtualInput => ({
  total: 1_000,
  rowHeight: 64,
  viewHeight: 640,
  scrollTop: 0,
  ...input,
});

describe('virtualWindow', () => {
  it.each([
    ['the top', list({}), { first: 0, last: 10, drawFirst: 0, drawLast: 18, top: 0 }],
    [
      'a row cut in half',
      list({ scrollTop: 32 }),
      { first: 0, last: 11, drawFirst: 0, drawLast: 19, top: 0 },
    ],
    [
      'the middle',
      list({ scrollTop: 6_400 }),
      { first: 100, last: 110, drawFirst: 92, drawLast: 118, top: 5_888 },
    ],
    [
      'the end',
      list({ scrollTop: 64_000 - 640 }),
      { first: 990, last: 1_000, drawFirst: 982, drawLast: 1_000, top: 62_848 },
    ],
    ['beyond the end', list({ scrollTop: 9e9 }), { first: 990, last: 1_000 }],
    ['a bounce above the top', list({ scrollTop: -80 }), { first: 0, last: 10, top: 0 }],
    ['fewer rows than fit', list({ total: 3 }), { first: 0, last: 3, drawFirst: 0, drawLast: 3, space: 192 }],
    ['no rows', list({ total: 0 }), { first: 0, last: 0, drawFirst: 0, drawLast: 0, space: 0 }],
  ])('%s', (_name, input, expected) => {
    expect(virtualWindow(input)).toMatchObject(expected);
  });

  it('reaches the last of a million rows although no browser has so much space', () => {
    const input = list({ total: 1_000_000, scrollTop: MAX_SPACE - 640 });
    const view = virtualWindow(input);
    expect(view.space).toBe(MAX_SPACE);
    expect(view.last).toBe(1_000_000);
    expect(view.top + (view.drawLast - view.drawFirst) * 64).toBeCloseTo(MAX_SPACE, 3);
  });

  it('always draws every row that is on screen, at its place, and never many more', () => {
    const inputs = fc.record({
      total: fc.integer({ min: 0, max: 2_000_000 }),
      rowHeight: fc.constantFrom(36, 64),
      viewHeight: fc.integer({ min: 1, max: 4_000 }),
      scrollTop: fc.double({ min: -500, max: 2e7, noNaN: true }),
    });
    fc.assert(
      fc.property(inputs, (input) => {
        const view = virtualWindow(input);
        expect(view.drawFirst).toBeLessThanOrEqual(view.first);
        expect(view.drawLast).toBeGreaterThanOrEqual(view.last);
        expect(view.drawLast).toBeLessThanOrEqual(input.total);
        expect(view.drawLast - view.drawFirst).toBeLessThanOrEqual(input.viewHeight / input.rowHeight + 20);
        const scrolled = Math.min(Math.max(0, input.scrollTop), Math.max(0, view.space - input.viewHeight));
        const firstTop = view.top + (view.first - view.drawFirst) * input.rowHeight;
        expect(firstTop).toBeLessThanOrEqual(scrolled + 0.01);
        if (input.total > 0 && view.last < input.total) {
          const lastBottom = view.top + (view.last - view.drawFirst) * input.rowHeight;
          expect(lastBottom).toBeGreaterThanOrEqual(scrolled + input.viewHeight - 0.01);
        }
      }),
    );
  });
});

describe('revealingScroll', () => {
  it.each([
    ['stays when the row is in view', list({ scrollTop: 640 }), 12, 640],
    ['goes up to a row above', list({ scrollTop: 640 }), 3, 192],
    ['goes down just far enough for a row below', list({ scrollTop: 0 }), 10, 64],
    ['shows the first row at the top', list({ scrollTop: 700 }), 0, 0],
    ['shows the last row at the bottom', list({ scrollTop: 0 }), 999, 64_000 - 640],
  ])('%s', (_name, input, index, expected) => {
    expect(revealingScroll(input, index)).toBe(expected);
  });

  it('shows any of a million rows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: 0, max: MAX_SPACE }),
        (index, at) => {
          const input = list({ total: 1_000_000, scrollTop: at });
          const view = virtualWindow({ ...input, scrollTop: revealingScroll(input, index) });
          expect(view.first).toBeLessThanOrEqual(index);
          expect(view.last).toBeGreaterThan(index);
        },
      ),
    );
  });
});

describe('shiftedScroll', () => {
  it('keeps the same rows in view after rows came above them', () => {
    const before = list({ scrollTop: 6_400 });
    const after = { ...before, total: 1_007, scrollTop: shiftedScroll(before, 7) };
    expect(virtualWindow(after).first).toBe(virtualWindow(before).first + 7);
  });
});
