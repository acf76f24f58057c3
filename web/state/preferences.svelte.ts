/** How the person likes the page to look; kept in this browser. Must not know how a choice is drawn. */

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const DENSITIES: readonly Density[] = ['comfortable', 'compact'];
export const LIST_WIDTH = { least: 320, normal: 400, most: 560 } as const;

export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem'>;

export class PreferencesState {
  readonly #storage: PreferenceStorage;
  #theme = $state<Theme>('system');
  #density = $state<Density>('comfortable');
  #listWidth = $state<number>(LIST_WIDTH.normal);
  #kept = $state(true);

  constructor(storage: PreferenceStorage) {
    this.#storage = storage;
    this.#theme = THEMES.find((theme) => theme === this.#read('theme')) ?? 'system';
    this.#density = DENSITIES.find((density) => density === this.#read('density')) ?? 'comfortable';
    this.#listWidth = clampWidth(Number(this.#read('list-width') ?? LIST_WIDTH.normal));
  }

  get theme(): Theme {
    return this.#theme;
  }
  set theme(theme: Theme) {
    this.#theme = theme;
    this.#write('theme', theme);
  }

  get density(): Density {
    return this.#density;
  }
  set density(density: Density) {
    this.#density = density;
    this.#write('density', density);
  }

  /** Inline size of the list in px, where there is a reader beside it. */
  get listWidth(): number {
    return this.#listWidth;
  }
  set listWidth(width: number) {
    this.#listWidth = clampWidth(width);
    this.#write('list-width', String(this.#listWidth));
  }

  /** False when the browser refuses to keep anything: choices then last until the page is closed. */
  get kept(): boolean {
    return this.#kept;
  }

  #read(name: string): string | null {
    try {
      return this.#storage.getItem(`poplar.${name}`);
    } catch {
      this.#kept = false;
      return null;
    }
  }

  #write(name: string, value: string): void {
    try {
      this.#storage.setItem(`poplar.${name}`, value);
    } catch {
      this.#kept = false;
    }
  }
}

function clampWidth(width: number): number {
  if (!Number.isFinite(width)) return LIST_WIDTH.normal;
  return Math.round(Math.min(LIST_WIDTH.most, Math.max(LIST_WIDTH.least, width)));
}
