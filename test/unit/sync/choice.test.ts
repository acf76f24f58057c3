import { describe, expect, it } from 'vitest';
import { isSameChoice, type FetchChoice } from '../../../web/model/fetch-choice.ts';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { belowNewest, markAt, markedBelow } from '../../../web/sync/choice.ts';
import { planSync } from '../../../web/sync/plan.ts';

const newest: FetchChoice = { what: 'newest', count: 100 };
/** `3:c` is message number 3 with unique-id c; `3:` has none. */
const listing = (text: string): ListedMessage[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((entry) => {
      const [number, uid = ''] = entry.split(':');
      return { number: messageNumber(Number(number)), uidl: uid === '' ? null : uidl(uid), octets: 10 };
    });
const counted = (count: number): ListedMessage[] =>
  listing(Array.from({ length: count }, (_, index) => `${index + 1}:u${index + 1}`).join(' '));

describe('the newest of a maildrop', () => {
  it.each([
    { name: 'an empty one', listed: '', count: 2, below: 0 },
    { name: 'one that has as many', listed: '1:a 2:b', count: 2, below: 0 },
    { name: 'one that has more', listed: '1:a 2:b 3:c 4:d', count: 2, below: 2 },
    { name: 'one that is listed in disorder, with gaps', listed: '9:d 1:a 7:c 5:b', count: 2, below: 5 },
  ])('are those with the highest numbers: $name', ({ listed, count, below }) => {
    expect(belowNewest(listing(listed), count)).toBe(below);
  });

  it('are planned, and the others are neither fetched nor known nor too large', () => {
    const plan = planSync(
      listing('1:a 2:b 3:c 4:d'),
      new Set([uidl('a')]),
      { maxMessageOctets: 5 },
      new Map(),
      3,
    );
    expect(plan.leftOut.map(({ uidl }) => uidl)).toEqual(['c', 'b']);
    expect(plan.tooLarge.map(({ uidl }) => uidl)).toEqual(['d']);
    expect(plan.maildropCount).toBe(4);
  });
});

describe('a mark', () => {
  const before = counted(130);
  const mark = markAt(before, newest, 30);

  it('finds its place again when messages below and above it have gone and others have come', () => {
    const after = listing('1:u2 2:u29 3:u30 4:u31 5:new 6:newer');
    expect(markedBelow(after, newest, mark)).toBe(3);
  });

  it('finds it by an older message when the newest that was left out has gone', () => {
    expect(markedBelow(listing('1:u11 2:u28 3:u31'), newest, mark)).toBe(2);
  });

  it('leaves nothing out for ever where nothing was left out', () => {
    expect(markedBelow(counted(500), newest, markAt(counted(50), newest, 0))).toBe(0);
  });

  it.each<{ name: string; choice: FetchChoice; listed: ListedMessage[] }>([
    { name: 'of another choice', choice: { what: 'newest', count: 500 }, listed: before },
    { name: 'of another maildrop', choice: newest, listed: listing('1:x 2:y') },
  ])('$name says nothing', ({ choice, listed }) => {
    expect(markedBelow(listed, choice, mark)).toBeNull();
  });

  it('says nothing when there is none', () => {
    expect(markedBelow(before, newest, undefined)).toBeNull();
  });

  it('takes the oldest of several messages with its unique-id: none is hidden by mistake', () => {
    expect(markedBelow(listing('1:u30 2:u31 3:u30'), newest, mark)).toBe(1);
  });

  it('is made of the newest that have a unique-id', () => {
    expect(markAt(listing('1:a 2: 3:c 4:d'), newest, 3).below).toEqual(['c', 'a']);
  });

  it('is made of those that share theirs only where all do', () => {
    expect(markAt(listing('1:a 2:b 3:a 4:d'), newest, 3).below).toEqual(['b']);
    expect(markAt(listing('1:a 2:a 3:a 4:d'), newest, 2).below).toEqual(['a', 'a']);
  });
});

describe('two choices', () => {
  it.each<[FetchChoice, FetchChoice, boolean]>([
    [{ what: 'all' }, { what: 'all' }, true],
    [newest, { what: 'newest', count: 100 }, true],
    [newest, { what: 'newest', count: 500 }, false],
    [{ what: 'since', from: 5 }, { what: 'since', from: 5 }, true],
    [{ what: 'since', from: 5 }, { what: 'since', from: 6 }, false],
    [{ what: 'all' }, newest, false],
    [newest, { what: 'since', from: 100 }, false],
  ])('%o and %o are one: %s', (a, b, isSame) => {
    expect([isSameChoice(a, b), isSameChoice(b, a)]).toEqual([isSame, isSame]);
  });
});
