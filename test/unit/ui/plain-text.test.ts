import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textBlocks, type Block } from '../../../web/ui/reader/plain-text.ts';

const text = (content: string): Block => ({ kind: 'text', text: content });
const quote = (content: string, lines: number, folded: boolean): Block => ({
  kind: 'quote',
  text: content,
  lines,
  folded,
});

describe('textBlocks', () => {
  it.each<[string, string, Block[]]>([
    ['nothing', '', []],
    ['only blank lines', '\r\n \r\n', []],
    ['one paragraph', 'Hello\r\n\r\nNora', [text('Hello\n\nNora')]],
    ['old line ends', 'a\rb', [text('a\nb')]],
    ['a short quote that is answered', '> when?\n\nAt noon', [quote('when?', 1, false), text('At noon')]],
    ['what is quoted below the answer', 'At noon\n\n> when?', [text('At noon'), quote('when?', 1, true)]],
    [
      'a long quote above the answer',
      `${'> x\n'.repeat(7)}no`,
      [quote(Array(7).fill('x').join('\n'), 7, true), text('no')],
    ],
    ['deeper quotes', '>> a\n> b\n\nc', [quote('> a\nb', 2, false), text('c')]],
    ['a message that is only a quote', '> a\n> b', [quote('a\nb', 2, false)]],
    ['a signature', 'Hi\n-- \nMara', [text('Hi'), { kind: 'signature', text: '-- \nMara' }]],
    [
      'a quote above the signature',
      'Hi\n> a\n-- \nMara',
      [text('Hi'), quote('a', 1, true), { kind: 'signature', text: '-- \nMara' }],
    ],
    ['dashes that begin no signature', 'a\n---\nb', [text('a\n---\nb')]],
    ['a From that an mbox has marked', '>From here on', [text('>From here on')]],
    ['a greater-than within a line', 'a > b', [text('a > b')]],
  ])('%s', (_name, source, blocks) => {
    expect(textBlocks(source)).toEqual(blocks);
  });

  it('leaves no word out', () => {
    const lines = fc.array(fc.oneof(fc.string(), fc.constantFrom('> ', '>', '-- ', '', '> x', '>>y')));
    fc.assert(
      fc.property(lines, (parts) => {
        const source = parts.join('\n');
        const shown = textBlocks(source)
          .map((block) => block.text)
          .join('\n');
        const letters = (value: string) => value.replace(/[\s>]/g, '');
        expect(letters(shown)).toBe(letters(source));
      }),
    );
  });
});
