import { describe, expect, it } from 'vitest';
import { decodedPath, parseBasePath, sitePath } from '../../../../proxy/door/site-path.ts';

describe('parseBasePath', () => {
  it.each([
    ['/', '/'],
    ['', '/'],
    ['/mail/', '/mail/'],
    ['/mail', '/mail/'],
    ['mail', '/mail/'],
    ['//mail//', '/mail/'],
    ['/a/b_c.d~e-f/', '/a/b_c.d~e-f/'],
    ['/..hidden/', '/..hidden/'],
  ])('reads %j as %j', (text, path) => {
    expect(parseBasePath(text)).toBe(path);
  });

  it.each([
    '/a//b/',
    '/a b/',
    '/%61/',
    '/../',
    '/a/./b',
    '/a/..',
    '/ä/',
    '/a?b',
    '/a#b',
    'https://a/b',
    '/a\n',
  ])('refuses %j', (text) => {
    expect(parseBasePath(text)).toBeNull();
  });
});

describe('sitePath', () => {
  it.each([
    ['/', '/', '/'],
    ['/info?x=/mail/', '/', '/info'],
    ['/mail/', '/mail/', '/'],
    ['/mail/info', '/mail/', '/info'],
    ['/mail/a%20b', '/mail/', '/a b'],
    ['/mail', '/mail/', 'at-base'],
    ['/mail?x', '/mail/', 'at-base'],
    ['/', '/mail/', null],
    ['/mailbox/', '/mail/', null],
    ['/info', '/mail/', null],
    ['*', '/', null],
    ['https://a/mail/', '/mail/', null],
    ['/mail/%', '/mail/', null],
  ])('of %j below %j is %j', (url, basePath, path) => {
    expect(sitePath(url, basePath)).toBe(path);
  });
});

it.each(['', 'info', '/%', '/%ff', '*'])('%j is no path', (url) => {
  expect(decodedPath(url)).toBeNull();
});
