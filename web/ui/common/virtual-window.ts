/**
 * Which rows of a very long list are drawn, and where. Rows have one height. Pure.
 *
 * Browsers cap the height of an element (Firefox at 17.9 million px, Chromium at 33.5): beyond MAX_SPACE the scrolled
 * space is shorter than the rows need, and scrolling moves through it at a larger step.
 */

export const MAX_SPACE = 15_000_000;

export interface VirtualInput {
  total: number;
  rowHeight: number;
  viewHeight: number;
  scrollTop: number;
}

export interface VirtualWindow {
  /** Rows on screen, even in part: first..last-1. */
  first: number;
  last: number;
  /** Rows drawn, with some beyond each edge. */
  drawFirst: number;
  drawLast: number;
  /** Where the first drawn row stands in the scrolled space, px. */
  top: number;
  /** Height of the scrolled space, px. */
  space: number;
}

export function virtualWindow(input: VirtualInput, overscan: number): VirtualWindow {
  const { total, rowHeight, viewHeight } = input;
  const space = Math.min(total * rowHeight, MAX_SPACE);
  const scrollTop = Math.min(Math.max(0, input.scrollTop), Math.max(0, space - viewHeight));
  const rowsTop = scrollTop * stretch(input);
  const first = Math.min(Math.floor(rowsTop / rowHeight), Math.max(0, total - 1));
  const last = Math.min(total, Math.ceil((rowsTop + viewHeight) / rowHeight));
  const drawFirst = Math.max(0, first - overscan);
  const drawLast = Math.min(total, last + overscan);
  return { first, last, drawFirst, drawLast, top: scrollTop + drawFirst * rowHeight - rowsTop, space };
}

/** The scroll position that shows row `index` with the least movement from the present one. */
export function revealingScroll(input: VirtualInput, index: number): number {
  const scale = stretch(input);
  const now = input.scrollTop * scale;
  const rowTop = index * input.rowHeight;
  const least = rowTop + input.rowHeight - input.viewHeight;
  const wanted = Math.max(Math.min(now, rowTop), least);
  return wanted === now ? input.scrollTop : Math.max(0, wanted) / scale;
}

/** The scroll position that keeps the same rows in view after the list grew by `rows` above them. */
export function shiftedScroll(input: VirtualInput, rows: number): number {
  return input.scrollTop + (rows * input.rowHeight) / stretch(input);
}

/** Px of rows for each px of scrolling; 1 below MAX_SPACE. */
function stretch({ total, rowHeight, viewHeight }: VirtualInput): number {
  const rows = total * rowHeight;
  const travel = Math.min(rows, MAX_SPACE) - viewHeight;
  return rows <= MAX_SPACE || travel <= 0 ? 1 : (rows - viewHeight) / travel;
}
