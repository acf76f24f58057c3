import { describe, expect, it } from 'vitest';
import { isTrusted, watchClock } from '../../../web/sync/clock-watch.ts';

const DAY = 86_400_000;
const NOW = 1e12;
const calm = { sightAt: NOW, heldUntil: null, jumpedAt: null };

describe('the clock of the device', () => {
  it.each([
    ['an hour later', DAY / 24, true],
    ['a month later', 30 * DAY, true],
    ['another time zone', -DAY / 2, true],
    ['a day back and a bit', -DAY - 1, false],
    ['a year back', -365 * DAY, false],
    ['a year ahead', 365 * DAY, false],
  ])('%s', (_name, step, trusted) => {
    expect(isTrusted(watchClock(calm, NOW + step))).toBe(trusted);
  });

  it('is trusted at the first sight, since there is nothing it could have jumped from', () => {
    expect(watchClock(undefined, NOW)).toEqual(calm);
  });

  it('is trusted again after a week that really passed, and days count from the jump', () => {
    const jumped = watchClock(calm, NOW + 365 * DAY);
    const midway = watchClock(jumped, NOW + 371 * DAY);
    expect(isTrusted(midway)).toBe(false);
    const after = watchClock(midway, NOW + 372 * DAY);
    expect(after).toMatchObject({ heldUntil: null, jumpedAt: NOW + 365 * DAY });
  });

  it('is held anew when it jumps back', () => {
    const back = watchClock(watchClock(calm, NOW + 365 * DAY), NOW + DAY);
    expect(back).toEqual({ sightAt: NOW + DAY, heldUntil: NOW + 8 * DAY, jumpedAt: NOW + DAY });
  });

  it('does not creep back unseen', () => {
    const first = watchClock(calm, NOW - 0.6 * DAY);
    expect(isTrusted(first)).toBe(true);
    expect(isTrusted(watchClock(first, NOW - 1.2 * DAY))).toBe(false);
  });
});
