import { describe, expect, it } from 'vitest';
import { uidl } from '../../../web/model/ids.ts';
import type { Removal } from '../../../web/model/retention.ts';
import { forgettable, settled } from '../../../web/sync/removal-journal.ts';

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
    { name: 'gone long ago, not listed', what: entry('a', 'gone', 90), isForgotten: true },
    { name: 'gone lately', what: entry('a', 'gone', 89), isForgotten: false },
    { name: 'gone long ago and listed again', what: entry('there', 'gone', 900), isForgotten: false },
    { name: 'stayed, and not listed since', what: entry('a', 'stayed', 90), isForgotten: true },
    { name: 'stayed and listed', what: entry('there', 'stayed', 900), isForgotten: false },
    { name: 'asked for long ago', what: entry('a', 'asked', 900), isForgotten: false },
    { name: 'unknown since long ago', what: entry('a', 'unknown', 900), isForgotten: false },
    { name: 'of a day that is yet to come', what: entry('a', 'gone', -900), isForgotten: false },
  ])('$name: forgotten $isForgotten', ({ what, isForgotten }) => {
    expect(forgettable([what], new Set([uidl('there')]), NOW)).toEqual(isForgotten ? [what.uidl] : []);
  });
});
