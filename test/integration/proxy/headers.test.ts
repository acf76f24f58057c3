/** What every answer says beside its text, whatever it is: one table, in clear and under TLS. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseUsers } from '../../../proxy/door/basic-auth.ts';
import { MAIL_FRAME_CSP, PAGE_CSP } from '../../../proxy/door/security-headers.ts';
import { ask } from './ask.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const root = mkdtempSync(join(tmpdir(), 'poplar-headers-'));
beforeAll(() => {
  mkdirSync(join(root, 'assets'));
  for (const name of ['index.html', 'mail-frame.html', 'assets/index-1.js'])
    writeFileSync(join(root, name), 'x');
});
afterAll(() => rmSync(root, { recursive: true }));

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/certs/${name}`, import.meta.url));
const tls = { certificate: fixture('good.pem'), key: fixture('server.key') };

const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), ' +
    'magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()',
};
const BARE = `default-src 'none'; frame-ancestors 'none'`;
const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const FOREVER = 'public, max-age=31536000, immutable';

const bob = { authorization: `Basic ${Buffer.from('bob:secret').toString('base64')}` };
const known: RequestOptions = { headers: bob };

const table: [string, string, RequestOptions, number, Record<string, string>, string, string][] = [
  ['the page', '/mail/', known, 200, {}, PAGE_CSP, HTML],
  ['an asset', '/mail/assets/index-1.js', known, 200, {}, PAGE_CSP, 'text/javascript; charset=utf-8'],
  ['the mail frame', '/mail/mail-frame.html', known, 200, {}, MAIL_FRAME_CSP, HTML],
  ['the facts', '/mail/info', known, 200, { vary: 'origin' }, BARE, 'application/json'],
  ['the sign of life', '/healthz', {}, 200, {}, BARE, TEXT],
  ['the redirect', '/mail', known, 308, { location: '/mail/' }, BARE, TEXT],
  ['no path', '/%', {}, 400, {}, BARE, TEXT],
  [
    'no password',
    '/mail/',
    {},
    401,
    { 'www-authenticate': 'Basic realm="Poplar", charset="UTF-8"' },
    BARE,
    TEXT,
  ],
  ['no file', '/mail/nothing', known, 404, {}, BARE, TEXT],
  ['no place', '/nothing', known, 404, {}, BARE, TEXT],
  ['no method', '/mail/', { ...known, method: 'POST' }, 405, { allow: 'GET, HEAD' }, BARE, TEXT],
  ['no name of ours', '/mail/', { headers: { ...bob, host: 'evil.example' } }, 421, {}, BARE, TEXT],
];

it.each(table)('%s', async (_kind, path, request, status, own, csp, type) => {
  const options = {
    staticRoot: root,
    basePath: '/mail/',
    users: parseUsers('bob:secret'),
    wrongPasswordDelayMs: 0,
  };
  const caching = path.includes('/assets/')
    ? FOREVER
    : status === 200 && type === HTML
      ? 'no-cache'
      : 'no-store';
  const expected = {
    ...ALWAYS,
    ...own,
    'content-type': type,
    'content-security-policy': csp,
    'cache-control': caching,
  };
  const inClear = await ask(await rig.proxy(options), path, request);
  const underTls = await ask(await rig.proxy({ ...options, tls }), path, request);
  for (const answer of [inClear, underTls]) {
    expect([answer.status, answer.headers['content-length']]).toEqual([status, String(answer.raw.length)]);
    expect(answer.headers).toMatchObject(expected);
    // They say what Poplar does not: see security-headers.ts for the reasons.
    for (const name of ['x-frame-options', 'cross-origin-embedder-policy', 'server', 'x-powered-by']) {
      expect(answer.headers[name]).toBeUndefined();
    }
  }
  expect(inClear.headers['strict-transport-security']).toBeUndefined();
  expect(underTls.headers['strict-transport-security']).toBe('max-age=31536000');
});
