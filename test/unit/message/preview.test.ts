import { describe, expect, it, test } from 'vitest';
import { PREVIEW_CHARS, previewOf } from '../../../web/message/preview.ts';

const cases: { name: string; text: string; preview: string }[] = [
  { name: 'white space folded', text: '  Hello\r\n\r\n\tyou  there \n', preview: 'Hello you there' },
  { name: 'what stands above a quote', text: 'Yes.\n\n> Are you coming?\n> Ann', preview: 'Yes.' },
  { name: 'what stands below a quote', text: '> Are you coming?\n\nYes.', preview: 'Yes.' },
  {
    name: 'no attribution',
    text: 'On Tue, 5 Mar 2024, Ann Doe <a@b.example> wrote:\n> Coming?\n\nYes.',
    preview: 'Yes.',
  },
  {
    name: 'no attribution on two lines',
    text: 'On Tue, 5 Mar 2024 at 10:00, Ann Doe <a@b.example>\nwrote:\n> Coming?\n\nYes.',
    preview: 'Yes.',
  },
  {
    name: 'no German attribution',
    text: 'Am 05.03.24 um 10:00 schrieb Ann Doe:\n> Kommst du?\n\nJa.',
    preview: 'Ja.',
  },
  { name: 'no bare attribution', text: 'Ann Doe <a@b.example> wrote:\n> Coming?\n\nYes.', preview: 'Yes.' },
  {
    name: 'a sentence that begins with On',
    text: 'On Tuesday we meet.\nBring cake.',
    preview: 'On Tuesday we meet. Bring cake.',
  },
  { name: 'no signature', text: 'Yes.\n-- \nAnn Doe\nDirector', preview: 'Yes.' },
  { name: 'no original message', text: 'Yes.\n-----Original Message-----\nFrom: Ann', preview: 'Yes.' },
  {
    name: 'quoted words when there are no others',
    text: '> Are you coming?\n>> Where to?',
    preview: 'Are you coming? Where to?',
  },
  {
    name: 'a forwarded message when there is nothing else',
    text: '-----Original Message-----\nFrom: Ann',
    preview: '-----Original Message----- From: Ann',
  },
  { name: 'no rules and stars', text: '========\n* * *\nNews\n________\nmore', preview: 'News more' },
  {
    name: 'no preheader padding',
    text: 'Big sale\u00A0\u200C\u00A0\u200C \u200C\u034F \u00AD\uFEFF\u200B',
    preview: 'Big sale',
  },
  { name: 'joiners within words', text: 'می\u200Cخواهم 👩\u200D💻', preview: 'می\u200Cخواهم 👩\u200D💻' },
  { name: 'no bidi overrides', text: 'abc\u202Edcba\u202C', preview: 'abcdcba' },
  { name: 'no control characters', text: 'a\0b\x07c\x1b[31md', preview: 'a b c [31md' },
  { name: 'lines that end in CR', text: 'Yes.\r> Are you coming?\r\rNo.', preview: 'Yes. No.' },
  {
    name: 'lines that end in all manners',
    text: 'On Tue, 5 Mar 2024, Ann Doe <a@b.example>\r\nwrote:\n\rYes.\r\n-- \rAnn',
    preview: 'Yes.',
  },
  {
    name: 'a two-line attribution at the end as none of the text',
    text: 'Yes.\nOn Tue, 5 Mar 2024, Ann Doe <a@b.example>\nwrote:',
    preview: 'Yes.',
  },
  { name: 'words that begin like a quote', text: '1> a\n- b\n    > c', preview: '1> a - b > c' },
  { name: 'nothing of nothing', text: ' \r\n\t', preview: '' },
  { name: 'a preview of decoration alone as nothing', text: '-----\n=====', preview: '' },
];

describe('previewOf', () => {
  test.each(cases)('shows $name', ({ text, preview }) => {
    expect(previewOf(text)).toBe(preview);
  });

  it('cuts at a whole grapheme', () => {
    const family = '👨‍👩‍👧‍👦';
    const preview = previewOf(`${'x'.repeat(PREVIEW_CHARS - 4)}${family}${family}`);
    expect(preview).toBe('x'.repeat(PREVIEW_CHARS - 4));
  });

  it('keeps an accent with its letter', () => {
    const preview = previewOf(`${'x'.repeat(PREVIEW_CHARS - 1)}e\u0301rest of it`);
    expect(preview).toBe('x'.repeat(PREVIEW_CHARS - 1));
  });

  test.each([
    'On ',
    'On schrieb ',
    'wrote:\n',
    '>\n',
    '\u200C',
    '\u200C\u00A0',
    '@>',
    ' ',
    '\n',
    '-- \n',
    'a',
  ])('gets through 64 KB of %j', (piece) => {
    expect(previewOf(piece.repeat(Math.ceil(65_536 / piece.length))).length).toBeLessThanOrEqual(
      PREVIEW_CHARS,
    );
  });
});
