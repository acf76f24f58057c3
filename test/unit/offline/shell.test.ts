/** What the service worker answers by itself, and what it never touches. */
import { describe, expect, it } from 'vitest';
import {
  cacheName,
  chooseAnswer,
  requestCache,
  shellPath,
  staleCaches,
  TAKE_OVER,
} from '../../../web/offline/shell.ts';
import { TAKE_OVER as TAKE_OVER_OF_PAGE } from '../../../web/state/update.svelte.ts';

const scope = 'https://mail.example.com/poplar/';
const files = new Set(['index.html', 'mail-frame.html', 'assets/main-1a2b.js', 'icon.svg'].map(shellPath));
const ask = (url: string, method = 'GET', ranged = false) =>
  chooseAnswer({ url, method, ranged }, scope, files);

describe('the shell', () => {
  it.each([
    ['the folder', scope, ''],
    ['the folder with a query', `${scope}?mailto=ada%40example.com`, ''],
    ['index.html', `${scope}index.html`, ''],
    ['a script', `${scope}assets/main-1a2b.js`, 'assets/main-1a2b.js'],
    ['the frame for mail', `${scope}mail-frame.html`, 'mail-frame.html'],
    ['an address with a fragment', `${scope}#/inbox`, ''],
  ])('answers %s', (_name, url, path) => {
    expect(ask(url)).toEqual({ from: 'shell', path });
  });

  it.each([
    ['info', `${scope}info`],
    ['the tunnel', `${scope}tunnel`],
    ['a file of another version', `${scope}assets/main-9999.js`],
    ['a health check', `${scope}health`],
    ['what only looks like the folder', 'https://mail.example.com/poplar'],
    ['a neighbour folder', 'https://mail.example.com/poplar2/index.html'],
    ['the host’s own page', 'https://mail.example.com/index.html'],
    ['another origin', 'https://cdn.example.net/poplar/icon.svg'],
    ['another port', 'https://mail.example.com:8443/poplar/icon.svg'],
    ['a path that climbs out', `${scope}../poplar2/icon.svg`],
    ['an encoded name', `${scope}%69con.svg`],
    ['a property every object has', `${scope}constructor`],
  ])('leaves %s to the network', (_name, url) => {
    expect(ask(url)).toEqual({ from: 'network' });
  });

  it('leaves writes and parts of files to the network', () => {
    expect(ask(scope, 'POST')).toEqual({ from: 'network' });
    expect(ask(scope, 'HEAD')).toEqual({ from: 'network' });
    expect(ask(`${scope}icon.svg`, 'GET', true)).toEqual({ from: 'network' });
  });

  it('asks the server anew for everything whose name does not change with its content', () => {
    expect(requestCache('')).toBe('no-cache');
    expect(requestCache('mail-frame.html')).toBe('no-cache');
    expect(requestCache('assets/main-1a2b.js')).toBe('default');
  });

  it('clears other versions of its own folder and nothing else', () => {
    const names = [
      cacheName(scope, 'old'),
      cacheName(scope, 'new'),
      cacheName('https://mail.example.com/', 'old'),
      cacheName('https://mail.example.com/poplar/beta/', 'old'),
      'somebody-else',
    ];
    expect(staleCaches(names, scope, 'new')).toEqual([cacheName(scope, 'old')]);
    expect(staleCaches(names, 'https://mail.example.com/', 'new')).toEqual([
      cacheName('https://mail.example.com/', 'old'),
    ]);
  });

  it('is told to take over by the word that the page says', () => {
    expect(TAKE_OVER_OF_PAGE).toBe(TAKE_OVER);
  });
});
