import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { splitQuoted } from '../../../web/message/quote.ts';

const cases: { name: string; text: string; kinds: string }[] = [
  { name: 'plain text', text: 'Hello\n\nyou', kinds: 'text' },
  { name: 'nothing', text: '', kinds: '' },
  { name: 'an answer above a quote', text: 'Yes.\n\n> Coming?', kinds: 'text quote' },
  { name: 'an answer below a quote', text: '> Coming?\nYes.', kinds: 'quote text' },
  { name: 'answers between quotes', text: '> a\nb\n> c\nd', kinds: 'quote text quote text' },
  { name: 'one quote with a gap', text: '> a\n\n> b', kinds: 'quote' },
  { name: 'depths of quotes as one', text: '>> a\n> b\n> > c', kinds: 'quote' },
  {
    name: 'the attribution with its quote',
    text: 'Yes.\n\nOn 5 Mar 2024, Ann wrote:\n\n> a',
    kinds: 'text quote',
  },
  {
    name: 'an attribution on two lines',
    text: 'Yes.\nOn 5 Mar 2024, Ann <a@b.example>\nwrote:\n> a',
    kinds: 'text quote',
  },
  { name: 'a sentence that ends like an attribution', text: 'This is what I wrote:\nHello', kinds: 'text' },
  { name: 'a signature', text: 'Yes.\n-- \nAnn', kinds: 'text signature' },
  { name: 'a signature that lost its space', text: 'Yes.\n--\nAnn', kinds: 'text signature' },
  { name: 'dashes within a line', text: 'a -- b\n---\nc', kinds: 'text' },
  { name: 'a signature above a quote', text: 'Yes.\n-- \nAnn\n\n> a', kinds: 'text quote' },
  {
    name: 'an original message',
    text: 'Yes.\n-----Original Message-----\nFrom: Ann\n\nold',
    kinds: 'text quote',
  },
  {
    name: 'a German original message',
    text: 'Ja.\n-----Ursprüngliche Nachricht-----\nalt',
    kinds: 'text quote',
  },
  {
    name: "Outlook's block",
    text: 'Yes.\n________________________________\nFrom: Ann\nSent: Tuesday\nTo: Bob\n\nold',
    kinds: 'text quote',
  },
  { name: 'From: within a text', text: 'From: the roof\nyou see far', kinds: 'text' },
  { name: 'an escaped From', text: '>From here on', kinds: 'text' },
  { name: 'an arrow', text: '-> this way', kinds: 'text' },
];

describe('splitQuoted', () => {
  test.each(cases)('tells $name', ({ text, kinds }) => {
    expect(
      splitQuoted(text)
        .map((block) => block.kind)
        .join(' '),
    ).toBe(kinds);
  });

  it('loses nothing and never gives two blocks of a kind in a row', () => {
    const line = fc.constantFrom(
      '> a',
      '>> b',
      '',
      'text',
      '-- ',
      'Ann wrote:',
      '-----Original Message-----',
      'From: a',
      'Sent: b',
      '________',
      '>From x',
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
        const text = lines.join('\n');
        const blocks = splitQuoted(text);
        expect(blocks.map((block) => block.text).join('\n')).toBe(text);
        for (const [i, block] of blocks.entries()) expect(block.kind).not.toBe(blocks[i + 1]?.kind);
      }),
    );
  });

  test.each(['-- \n', '> \n', '\n', 'wrote:\n', 'From: a\nSent: b\n', 'schrieb '])(
    'gets through 200,000 characters of %j',
    (piece) => {
      expect(splitQuoted(piece.repeat(Math.floor(200_000 / piece.length))).length).toBeGreaterThan(0);
    },
  );
});
