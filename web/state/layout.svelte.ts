/** How wide the list is beside the reader; kept in localStorage. Must not know how it is dragged. */

/** Inline sizes in px. */
export const LIST_WIDTH = { least: 320, normal: 400, most: 560 } as const;

const KEY = 'poplar.list-width';

export class LayoutState {
  #listWidth = $state<number>(LIST_WIDTH.normal);
  readonly #storage: Storage | null;

  /** `storage` is null where the browser allows none: then the width lasts for this visit. */
  constructor(storage: Storage | null) {
    this.#storage = storage;
    this.#listWidth = clamp(Number(storage?.getItem(KEY) ?? LIST_WIDTH.normal));
  }

  get listWidth(): number {
    return this.#listWidth;
  }

  /** Takes any number; what is kept lies between the least and the most. */
  set listWidth(width: number) {
    this.#listWidth = clamp(width);
    try {
      this.#storage?.setItem(KEY, String(this.#listWidth));
    } catch {
      // A full or forbidden localStorage loses only the width of the next visit.
    }
  }
}

function clamp(width: number): number {
  if (!Number.isFinite(width)) return LIST_WIDTH.normal;
  return Math.round(Math.min(LIST_WIDTH.most, Math.max(LIST_WIDTH.least, width)));
}
