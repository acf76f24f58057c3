/** What is said of the space on this device, of what the browser may clear away, and of how to prevent it. Pure. */
import type { BrowserHost } from '../../state/browser-host.ts';
import type { StorageState } from '../../state/storage.svelte.ts';
import { formatOctets } from '../units.ts';

type Space = Pick<StorageState, 'usedOctets' | 'quotaOctets' | 'leftOctets'>;
type Keeping = Pick<StorageState, 'persistence' | 'answer' | 'canAsk' | 'host'>;

const CLEARED = 'when space runs short, it may clear all of this mail away at once.';

/** Space that is used, in a sentence or two. */
export function spaceWords({ usedOctets, quotaOctets }: Space): string {
  if (usedOctets === null) return 'This browser does not tell how much space is used.';
  const used = `About ${formatOctets(usedOctets)} used, mail and page together`;
  if (quotaOctets === null) return `${used}.`;
  return `${used}. The browser allows up to ${formatOctets(quotaOctets)}. Both are its own estimates.`;
}

/** What to do when hardly any space is left. */
export function nearlyFullWords({ leftOctets }: Space): string {
  return `Only about ${formatOctets(leftOctets ?? 0)} are left. Mail that finds no room stays on the server and is fetched later. Free space on this device, or remove an account that you do not need here.`;
}

/** Whether the mail is kept for good. */
export function keepingWords({ persistence, answer, host, canAsk }: Keeping): string {
  if (persistence === 'kept') {
    return answer === 'agreed'
      ? 'Yes: the browser has agreed to keep this mail until you remove it.'
      : 'Yes: the browser keeps this mail until you remove it.';
  }
  if (persistence === 'unknown') {
    return host.secure
      ? 'This browser does not tell whether it may clear mail away.'
      : 'Unknown: browsers promise nothing to a page that comes without https.';
  }
  if (answer === 'refused') return `The browser did not agree for now: ${CLEARED}`;
  if (answer === 'failed') return `The browser gave no answer: ${CLEARED}`;
  return canAsk ? `Not yet: ${CLEARED}` : `No, and this browser cannot be asked: ${CLEARED}`;
}

/** What makes this browser keep mail, step by step; none when it does already. */
export function keepingSteps({ persistence, answer, host }: Keeping): string[] {
  if (persistence === 'kept') return [];
  const steps = host.secure ? familySteps(host, answer) : ['Open Poplar by an address with https.'];
  return [
    ...steps,
    'Not in a private window: there all mail goes when the last of them is closed.',
    'Until then leave your mail on the server: what is cleared here can be fetched again.',
  ];
}

function familySteps({ family, installed }: BrowserHost, answer: Keeping['answer']): string[] {
  switch (family) {
    case 'chromium':
      return [
        'It decides by itself, without a question: it agrees for pages that are installed, bookmarked or often used, or that may show notifications.',
        installed
          ? 'Use Poplar for some days, then ask again.'
          : 'Install Poplar from the address bar or the menu, then ask again.',
      ];
    case 'firefox':
      return [
        answer === 'refused'
          ? 'It asks you, and remembers the answer: change it by the sign left of the address, under “Store data in persistent storage”, then ask again.'
          : 'It asks you: choose “Allow”.',
      ];
    case 'safari':
      return installed
        ? ['It decides by itself; apps on the home screen or in the dock are not cleared after seven days.']
        : [
            'It clears what a page has stored after seven days of use without a visit to it.',
            'Add Poplar to the home screen or to the dock (Share, then “Add to Home Screen” or “Add to Dock”) and open it there. The app begins with an empty store and fetches your mail anew.',
          ];
    case 'other':
      return ['Install Poplar as an app, or bookmark it, then ask again.'];
  }
}
