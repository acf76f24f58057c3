/** Words for this device's store and for single messages. */
import type { ErrorCode } from '../../errors.ts';
import { reload, retry, sentences, type ErrorText, type ErrorWriter, type Facts } from './facts.ts';

const blockedForSomeReason: ErrorText = {
  title: 'The browser does not let Poplar open its mail store',
  advice:
    'Another tab with an older Poplar may hold it: close the other tabs, then reload this one. In a private window some browsers keep no mail at all.',
  action: reload,
};

/** By the reason of the store (store/storage-error). */
const blocks: Readonly<Record<string, ErrorText>> = {
  'older-version-open': {
    title: 'Another tab still runs an older Poplar',
    advice:
      'It holds the mail store, which has to be brought up to date first. Close the other tabs, then reload this one.',
    action: reload,
  },
  'newer-version-opened': {
    title: 'A newer Poplar was opened in another tab',
    advice:
      'It has brought the mail store up to date, and this page is too old for it. Reload it; no mail is lost.',
    action: reload,
  },
  'newer-version-stored': {
    title: 'A newer Poplar has stored the mail on this device',
    advice:
      'This page is an older one and cannot read it. Reload it to get the newer one. If it stays like this, the site was set back to an older Poplar: the mail is kept, and is there again with the newer one.',
    action: reload,
  },
};

const failures: Readonly<Record<string, ErrorText>> = {
  deleted: {
    title: 'The mail on this device was deleted',
    advice:
      'Somebody has cleared the data of this site in the browser. Reload the page to begin anew: what the mail server still has is fetched again once the account is added.',
    action: reload,
  },
  terminated: {
    title: 'The browser has closed the mail store',
    advice:
      'The data of this site were cleared, or the disk failed. Reload the page: what is still here is shown again, and what was about to be stored is still on the server.',
    action: reload,
  },
  damaged: {
    title: 'A part of the mail store on this device is damaged',
    advice:
      'Other mail is not affected, and nothing was deleted on the server. “Check and repair” in the settings, under Storage, finds out what is damaged and makes whole what can be made whole.',
  },
};

function failedForSomeReason(facts: Facts): ErrorText {
  return {
    title: 'The mail store on this device did not do its work',
    advice: sentences(
      'What could not be stored is still on the server and is fetched next time. Reload the page; if it comes back, “Check and repair” in the settings, under Storage, finds out what is damaged.',
      facts.reported,
    ),
    action: reload,
  };
}

export const storageWords = {
  'storage-full': (facts) => ({
    title: 'There is no room left for more mail on this device',
    advice: sentences(
      'The browser gives Poplar no more space. Mail already here is kept, and what is missing is still on the server. Free some space on this device, or remove an account from it, then try again.',
      facts.reported,
    ),
    action: retry,
  }),
  'storage-blocked': (facts) => blocks[facts.text('reason')] ?? blockedForSomeReason,
  'storage-failed': (facts) => failures[facts.text('reason')] ?? failedForSomeReason(facts),
  'not-found': () => ({
    title: 'This is no longer on this device',
    advice: 'It was removed in another tab, or together with its account.',
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

export const messageWords = {
  'parse-failed': (facts) => ({
    title: 'This message could not be read',
    advice: sentences(
      'It does not keep to the rules for mail. The original is complete on this device: look at its source, or save it as a file.',
      facts.reported,
    ),
  }),
  'parse-timeout': () => ({
    title: 'Reading this message took too long',
    advice:
      'It is built in an unusual way, and Poplar stopped after a few seconds. The original is complete on this device: look at its source, or save it as a file.',
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;
