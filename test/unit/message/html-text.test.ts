import { describe, expect, it, test } from 'vitest';
import { htmlToText } from '../../../web/message/html-text.ts';

const fold = (text: string): string => text.replace(/\s+/g, ' ').trim();

const cases: { name: string; html: string; text: string }[] = [
  { name: 'blocks apart and inline words together', html: '<p>a<b>b</b>c</p><p>d</p>', text: 'abc d' },
  { name: 'br and cells apart', html: 'a<br>b<table><tr><td>c</td><td>d</td></tr></table>', text: 'a b c d' },
  {
    name: 'no head, style or script',
    html: '<head><title>t</title><style>p{}</style></head><script>1<2</script><p>a</p>',
    text: 'a',
  },
  { name: 'an unclosed head up to the body', html: '<head><meta><style>x</style><body>a', text: 'a' },
  { name: 'no comments', html: 'a<!-- <p>no</p> -->b<!--[if mso]>no<![endif]-->c', text: 'abc' },
  {
    name: 'what a downlevel-revealed comment shows',
    html: '<!--[if !mso]><!-->a<!--<![endif]-->',
    text: 'a',
  },
  {
    name: 'no doctype and no processing instruction',
    html: '<!DOCTYPE html><?xml version="1.0"?>a',
    text: 'a',
  },
  {
    name: 'entities',
    html: 'a&nbsp;&amp;&nbsp;b &lt;c&gt; &#228;&#xe4;&auml;&Auml; &euro; &#128512;',
    text: 'a & b <c> äää' + 'Ä € 😀',
  },
  {
    name: 'broken entities',
    html: 'AT&T &unknown; &#0; &#xD800; &#999999999;',
    text: 'AT&T &unknown; \uFFFD \uFFFD \uFFFD',
  },
  { name: 'a tag with > in an attribute', html: '<a title="x > y" href=\'>\'>a</a>b', text: 'ab' },
  { name: 'an unclosed attribute', html: '<p title="x>a</p>b', text: 'a b' },
  { name: 'an unclosed style as nothing', html: 'a<style>p{} <p>b</p>', text: 'a' },
  { name: 'an unclosed comment as nothing', html: 'a<!-- <p>b</p>', text: 'a' },
  { name: 'a lone less-than', html: '1 < 2 and <3', text: '1 < 2 and <3' },
  { name: 'an unclosed tag', html: 'a<p class=x', text: 'a' },
  { name: 'upper-case tags', html: '<STYLE>x</STYLE><P>a</P>', text: 'a' },
  {
    name: 'no select, svg or noscript',
    html: '<select><option>x</select><svg><text>y</text></svg><noscript>z</noscript>a',
    text: 'a',
  },
  {
    name: 'blockquotes as quoted lines',
    html: '<p>a</p><blockquote><p>b</p><p>c</p></blockquote><p>d</p>',
    text: 'a > > b > > c > d',
  },
];

describe('htmlToText', () => {
  test.each(cases)('gives $name', ({ html, text }) => {
    expect(fold(htmlToText(html, 10_000))).toBe(fold(text));
  });

  it('stops soon after the limit', () => {
    expect(htmlToText('<p>word</p>'.repeat(10_000), 100).length).toBeLessThan(120);
  });

  test.each([
    '<',
    '<!--',
    '<style>',
    '<head>',
    '<a "',
    '<a ="',
    '<blockquote>',
    '&',
    '&#',
    '</',
    "<p title='",
    '<select>',
  ])('gets through 64 KB of %s', (piece) => {
    expect(typeof htmlToText(piece.repeat(Math.ceil(65_536 / piece.length)), 2_000)).toBe('string');
  });
});
