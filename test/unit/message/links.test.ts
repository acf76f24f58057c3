import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { linkify } from '../../../web/message/links.ts';

const cases: { name: string; text: string; hrefs: string[] }[] = [
  { name: 'a link', text: 'see https://a.example/b?c=d&e=f#g now', hrefs: ['https://a.example/b?c=d&e=f#g'] },
  { name: 'a link without TLS', text: 'http://a.example', hrefs: ['http://a.example'] },
  { name: 'upper case', text: 'HTTPS://A.EXAMPLE/B', hrefs: ['HTTPS://A.EXAMPLE/B'] },
  { name: 'an address', text: 'mailto:a@b.example?subject=x', hrefs: ['mailto:a@b.example?subject=x'] },
  {
    name: 'two links',
    text: 'https://a.example,https://b.example',
    hrefs: ['https://a.example,https://b.example'],
  },
  { name: 'a link in brackets', text: '<https://a.example/b>', hrefs: ['https://a.example/b'] },
  { name: 'a link in parentheses', text: '(https://a.example/b)', hrefs: ['https://a.example/b'] },
  { name: 'a link with parentheses', text: 'https://a.example/b_(c)', hrefs: ['https://a.example/b_(c)'] },
  { name: 'both', text: '(see https://a.example/b_(c)).', hrefs: ['https://a.example/b_(c)'] },
  {
    name: 'no punctuation after it',
    text: 'https://a.example/b., https://c.example!?',
    hrefs: ['https://a.example/b', 'https://c.example'],
  },
  {
    name: 'no quotation marks',
    text: '"https://a.example" „https://b.example“ »https://c.example«',
    hrefs: ['https://a.example', 'https://b.example', 'https://c.example'],
  },
  { name: 'no Japanese full stop', text: 'https://a.example/b。次', hrefs: ['https://a.example/b'] },
  { name: 'Unicode in the path', text: 'https://a.example/ü/你', hrefs: ['https://a.example/ü/你'] },
  {
    name: 'a port and an IPv6 host',
    text: 'http://a.example:8080/ http://[2001:db8::1]/x',
    hrefs: ['http://a.example:8080/', 'http://[2001:db8::1]/x'],
  },
  { name: 'up to an override', text: 'https://a.example/\u202Egpj.exe', hrefs: ['https://a.example/'] },
  { name: 'up to a zero-width space', text: 'https://a.example/\u200Bx', hrefs: ['https://a.example/'] },
  { name: 'no javascript', text: 'javascript:alert(1) data:text/html,x file:///etc ftp://a', hrefs: [] },
  { name: 'no scheme within a word', text: 'xhttps://a.example éhttps://b.example', hrefs: [] },
  { name: 'no scheme alone', text: 'https:// http://. mailto: mailto:@b http:///x', hrefs: [] },
  { name: 'no user without a host', text: 'https://@a.example', hrefs: [] },
  { name: 'no markup', text: 'https://a.example/"><script>alert(1)</script>', hrefs: ['https://a.example/'] },
  { name: 'no endless link', text: `https://a.example/${'x'.repeat(5000)}`, hrefs: [] },
  { name: 'nothing', text: '', hrefs: [] },
];

describe('linkify', () => {
  test.each(cases)('finds $name', ({ text, hrefs }) => {
    const segments = linkify(text);
    expect(segments.flatMap((each) => ('href' in each ? [each.href] : []))).toEqual(hrefs);
    expect(segments.map((each) => each.text).join('')).toBe(text);
  });

  it('loses nothing and links nothing but http, https and mailto', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://a.b',
      'mailto:',
      'a@b.c',
      '(',
      ')',
      '.',
      ' ',
      '[',
      ']',
      '\u202E',
      'javascript:',
      '/',
      '"',
      '你',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const segments = linkify(text);
        expect(segments.map((each) => each.text).join('')).toBe(text);
        for (const each of segments)
          if ('href' in each) expect(each.href).toMatch(/^(?:https?:\/\/|mailto:)\S+$/i);
      }),
    );
  });

  test.each(['http://', 'https://a.b/', '(', 'http://a.b/)))))', 'mailto:a', 'http://a.b/.,.,.,', 'h'])(
    'gets through 200,000 characters of %s',
    (piece) => {
      const text = piece.repeat(Math.floor(200_000 / piece.length));
      expect(
        linkify(text)
          .map((each) => each.text)
          .join(''),
      ).toBe(text);
    },
  );
});
