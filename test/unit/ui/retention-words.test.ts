import { describe, expect, it } from 'vitest';
import { messageId } from '../../../web/model/ids.ts';
import type { RemovalForecast } from '../../../web/model/retention.ts';
import {
  forecastWords,
  removalWords,
  ruleMeaning,
  ruleWords,
} from '../../../web/ui/settings/retention-words.ts';
import { copyWords, progressWords, lackWords } from '../../../web/ui/move/backup-words.ts';

const HOST = 'mail.example.org';
const THIRTY = { rule: 'after-days', days: 30 } as const;
const none = { messages: 0, octets: 0, oldestAt: null };
const forecast = (given: Partial<RemovalForecast>): RemovalForecast => ({
  due: none,
  later: none,
  held: {},
  ...given,
});

describe('a choice', () => {
  it.each([
    [{ rule: 'keep' }, 'Keep everything', /stays on mail\.example\.org/],
    [THIRTY, 'Delete after 30 days', /Counted from when a message came to this device/],
    [{ rule: 'after-days', days: 365 }, 'Delete after a year', /on this device alone/],
    [{ rule: 'after-download' }, 'Delete once it is here', /on this device alone/],
    [{ rule: 'when-deleted' }, 'Delete when it is deleted here', /moved to Trash here is deleted on mail/],
  ] as const)('%o is “%s”', (retention, words, meaning) => {
    expect(ruleWords(retention)).toBe(words);
    expect(ruleMeaning(retention, HOST)).toMatch(meaning);
  });
});

describe('the dry run', () => {
  it('names messages, octets, the oldest and the server', () => {
    const due = { messages: 312, octets: 48_000_000, oldestAt: Date.UTC(2019, 4, 3, 12) };
    expect(forecastWords(forecast({ due }), THIRTY, HOST)[0]).toBe(
      'Would delete 312 messages, 48 MB, the oldest of 3 May 2019, on mail.example.org with the next fetch.',
    );
  });

  it('does not say that all of it goes at once where it does not', () => {
    const due = { messages: 501, octets: 48_000_000, oldestAt: null };
    expect(forecastWords(forecast({ due }), THIRTY, HOST)[0]).toBe(
      'Would delete 501 messages, 48 MB, on mail.example.org from the next fetch on, 500 with each.',
    );
  });

  it('says what goes later, what stays and why', () => {
    const later = { messages: 2, octets: 5_000, oldestAt: Date.UTC(2019, 4, 3, 12) };
    const words = forecastWords(forecast({ later, held: { size: 1, 'not-here': 3 } }), THIRTY, HOST);
    expect(words).toEqual([
      'Would delete nothing on mail.example.org now.',
      'Later 2 messages, 5 kB, the oldest of 3 May 2019, each when it has been here for 30 days.',
      '1 message stays because the server says another size than what came.',
      '3 messages stay because they are not on this device.',
      'Mail that comes from now on goes the same way.',
    ]);
  });
});

describe('the dry run of deleting there what is deleted here', () => {
  it('speaks of what is in Trash now, and of the way back', () => {
    const due = { messages: 1, octets: 2_000, oldestAt: null };
    expect(forecastWords(forecast({ due }), { rule: 'when-deleted' }, HOST)).toEqual([
      'Would delete 1 message, 2 kB, on mail.example.org with the next fetch.',
      'What you move back from Trash before that fetch stays there.',
    ]);
  });
});

describe('what has become of it', () => {
  const status = { gone: 0, goneAt: null, refused: 0, unknown: 0, held: {} };
  it.each([
    ['says nothing where everything is kept', undefined, undefined, 'kept', null],
    ['before the first', THIRTY, undefined, 'kept', 'Nothing has been deleted yet.'],
    [
      'while it is held back',
      THIRTY,
      { ...status, held: { 'may-be-cleared': 3 } },
      'may-be-cleared',
      'Nothing has been deleted yet. Held back: this browser may throw your mail away. Ask it to keep it, under Storage, or save a copy of all mail.',
    ],
    [
      'afterwards, also when everything is kept again',
      undefined,
      { ...status, gone: 2, goneAt: Date.UTC(2026, 10, 3, 12), held: { size: 1 } },
      'unknown',
      '2 messages deleted there so far, the last on 3 November 2026.',
    ],
    [
      'when nobody knows',
      THIRTY,
      { ...status, unknown: 1, refused: 2 },
      'kept',
      'Nothing has been deleted yet. The server did not say whether it deleted 1 message; the next fetch tells. 2 messages still there although deleting was asked for: see in the provider’s own webmail whether it lets other programs delete.',
    ],
  ] as const)('%s', (_name, rule, given, persistence, words) => {
    expect(removalWords(rule, given, persistence)).toBe(words);
  });

  it('says which copy lets things go although the browser may clear up', () => {
    const backup = { at: Date.UTC(2026, 10, 3, 12), upTo: messageId(1030), without: [], messages: 7 };
    expect(removalWords(THIRTY, undefined, 'may-be-cleared', backup)).toBe(
      'Nothing has been deleted yet. This browser may throw your mail away, so only what is in the copy of 3 November 2026 is deleted there. Ask it to keep your mail, under Storage, or save a new copy.',
    );
    expect(removalWords(THIRTY, undefined, 'kept', backup)).toBe('Nothing has been deleted yet.');
  });

  it('tells what a copy holds, how far it is, and what it lacks', () => {
    const backup = { at: Date.UTC(2026, 10, 3, 12), upTo: messageId(1030), without: [], messages: 7 };
    expect(copyWords(undefined)).toBe('None has been saved from this device yet.');
    expect(copyWords(backup)).toBe(
      'Last saved on 3 November 2026, with 7 messages. What came later is not in it.',
    );
    const figures = {
      messages: 1200,
      total: 10_000,
      octets: 48_000_000,
      unreadable: 0,
      damaged: 0,
      beginnings: 0,
    };
    expect(progressWords(figures)).toBe('1,200 of 10,000 messages, 48 MB');
    expect(progressWords({ ...figures, messages: 0, total: 0, octets: 0 })).toBe('Looking at what is here');
    expect(lackWords(figures)).toEqual([]);
    expect(lackWords({ ...figures, unreadable: 1, damaged: 3, beginnings: 2 })).toEqual([
      '1 message could not be read from this device and is not in the file.',
      '3 messages are damaged on this device: what is left is in the file, and does not count as saved.',
      'Of 2 messages only the beginning is here; they are not in the file.',
    ]);
  });
});
