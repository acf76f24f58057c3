import { describe, expect, it } from 'vitest';
import type { FetchChoice } from '../../../web/model/fetch-choice.ts';
import {
  choiceMeaning,
  choiceWords,
  dayStart,
  dayText,
  headsMeaning,
  headsWords,
  leftOutWords,
} from '../../../web/ui/settings/choice-words.ts';

const newest: FetchChoice = { what: 'newest', count: 1000 };
const since: FetchChoice = { what: 'since', from: new Date(2026, 10, 3).getTime() };
const there = { lastSyncAt: 1, maildropCount: 1240, maildropOctets: 5 };

describe('a choice', () => {
  it.each([
    [{ what: 'all' }, 'Everything', /comes with the next fetch/],
    [
      newest,
      'The newest 1,000 messages, and what comes after',
      /Of 1,240 messages there, 240 would not be fetched/,
    ],
    [since, 'What came since 3 November 2026', /the day on which a message came to the server/],
  ] as const)('%o is “%s”', (choice, words, meaning) => {
    expect(choiceWords(choice)).toBe(words);
    expect(choiceMeaning(choice, there)).toMatch(meaning);
  });

  it('names no figures before the maildrop was seen, and says when all of it comes', () => {
    expect(choiceMeaning(newest, { ...there, lastSyncAt: null })).not.toMatch(/there/);
    expect(choiceMeaning(newest, { ...there, maildropCount: 40 })).toMatch(
      /On the server are 40 messages, so everything comes/,
    );
  });
});

describe('a size', () => {
  it('is said, where there is one', () => {
    expect(headsWords(1_000_000)).toBe('Of messages above 1 MB only the beginning comes by itself.');
    expect(headsWords(null)).toBeNull();
    expect([headsMeaning(null), headsMeaning(100_000)]).toEqual([
      expect.stringMatching(/whole/),
      expect.stringMatching(/Until then they stay on the server/),
    ]);
  });
});

describe('what is left out', () => {
  const leftOut = { messages: 240, octets: 12_000_000 };
  it.each([
    [newest, { ...there, leftOut }, '240 older messages, 12 MB, stay on the server alone.'],
    [
      newest,
      { ...there, leftOut: { messages: 1, octets: 500 } },
      '1 older message, 500 bytes, stays on the server alone.',
    ],
    [newest, { ...there, leftOut: { messages: 0, octets: 0 } }, null],
    [newest, there, null],
    [{ what: 'all' }, { ...there, leftOut }, null],
    [
      since,
      { ...there, leftOut, mark: { choice: since, below: [], isBlind: true as const } },
      'The server does not show when messages came, so everything is fetched.',
    ],
  ] as const)('of %o with %o is “%s”', (choice, status, words) => {
    expect(leftOutWords(choice as FetchChoice, status as Parameters<typeof leftOutWords>[1])).toBe(words);
  });
});

describe('a day', () => {
  it('is the one of the person’s calendar, from its beginning', () => {
    const start = new Date(2026, 1, 3);
    expect(dayText(start.getTime() + 3_600_000)).toBe('2026-02-03');
    expect(dayStart('2026-02-03')).toBe(start.getTime());
  });

  it.each(['', '2026-02-30', '2026-13-01', '3 Feb 2026', '20261-02-03'])('is not “%s”', (text) => {
    expect(dayStart(text)).toBeNull();
  });
});
