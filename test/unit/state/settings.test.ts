/** Appearance: written on <html>, kept on this device, never in the way. */
import { beforeEach, describe, expect, it } from 'vitest';
import { SettingsState } from '../../../web/state/settings.svelte.ts';

const root = document.documentElement;
const shown = () => [root.dataset['theme'], root.dataset['density']];

beforeEach(() => {
  localStorage.clear();
  delete root.dataset['theme'];
});

describe('appearance', () => {
  it('is the system’s, comfortable, until somebody chooses', () => {
    new SettingsState(localStorage, root);
    expect(shown()).toEqual([undefined, 'comfortable']);
  });

  it('is on the page at once and there again at the next visit', () => {
    const settings = new SettingsState(localStorage, root);
    settings.theme = 'dark';
    settings.density = 'compact';
    expect(shown()).toEqual(['dark', 'compact']);
    const later = new SettingsState(localStorage, document.createElement('html'));
    expect([later.theme, later.density]).toEqual(['dark', 'compact']);
  });

  it('goes back to the system’s', () => {
    const settings = new SettingsState(localStorage, root);
    settings.theme = 'light';
    settings.theme = 'system';
    expect(shown()).toEqual([undefined, 'comfortable']);
  });

  it.each(['', 'purple tiny', '{"theme":"dark"}', 'constructor __proto__', ' dark'])(
    'is not confused by a kept %j',
    (kept) => {
      localStorage.setItem('poplar.appearance', kept);
      const settings = new SettingsState(localStorage, root);
      expect([settings.theme, settings.density]).toEqual(['system', 'comfortable']);
    },
  );

  it('works for this visit where nothing can be kept', () => {
    const full = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    };
    for (const storage of [null, full as unknown as Storage]) {
      const settings = new SettingsState(storage, root);
      settings.theme = 'dark';
      expect(shown()[0]).toBe('dark');
    }
  });

  it('follows another tab until it is stopped', () => {
    const settings = new SettingsState(localStorage, root);
    const stop = settings.start(window);
    const tell = (key: string, newValue: string | null) =>
      window.dispatchEvent(new StorageEvent('storage', { key, newValue }));
    tell('poplar.appearance', 'dark compact');
    expect([settings.theme, ...shown()]).toEqual(['dark', 'dark', 'compact']);
    tell('somebody.else', 'light compact');
    expect(settings.theme).toBe('dark');
    stop();
    tell('poplar.appearance', 'light compact');
    expect(settings.theme).toBe('dark');
  });
});
