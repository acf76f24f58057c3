/** What is on a server, in words. */
import { describe, expect, it } from 'vitest';
import type {
  LedgerAction,
  LedgerChange,
  LedgerEntry,
  LedgerFate,
} from '../../../web/model/server-ledger.ts';
import {
  changeWords,
  fateTone,
  fateWords,
  noticeWords,
  tooLateWords,
} from '../../../web/ui/ledger/ledger-words.ts';

describe('the fate of a message', () => {
  it.each<[LedgerFate, LedgerEntry['last'], string, ReturnType<typeof fateTone>]>([
    [{ fate: 'stays', why: 'no-rule', asked: false }, null, 'Stays', 'plain'],
    [{ fate: 'stays', why: 'not-here', asked: false }, null, 'Stays', 'plain'],
    [
      { fate: 'stays', why: 'may-be-cleared', asked: true },
      null,
      'Held back: this browser may clear the copy here',
      'held',
    ],
    [
      { fate: 'stays', why: 'no-receipt', asked: false },
      null,
      'Stays: an earlier version fetched it, without a receipt',
      'held',
    ],
    [{ fate: 'kept' }, null, 'Kept by you', 'kept'],
    [{ fate: 'leaving' }, 'unknown', 'Being deleted; the next fetch tells', 'going'],
    [{ fate: 'goes', at: null, why: 'asked' }, null, 'Deleted at the next fetch, as you asked', 'going'],
    [
      { fate: 'goes', at: null, why: 'rule' },
      'refused',
      'Deleted at the next fetch, by the rule (refused last time)',
      'going',
    ],
    [
      { fate: 'goes', at: Date.UTC(2026, 11, 3, 12), why: 'rule' },
      'unknown',
      'Deleted on 3 December 2026, by the rule (last outcome unknown)',
      'later',
    ],
  ])('%j, %s: %s', (fate, last, words, tone) => {
    expect(fateWords({ fate, last })).toBe(words);
    expect(fateTone({ fate })).toBe(tone);
  });
});

describe('what was done', () => {
  const change = (changed: number, leftOut = 0, tooLate = 0, nameless = 0, held = 0): LedgerChange => ({
    changed: { messages: changed, octets: changed * 1000 },
    leftOut: { messages: leftOut, octets: leftOut * 1000 },
    nameless,
    held,
    tooLate,
    undo: 1,
  });
  it.each<[LedgerAction, LedgerChange, string | null]>([
    ['keep', change(2), '2 messages kept on pop.test, whatever the rule says.'],
    ['delete', change(1, 4), '1 message to be deleted on pop.test with the next fetch.'],
    ['delete-without-copy', change(2), '2 messages to be deleted on pop.test with the next fetch.'],
    [
      'delete',
      change(1200),
      '1,200 messages to be deleted on pop.test from the next fetch on, 500 with each.',
    ],
    ['none', change(1), '1 message is treated like all others again.'],
    ['none', change(3), '3 messages are treated like all others again.'],
    [
      'fetch',
      change(1, 2),
      '1 message to come with the next fetch. 2 messages here already: never fetched twice.',
    ],
    ['fetch', change(0, 1), '1 message here already: never fetched twice.'],
    ['keep', change(0, 0, 1), tooLateWords(1)],
    ['delete', change(0, 3), null],
    ['delete', change(1, 0, 0, 0, 1), '1 message to be deleted on pop.test once nothing holds it back.'],
    [
      'delete',
      change(3, 0, 0, 0, 2),
      '3 messages to be deleted on pop.test with the next fetch, but 2 are held back for now.',
    ],
    ['none', change(0, 2), 'Nothing to take back there.'],
    ['none', change(0, 0, 1), tooLateWords(1)],
    [
      'delete',
      change(0, 0, 0, 1),
      '1 message stays there: without unique-ids Poplar cannot be sure to delete the right one. Delete it in the provider’s own webmail.',
    ],
  ])('%s %j', (action, done, words) => {
    expect(changeWords(action, done, 'pop.test')).toBe(words);
  });
});

describe('notices', () => {
  const none = { messages: 0, octets: 0 };
  const figures = { all: none, 'not-here': none, going: none, kept: none };
  const plain = { held: null, figures, hidesHeaders: false, onlyHere: 0, awaited: 0 };
  it('are none where there is nothing to know', () => {
    expect(noticeWords(plain, true)).toEqual([]);
    // Held back, but nothing asks for deleting.
    expect(noticeWords({ ...plain, held: 'may-be-cleared' }, false)).toEqual([]);
  });
  it('say why nothing is deleted, what is not shown and what is here alone', () => {
    const asked = { ...figures, going: { messages: 1, octets: 5 } };
    expect(
      noticeWords(
        { held: 'may-be-cleared', figures: asked, hidesHeaders: true, onlyHere: 2, awaited: 0 },
        false,
      ),
    ).toHaveLength(3);
    expect(noticeWords({ ...plain, awaited: 1 }, false)).toEqual([
      '1 message that you want fetched again is not on the server now. Poplar looks for it for 30 days, then gives up.',
    ]);
    expect(noticeWords({ ...plain, held: 'clock' }, true)).toHaveLength(1);
    expect(noticeWords({ ...plain, held: 'recent' }, false)).toHaveLength(1);
  });
});
