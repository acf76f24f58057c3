/** The browser as the states want to see it: address bar, clock, storage, and the words they cannot have themselves. */
import type { PresenceSource } from '../state/automatic-visits.ts';
import { browserFamily, type BrowserHost } from '../state/browser-host.ts';
import type { Surroundings } from '../state/build-states.ts';
import type { Ticker } from '../state/clock.svelte.ts';
import type { AddressBar } from '../state/route.svelte.ts';
import { errorText } from './error-text.ts';
import { flagWords } from './flag-words.ts';
import { deletedWords, movedWords } from './trash-words.ts';

export function surroundings(page: Window): Surroundings {
  return {
    bar: addressBar(page),
    ticker: ticker(page),
    online: page,
    presence: presence(page),
    localStorage: storageOf(page),
    storage: page.navigator.storage ?? null,
    host: host(page),
    reload: () => page.location.reload(),
    root: page.document.documentElement,
    words: {
      flagged: flagWords,
      moved: movedWords,
      deleted: deletedWords,
      failed: (error) => errorText(error).title,
    },
  };
}

function addressBar(page: Window): AddressBar {
  return {
    hash: () => page.location.hash,
    mark: () => page.history.state,
    push: (hash, mark) => page.history.pushState(mark, '', hash),
    replace: (hash, mark) => page.history.replaceState(mark, '', hash),
    back: () => page.history.back(),
    listen(moved) {
      // `popstate` comes for back, forward, links and typed addresses alike, as long as only the hash changes.
      page.addEventListener('popstate', moved);
      return () => page.removeEventListener('popstate', moved);
    },
  };
}

function ticker(page: Window): Ticker {
  return {
    now: () => Date.now(),
    listen(tick) {
      const timer = page.setInterval(tick, 60_000);
      // A page that was asleep wakes up with an old minute.
      page.document.addEventListener('visibilitychange', tick);
      return () => {
        page.clearInterval(timer);
        page.document.removeEventListener('visibilitychange', tick);
      };
    },
  };
}

function presence(page: Window): PresenceSource {
  return {
    listen(happened) {
      const seen = (): void => {
        if (page.document.visibilityState === 'visible') happened('seen');
      };
      const online = (): void => happened('online');
      page.addEventListener('focus', seen);
      page.document.addEventListener('visibilitychange', seen);
      page.addEventListener('online', online);
      return () => {
        page.removeEventListener('focus', seen);
        page.document.removeEventListener('visibilitychange', seen);
        page.removeEventListener('online', online);
      };
    },
  };
}

function host(page: Window): BrowserHost {
  // Safari's own sign, older than display-mode.
  const { standalone = false, userAgent } = page.navigator as Navigator & { standalone?: boolean };
  return {
    family: browserFamily(userAgent),
    installed: standalone || page.matchMedia('not (display-mode: browser)').matches,
    secure: page.isSecureContext,
  };
}

/** Reading the property alone throws where cookies are blocked. */
function storageOf(page: Window): Storage | null {
  try {
    return page.localStorage;
  } catch {
    return null;
  }
}
