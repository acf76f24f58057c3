/** Words for this device's store and for single messages. */
import type { ErrorCode } from '../../errors.ts';
import { reload, retry, sentences, type ErrorWriter } from './facts.ts';

export const storageWords = {
  'storage-full': (facts) => ({
    title: 'There is no room left for more mail on this device',
    advice: sentences(
      'The browser gives Poplar no more space. Mail already here is kept, and what is missing is still on the server. Free some space on this device, or remove an account from it, then try again.',
      facts.reported,
    ),
    action: retry,
  }),
  'storage-blocked': () => ({
    title: 'The browser does not let Poplar open its mail store',
    advice:
      'Another tab with an older Poplar may hold it: close the other tabs, then reload this one. In a private window some browsers keep no mail at all.',
    action: reload,
  }),
  'storage-failed': (facts) => ({
    title: 'The mail store on this device did not do its work',
    advice: sentences(
      'What could not be stored is still on the server and is fetched next time. Reload the page; if it comes back, the browser’s storage for this page may be damaged.',
      facts.reported,
    ),
    action: reload,
  }),
  'not-found': () => ({
    title: 'This is no longer on this device',
    advice: 'It was removed in another tab, or together with its account.',
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

export const messageWords = {
  'parse-failed': (facts) => ({
    title: 'This message could not be taken apart',
    advice: sentences(
      'It does not keep to the rules for mail. The original is complete on this device: look at its source, or save it as a file.',
      facts.reported,
    ),
  }),
  'parse-timeout': () => ({
    title: 'Taking this message apart took too long',
    advice:
      'It is built in an unusual way, and Poplar stopped after a few seconds. The original is complete on this device: look at its source, or save it as a file.',
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;
