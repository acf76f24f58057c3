import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify } from '../../../web/ui/reader/links.ts';

const links = (text: string) =>
  linkify(text).flatMap((piece) => (piece.kind === 'link' ? [[piece.text, piece.href]] : []));

describe('linkify', () => {
  it.each<[string, string, string[][]]>([
    ['an address', 'see https://a.example/b now', [['https://a.example/b', 'https://a.example/b']]],
    ['the end of a sentence', 'at https://a.example/b.', [['https://a.example/b', 'https://a.example/b']]],
    ['a question', 'https://a.example/?q=1?', [['https://a.example/?q=1', 'https://a.example/?q=1']]],
    ['brackets around it', '(https://a.example/b)', [['https://a.example/b', 'https://a.example/b']]],
    [
      'brackets that belong to it, in brackets',
      '(https://a.example/b_(c))',
      [['https://a.example/b_(c)', 'https://a.example/b_(c)']],
    ],
    ['angle brackets', '<https://a.example/b>', [['https://a.example/b', 'https://a.example/b']]],
    ['capital letters', 'HTTPS://A.EXAMPLE/B', [['HTTPS://A.EXAMPLE/B', 'https://a.example/B']]],
    ['www', 'www.a.example/x', [['www.a.example/x', 'https://www.a.example/x']]],
    ['an address of a person', 'write to m.o+x@a.example!', [['m.o+x@a.example', 'mailto:m.o+x@a.example']]],
    ['mailto', 'mailto:a@b.example', [['mailto:a@b.example', 'mailto:a@b.example']]],
    ['Japanese before it', '詳細はhttps://a.example/ をご覧', [['https://a.example/', 'https://a.example/']]],
    ['Japanese punctuation after it', 'https://a.example/。', [['https://a.example/', 'https://a.example/']]],
    [
      'an international host',
      'https://bücher.example/',
      [['https://bücher.example/', 'https://xn--bcher-kva.example/']],
    ],
  ])('%s', (_name, text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['a script behind a host', 'javascript://a.example/%0aalert(1)'],
    ['data', 'data:text/html,<script>alert(1)</script>'],
    ['a file', 'file:///etc/passwd'],
    ['a scheme inside a word', 'xhttps://a.example/'],
    ['a user name that looks like a host', 'https://bank.example@evil.example/'],
    ['a user name and password', 'https://bank.example:443@evil.example/'],
    ['no host', 'https:///'],
    ['two addresses run together', 'http://a.example,http://b.example'],
    ['a host with a dot too many', 'http://a..example/'],
    ['a bare name', 'http://localhost/'],
    ['mailto without an address', 'mailto:?bcc=everybody'],
    ['a turned direction inside the host', 'https://a\u202emoc.elgoog/'],
    ['an address longer than any browser takes', `https://a.example/${'x'.repeat(4_000)}`],
    ['a lone at sign', 'a @ b'],
    ['a handle', '@someone'],
  ])('is not taken in by %s', (_name, text) => {
    expect(links(text)).toEqual([]);
  });

  it('loses and adds nothing, whatever the text', () => {
    const words = fc.constantFrom(
      'https://a.example/',
      'www.',
      'mailto:',
      'a@b.example',
      '(',
      ')',
      '.',
      ' ',
      '\u202e',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        expect(
          linkify(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });

  it('leads only to http, https and mailto, whatever the text', () => {
    fc.assert(
      fc.property(fc.webUrl({ size: '-1' }), fc.string(), (url, noise) => {
        for (const [, href] of links(`${noise} ${url}${noise}`)) expect(href).toMatch(/^(https?|mailto):/);
      }),
      // Making a web address costs fast-check far more than reading it costs us.
      { numRuns: 25 },
    );
  });

  it.each([
    ['at signs', 'a@'.repeat(200_000)],
    ['one endless word', 'a'.repeat(400_000)],
    ['dots', 'a.'.repeat(200_000)],
    ['brackets', `https://a.example/${')'.repeat(400_000)}`],
    ['beginnings of addresses', 'https://'.repeat(50_000)],
    ['addresses', 'https://a.example/ '.repeat(20_000)],
  ])('comes to an end on %s', (_name, text) => {
    expect(
      linkify(text)
        .map((piece) => piece.text)
        .join('').length,
    ).toBe(text.length);
  });
});
