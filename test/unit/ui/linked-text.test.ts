import { describe, expect, it } from 'vitest';
import { linkedText, slabsOf } from '../../../web/ui/reader/linked-text.ts';

const drawn = (text: string): HTMLElement => {
  const box = document.createElement('div');
  box.append(linkedText(text));
  return box;
};

describe('linkedText', () => {
  it('draws addresses as links that open elsewhere and tell nobody where from', () => {
    const [link] = drawn('see https://bücher.example/ now').querySelectorAll('a');
    expect(link?.textContent).toBe('https://bücher.example/');
    expect(link?.title).toBe('https://xn--bcher-kva.example/');
    expect([link?.target, link?.rel]).toEqual(['_blank', 'noopener noreferrer nofollow']);
  });

  it('takes markup for the text it is', () => {
    const box = drawn('<img src=x onerror=alert(1)> & "quotes"');
    expect(box.children).toHaveLength(0);
    expect(box.textContent).toBe('<img src=x onerror=alert(1)> & "quotes"');
  });

  it('draws a short text in one piece and a long one in slabs, with every character', () => {
    const long = 'A line of words, and https://a.example/ in it.\n\n'.repeat(200);
    expect(drawn('short\n\ntext').querySelector('.slab')).toBeNull();
    const box = drawn(long);
    expect(box.querySelectorAll('.slab').length).toBeGreaterThan(3);
    expect(box.textContent).toBe(long);
  });
});

describe('slabsOf', () => {
  it.each([
    ['nothing', ''],
    ['one endless line', 'x'.repeat(9_000)],
    ['an endless line and its end', `${'x'.repeat(9_000)}\n`],
    ['lines alone', '\n'.repeat(9_000)],
    ['a long line among short ones', `a\n${'x'.repeat(9_000)}\nb\n`],
  ])('loses nothing of %s and cuts behind line ends', (_, text) => {
    const slabs = slabsOf(text);
    expect(slabs.join('')).toBe(text);
    expect(slabs.slice(0, -1).every((slab) => slab.endsWith('\n'))).toBe(true);
    expect(slabs.length === 1 || slabs.every((slab) => slab !== '')).toBe(true);
  });
});
