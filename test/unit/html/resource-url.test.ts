import { describe, expect, test } from 'vitest';
import { imageSource, linkTarget } from '../../../web/html/resource-url.ts';

const own = 'blob:https://here/1';
const cidUrl = (contentId: string): string | null =>
  ({ 'a@b': own, 'svg@b': 'data:image/svg+xml,x', 'remote@b': 'https://x/a.png' })[contentId] ?? null;

const missing = { kind: 'missing' };
const remote = { kind: 'remote' };
const gif = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';

describe('imageSource', () => {
  test.each([
    ['an image of the message', 'cid:a@b', { kind: 'own', url: own }],
    ['an escaped Content-Id', 'cid:a%40b', { kind: 'own', url: own }],
    ['upper case and white space', ' \nCID:a@b ', { kind: 'own', url: own }],
    ['an unknown Content-Id', 'cid:nobody', missing],
    ['a broken escape', 'cid:%', missing],
    ['a Content-Id that leads to SVG', 'cid:svg@b', missing],
    ['a Content-Id that leads away', 'cid:remote@b', missing],
    ['a raster image in place', gif, { kind: 'own', url: gif }],
    ['SVG in place', 'data:image/svg+xml;base64,PHN2Zz4=', missing],
    ['markup in place', 'data:text/html,<script>', missing],
    ['a raster image that is none', 'data:image/png,<svg onload=x>', missing],
    ['https', 'https://x/a.png', remote],
    ['http with a tab in it', 'ht\ttp://x/a.png', remote],
    ['a protocol-relative URL', '//x/a.png', remote],
    ['a relative URL', 'images/a.png', remote],
    ['an unknown scheme', 'ftp://x/a.png', remote],
    ['a blob of somebody', 'blob:https://x/1', missing],
    ['script', 'javascript:alert(1)', missing],
    ['a file', 'file:///a.png', missing],
    ['nothing', '', missing],
    ['white space', ' \t\n', missing],
  ])('knows %s', (_, url, source) => {
    expect(imageSource(url, cidUrl)).toEqual(source);
  });
});

describe('linkTarget', () => {
  test.each([
    ['https://a.example/b?c#d', 'https://a.example/b?c#d'],
    ['HTTP://A.example', 'http://a.example/'],
    [' \nhttps://a.example/\tb', 'https://a.example/b'],
    ['//a.example/b', 'https://a.example/b'],
    ['mailto:a@b.example?subject=x', 'mailto:a@b.example?subject=x'],
    ['tel:+49123', 'tel:+49123'],
    ['#there', '#there'],
    ['#', null],
    ['', null],
    ['page.html', null],
    ['/page.html', null],
    ['javascript:alert(1)', null],
    ['java\nscript:alert(1)', null],
    ['\u0001javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['blob:https://a.example/1', null],
    ['file:///etc/passwd', null],
    ['ftp://a.example/', null],
    ['cid:a@b', null],
    ['https://', null],
    ['http://a b/', null],
  ])('leads %j to %j', (written, target) => {
    expect(linkTarget(written)).toBe(target);
  });
});
