/** Whether the page is dark now: by choice, or as the system has it. Knows only the settings. */
import { MediaQuery } from 'svelte/reactivity';
import type { SettingsState } from '../state/settings.svelte.ts';

export class ColourScheme {
  readonly #settings: SettingsState;
  readonly #system = new MediaQuery('prefers-color-scheme: dark');

  constructor(settings: SettingsState) {
    this.#settings = settings;
  }

  get dark(): boolean {
    return this.#settings.theme === 'system' ? this.#system.current : this.#settings.theme === 'dark';
  }
}
