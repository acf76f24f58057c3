/** The words on space and keeping, for each answer of each family of browsers. */
import { describe, expect, it } from 'vitest';
import type { BrowserFamily, BrowserHost } from '../../../web/state/browser-host.ts';
import {
  keepingSteps,
  keepingWords,
  nearlyFullWords,
  spaceWords,
} from '../../../web/ui/settings/storage-words.ts';

const host = (family: BrowserFamily, rest: Partial<BrowserHost> = {}): BrowserHost => ({
  family,
  installed: false,
  secure: true,
  ...rest,
});
const keeping = (over: Partial<Parameters<typeof keepingWords>[0]>): Parameters<typeof keepingWords>[0] => ({
  persistence: 'may-be-cleared',
  answer: null,
  canAsk: true,
  host: host('chromium'),
  ...over,
});

describe('space', () => {
  it.each([
    [null, null, 'This browser does not tell how much space is used.'],
    [48_000_000, null, 'About 48 MB used, mail and page together.'],
    [
      48_000_000,
      1_000_000_000,
      'About 48 MB used, mail and page together. The browser allows up to 1 GB. Both are its own estimates.',
    ],
  ])('%s of %s', (usedOctets, quotaOctets, words) => {
    expect(spaceWords({ usedOctets, quotaOctets, leftOctets: null })).toBe(words);
  });

  it('that runs short is told with what to do', () => {
    const words = nearlyFullWords({
      usedOctets: 900_000_000,
      quotaOctets: 1_000_000_000,
      leftOctets: 100_000_000,
    });
    expect(words).toContain('Only about 100 MB are left.');
    expect(words).toContain('remove an account');
  });
});

describe('whether mail is kept for good', () => {
  it.each([
    [
      'agreed',
      keeping({ persistence: 'kept', answer: 'agreed', canAsk: false }),
      /^Yes: the browser has agreed/,
    ],
    ['kept before', keeping({ persistence: 'kept', canAsk: false }), /^Yes: the browser keeps this mail/],
    ['not asked yet', keeping({}), /^Not yet: when space runs short/],
    ['cannot be asked', keeping({ canAsk: false }), /cannot be asked/],
    ['refused', keeping({ answer: 'refused' }), /did not agree for now/],
    ['no answer', keeping({ answer: 'failed' }), /gave no answer/],
    ['not told', keeping({ persistence: 'unknown', canAsk: false }), /does not tell/],
    [
      'not told without https',
      keeping({ persistence: 'unknown', canAsk: false, host: host('chromium', { secure: false }) }),
      /without https/,
    ],
  ] as const)('%s', (_name, state, words) => {
    expect(keepingWords(state)).toMatch(words);
  });

  it('needs no steps once it is so', () => {
    expect(keepingSteps(keeping({ persistence: 'kept' }))).toEqual([]);
  });

  it.each([
    ['Chromium', host('chromium'), null, /Install Poplar/],
    ['Chromium, installed', host('chromium', { installed: true }), null, /for some days/],
    ['Firefox', host('firefox'), null, /choose “Allow”/],
    ['Firefox, refused', host('firefox'), 'refused', /left of the address/],
    ['Safari', host('safari'), null, /seven days/],
    ['Safari, not installed', host('safari'), null, /home screen/],
    ['Safari, installed', host('safari', { installed: true }), null, /are not cleared after seven days/],
    ['another browser', host('other'), null, /bookmark/],
    ['no https', host('safari', { secure: false }), null, /address with https/],
  ] as const)('takes steps of its own in %s', (_name, of, answer, step) => {
    const steps = keepingSteps(keeping({ host: of, answer }));
    expect(steps.join('\n')).toMatch(step);
    expect(steps.join('\n')).toMatch(/private window/);
  });
});
