/**
 * How Poplar looks on this device: theme and density, kept in localStorage and written on <html> as data attributes,
 * from where theme.css and the list take them. Must not know any component.
 */

export const themes = ['system', 'light', 'dark'] as const;
export const densities = ['comfortable', 'compact'] as const;
export type Theme = (typeof themes)[number];
export type Density = (typeof densities)[number];

const KEY = 'poplar.appearance';

export class SettingsState {
  #theme = $state<Theme>('system');
  #density = $state<Density>('comfortable');
  readonly #storage: Storage | null;
  readonly #root: HTMLElement;

  /** `storage` is null where the browser allows none: then choices last for this visit. */
  constructor(storage: Storage | null, root: HTMLElement) {
    this.#storage = storage;
    this.#root = root;
    this.#read(storage?.getItem(KEY) ?? null);
    this.#show();
  }

  get theme(): Theme {
    return this.#theme;
  }

  set theme(theme: Theme) {
    this.#theme = theme;
    this.#keep();
  }

  get density(): Density {
    return this.#density;
  }

  set density(density: Density) {
    this.#density = density;
    this.#keep();
  }

  /** Follows changes made in other tabs until the returned function is called. */
  start(target: Window): () => void {
    const listener = (event: StorageEvent): void => {
      if (event.key !== KEY) return;
      this.#read(event.newValue);
      this.#show();
    };
    target.addEventListener('storage', listener);
    return () => target.removeEventListener('storage', listener);
  }

  #read(text: string | null): void {
    // Two words with a space between: nothing to parse that could be malformed.
    const [theme, density] = (text ?? '').split(' ');
    this.#theme = themes.find((known) => known === theme) ?? 'system';
    this.#density = densities.find((known) => known === density) ?? 'comfortable';
  }

  #keep(): void {
    this.#show();
    try {
      this.#storage?.setItem(KEY, `${this.#theme} ${this.#density}`);
    } catch {
      // A full or forbidden localStorage loses only the look of the next visit: not worth stopping anybody for.
    }
  }

  #show(): void {
    const { dataset } = this.#root;
    if (this.#theme === 'system') delete dataset['theme'];
    else dataset['theme'] = this.#theme;
    dataset['density'] = this.#density;
  }
}
