import { describe, expect, it } from 'vitest';
import { uidl } from '../../../web/model/ids.ts';
import type { Removal } from '../../../web/model/retention.ts';
import { ignoredLately, isOutdated, settled } from '../../../web/sync/removal-journal.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

function entry(name: string, state: Removal['state'], daysAgo: number): Removal {
  return { uidl: uidl(name), octets: 1, hash: '', decidedAt: NOW - daysAgo * DAY, state };
}

describe('the journal of removals', () => {
  it('settles by the next listing', () => {
    const listed = new Set([uidl('there')]);
    expect(settled(entry('there', 'unknown', 1), listed, NOW).state).toBe('stayed');
    expect(settled(entry('not-there', 'asked', 1), listed, NOW).state).toBe('gone');
    expect(settled(entry('there', 'gone', 1), listed, NOW).state).toBe('ignored');
    expect(settled(entry('not-there', 'ignored', 1), listed, NOW).state).toBe('gone');
    expect(settled(entry('there', 'ignored', 6), listed, NOW).state).toBe('ignored');
    for (const state of ['gone', 'ignored'] as const)
      expect(settled(entry('there', state, 7), listed, NOW).state).toBe('taken-back');
  });

  it('names for a day what a server was asked to delete and lists all the same', () => {
    const journal = [entry('a', 'ignored', 0.9), entry('b', 'ignored', 1), entry('c', 'gone', 0)];
    expect([...ignoredLately(journal, NOW)]).toEqual(['a']);
    // A clock that was set back does not hold it for years.
    expect(ignoredLately(journal, NOW - 900 * DAY).size).toBe(0);
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
