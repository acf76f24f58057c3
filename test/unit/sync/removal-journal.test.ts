import { describe, expect, it } from 'vitest';
import { uidl } from '../../../web/model/ids.ts';
import type { Removal } from '../../../web/model/retention.ts';
import { isOutdated, settled } from '../../../web/sync/removal-journal.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

function entry(name: string, state: Removal['state'], daysAgo: number): Removal {
  return { uidl: uidl(name), octets: 1, hash: '', decidedAt: NOW - daysAgo * DAY, state };
}

describe('the journal of removals', () => {
  it('settles by the next listing', () => {
    const listed = new Set([uidl('there')]);
    expect(settled(entry('there', 'unknown', 1), listed).state).toBe('stayed');
    expect(settled(entry('not-there', 'asked', 1), listed).state).toBe('gone');
  });

  it.each([
    { name: 'gone long ago', what: entry('a', 'gone', 90), expected: true },
    { name: 'gone lately', what: entry('a', 'gone', 89), expected: false },
    { name: 'stayed long ago', what: entry('a', 'stayed', 90), expected: true },
    { name: 'asked for long ago', what: entry('a', 'asked', 900), expected: false },
    { name: 'unknown since long ago', what: entry('a', 'unknown', 900), expected: false },
    { name: 'of a day that is yet to come', what: entry('a', 'gone', -900), expected: false },
  ])('$name: outdated $expected', ({ what, expected }) => {
    expect(isOutdated(what, NOW)).toBe(expected);
  });
});
