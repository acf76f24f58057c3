import { describe, expect, it } from 'vitest';
import { LayoutState, LIST_WIDTH } from '../../../web/state/layout.svelte.ts';

const storageWith = (value: string | null): Storage => {
  let kept = value;
  return {
    getItem: () => kept,
    setItem: (_key: string, next: string) => {
      kept = next;
    },
  } as unknown as Storage;
};

describe('LayoutState', () => {
  it.each([
    ['nothing kept', null, LIST_WIDTH.normal],
    ['a width', '480', 480],
    ['one that is too small', '10', LIST_WIDTH.least],
    ['one that is too large', '99999', LIST_WIDTH.most],
    ['something else', 'wide', LIST_WIDTH.normal],
    ['an empty word', '', LIST_WIDTH.least],
  ])('begins sensibly with %s', (_name, kept, width) => {
    expect(new LayoutState(storageWith(kept)).listWidth).toBe(width);
  });

  it('keeps a choice within its bounds', () => {
    const storage = storageWith(null);
    new LayoutState(storage).listWidth = 700.4;
    expect(new LayoutState(storage).listWidth).toBe(LIST_WIDTH.most);
  });

  it('works where the browser keeps nothing', () => {
    const layout = new LayoutState(null);
    layout.listWidth = 444.4;
    expect(layout.listWidth).toBe(444);
  });

  it('works where the browser refuses to keep more', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    } as unknown as Storage;
    const layout = new LayoutState(full);
    layout.listWidth = 500;
    expect(layout.listWidth).toBe(500);
  });
});
