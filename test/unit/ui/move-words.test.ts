/** What a move file holds, in words; and passphrases by chance. */
import { describe, expect, it } from 'vitest';
import { accountId } from '../../../web/model/ids.ts';
import type { MovedAccountFacts } from '../../../web/model/move.ts';
import { accountWords, outcomeWords, takeWords } from '../../../web/ui/move/move-words.ts';
import { suggestPassphrase } from '../../../web/ui/move/passphrase.ts';

const facts: MovedAccountFacts = {
  address: 'nora@example.org',
  host: 'pop.example.org',
  user: 'nora',
  known: 1312,
  hasPassword: true,
  rule: null,
  isHere: false,
};
const [a, b] = [accountId('a'), accountId('b')];

describe('the words of a move file', () => {
  it.each<[string, Partial<MovedAccountFacts>, string]>([
    ['with a password', {}, '1,312 messages are counted as fetched already. Its password comes along.'],
    [
      'without one',
      { known: 1, hasPassword: false },
      '1 message is counted as fetched already. Its password is asked for with the first fetch.',
    ],
    [
      'that deleted there',
      { rule: { rule: 'after-days', days: 30 } },
      '1,312 messages are counted as fetched already. Its password comes along. There the rule was “Delete after 30 days”; here nothing is deleted before you have agreed to it.',
    ],
    [
      'that is here',
      { isHere: true, rule: { rule: 'after-download' } },
      '1,312 messages are counted as fetched already. This mailbox is here already and keeps its settings.',
    ],
  ])('tell of an account %s', (_name, patch, words) => {
    expect(accountWords({ ...facts, ...patch }).join(' ')).toBe(words);
  });

  it('name what the button does', () => {
    expect(takeWords([facts, { ...facts, isHere: true }, facts])).toBe('Add 2 accounts');
    expect(takeWords([{ ...facts, isHere: true }])).toBe('Add its list');
  });

  it.each([
    [{ added: [a], merged: [], learnt: 5 }, '1 account added; 5 messages not fetched again'],
    [{ added: [a, b], merged: [], learnt: 0 }, '2 accounts added'],
    [{ added: [], merged: [a], learnt: 1 }, 'No account added, 1 here already; 1 message not fetched again'],
  ])('tell what became of it: %o', (outcome, words) => {
    expect(outcomeWords(outcome)).toBe(words);
  });
});

describe('a suggested passphrase', () => {
  it('has five words that can be read out, and is another one each time', () => {
    const many = Array.from({ length: 200 }, () => suggestPassphrase());
    for (const one of many) expect(one).toMatch(/^(?:[bdfghjklmnprstvz][aeiou]){2}(?: (?:[a-z]{4})){4}$/);
    expect(new Set(many).size).toBe(200);
  });

  it('draws again what would make some letters likelier', () => {
    const octets = [255, 255];
    let drawn = 0;
    suggestPassphrase((into) => {
      into[0] = octets[drawn++] ?? 0;
      return into;
    });
    // 16 consonants take every octet, 5 vowels none above 254: 20 letters, one of them drawn twice.
    expect(drawn).toBe(21);
  });
});
