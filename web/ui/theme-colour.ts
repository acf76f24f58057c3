/** The browser's own bars in the page's colours: index.html names one for light and one for dark. */
import type { Theme } from '../state/settings.svelte.ts';

/** A chosen theme holds whatever the system has; otherwise the system decides. */
export function showThemeColour(page: Document, theme: Theme): void {
  for (const meta of page.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"][data-scheme]')) {
    const scheme = meta.dataset['scheme'] ?? '';
    meta.media =
      theme === 'system' ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? 'all' : 'not all';
  }
}
