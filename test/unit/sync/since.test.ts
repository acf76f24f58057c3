import { describe, expect, it } from 'vitest';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { belowSince, type Dates } from '../../../web/sync/since.ts';
import { seeded } from '../../support/seeded.ts';

/** A maildrop whose message n came on day `days[n - 1]`; null does not say. Counts what is looked at. */
function maildrop(days: readonly (number | null)[]) {
  const looked = new Set<number>();
  const listed = days.map((_, index): ListedMessage => ({
    number: messageNumber(index + 1),
    uidl: uidl(`u${index}`),
    octets: 10,
  }));
  const dates: Dates = async (messages) =>
    messages.map(({ number }) => {
      looked.add(number);
      return days[number - 1] ?? null;
    });
  return { listed, dates, looked };
}
const inOrder = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('where a day begins', () => {
  it.each([
    { name: 'in the middle', days: inOrder(1000), from: 400, below: 400 },
    { name: 'at the newest', days: inOrder(1000), from: 999, below: 999 },
    { name: 'after the newest', days: inOrder(1000), from: 1000, below: 1000 },
    { name: 'at the oldest', days: inOrder(1000), from: 0, below: 0 },
    { name: 'before the oldest', days: inOrder(1000), from: -1, below: 0 },
    { name: 'in an empty maildrop', days: [], from: 5, below: 0 },
    { name: 'in a maildrop of one', days: [3], from: 5, below: 1 },
    { name: 'where no message says when it came', days: [null, null, null], from: 5, below: 0 },
    {
      name: 'between days of many messages',
      days: inOrder(900).map((n) => Math.floor(n / 300)),
      from: 1,
      below: 300,
    },
  ])('is found $name', async ({ days, from, below }) => {
    const { listed, dates } = maildrop(days);
    expect(await belowSince(listed, from, dates)).toBe(below);
  });

  it('costs a few headers in a maildrop of 100,000', async () => {
    const { listed, dates, looked } = maildrop(inOrder(100_000));
    expect(await belowSince(listed, 90_000, dates)).toBe(90_000);
    expect(looked.size).toBeLessThan(150);
  });

  it('is not led astray by messages that do not say, or say something else', async () => {
    const random = seeded(7);
    const days = inOrder(5000).map((day) => (random() < 0.1 ? null : random() < 0.1 ? 0 : day));
    const { listed, dates } = maildrop(days);
    const below = (await belowSince(listed, 3000, dates)) ?? -1;
    const hidden = days.filter((day, index) => index < below && day !== null && day >= 3000);
    expect(hidden).toEqual([]);
    expect(below).toBeGreaterThan(2900);
  });

  it('lies below what is next to it and new after all', async () => {
    const days = inOrder(1000);
    [days[390], days[380]] = [2000, 2000];
    const { listed, dates } = maildrop(days);
    expect(await belowSince(listed, 400, dates)).toBe(380);
  });

  it.each([
    { name: 'newest first', days: inOrder(500).reverse() },
    { name: 'in no order', days: inOrder(500).map((n) => (n * 271) % 500) },
  ])('hides nothing in a maildrop that is numbered $name', async ({ days }) => {
    const { listed, dates } = maildrop(days);
    const below = (await belowSince(listed, 250, dates)) ?? -1;
    expect(days.filter((day, index) => index < below && day >= 250)).toEqual([]);
  });

  it('is unknown where the server shows no headers', async () => {
    const { listed } = maildrop(inOrder(10));
    expect(await belowSince(listed, 5, async () => null)).toBeNull();
  });
});
