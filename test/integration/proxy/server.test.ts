/** The doors: who may come in, what is served, and what every answer says. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningProxy } from '../../../proxy/server.ts';
import { ask } from './ask.ts';
import { TestPage, type PageOptions } from './page.ts';
import { useRig } from './rig.ts';

const rig = useRig();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'poplar-static-'));
  const root = join(folder, 'web');
  for (const name of ['', 'assets', '.git']) mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(root, '.env'), 'secret');
  writeFileSync(join(root, '.git/config'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(root, 'link.txt'));
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Poplar</title>');
  writeFileSync(join(root, 'mail-frame.html'), '<!doctype html>');
  writeFileSync(join(root, 'service-worker.js'), '// sw');
  writeFileSync(join(root, 'manifest.webmanifest'), '{}');
  writeFileSync(join(root, 'assets/index-abc123.js'), 'export {};');
  writeFileSync(join(root, 'assets/index-abc123.css'), 'a{}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const site = (): Promise<RunningProxy> => rig.proxy({ staticRoot: join(folder, 'web') });

describe('the page', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/?q=1', 'text/html; charset=utf-8', 'no-cache'],
    ['/service-worker.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['/assets/index-abc123.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/index%2Dabc123.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('serves %s as %s, %s', async (path, type, caching) => {
    const { status, headers } = await ask(await site(), path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': type,
      'cache-control': caching,
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/....//secret.txt',
    '//secret.txt',
    '/.env',
    '/%2eenv',
    '/.git/config',
    '/link.txt',
    '/index.html%00.js',
    '/index.html/',
    '/assets',
    '/assets/',
    '/constructor',
    '/nothing',
  ])('does not find %s', async (path) => {
    const { status, body } = await ask(await site(), path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  it.each(['/%', '/%ff', 'http://127.0.0.1/', '*'])('refuses %s', async (path) => {
    expect((await ask(await site(), path)).status).toBe(400);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])('refuses %s', async (method) => {
    const { status, headers } = await ask(await site(), '/', { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const proxy = await site();
    const get = await ask(proxy, '/');
    const head = await ask(proxy, '/', { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([
      200,
      '',
      String(get.body.length),
    ]);
  });

  it.each([
    ['the tag', (tag: string) => tag, 304],
    ['the tag made weak', (tag: string) => `W/${tag}`, 304],
    ['a list with the tag', (tag: string) => `"old", ${tag}`, 304],
    ['a star', () => '*', 304],
    ['another tag', () => '"old"', 200],
  ])('answers If-None-Match with %s', async (_kind, write, expected) => {
    const proxy = await site();
    const { etag = '' } = (await ask(proxy, '/')).headers;
    const again = await ask(proxy, '/', { headers: { 'if-none-match': write(etag) } });
    expect(again.status).toBe(expected);
    expect(again.headers['content-security-policy']).toContain(`default-src 'none'`);
  });

  it('has the strict policy, and the mail frame its own', async () => {
    const proxy = await site();
    const page = (await ask(proxy, '/')).headers;
    expect(page['content-security-policy']).toContain(`require-trusted-types-for 'script'`);
    expect(page['content-security-policy']).toContain(`frame-ancestors 'none'`);
    expect(page).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
    const frame = (await ask(proxy, '/mail-frame.html')).headers['content-security-policy'];
    expect(frame).toContain('sandbox allow-same-origin allow-popups');
    expect(frame).not.toContain('allow-scripts');
  });
});

describe('the facts', () => {
  it('say what the proxy is and allows, and are never cached', async () => {
    const proxy = await rig.proxy({ version: '1.2.3', ports: [110, 995] });
    const { status, headers, body } = await ask(proxy, '/info');
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(JSON.parse(body)).toEqual({
      name: 'poplar',
      version: '1.2.3',
      ports: [110, 995],
      demo: null,
      needsToken: false,
      policy: {
        hosts: 'any',
        tlsEndsIn: 'proxy',
        minTls: 'TLSv1.2',
        logs: 'no-content',
        limits: {
          tunnelsPerClient: 32,
          tunnelsPerMinute: 120,
          idleTimeoutMs: 600_000,
          lifetimeMs: 43_200_000,
          maxOctets: null,
        },
      },
    });
  });

  it.each([
    ['https://mail.example.org', 'https://mail.example.org'],
    ['https://evil.example', undefined],
    ['null', undefined],
  ])('asked by a page of %s are readable for %s', async (origin, expected) => {
    const proxy = await rig.proxy({ allowOrigins: ['https://mail.example.org'] });
    const { headers } = await ask(proxy, '/info', { headers: { origin } });
    expect(headers['access-control-allow-origin']).toBe(expected);
    expect(headers.vary).toBe('origin');
  });

  it('hold for /healthz under any name', async () => {
    const proxy = await rig.proxy();
    const { status, body } = await ask(proxy, '/healthz', { headers: { host: 'health.example' } });
    expect([status, body]).toEqual([200, 'ok\n']);
  });
});

it('a name that was pointed at this machine gets nothing (DNS rebinding)', async () => {
  const proxy = await site();
  for (const path of ['/', '/info', '/service-worker.js']) {
    const { status, body } = await ask(proxy, path, { headers: { host: `evil.example:${proxy.port}` } });
    expect(status).toBe(421);
    expect(body).not.toContain('Poplar</title>');
  }
});

describe('the tunnel', () => {
  const refusedWith = (proxy: RunningProxy, options: PageOptions): Promise<number> =>
    new Promise((resolve, reject) => {
      const { socket } = new TestPage(proxy.url, options);
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.on('open', () => reject(new Error('the tunnel opened')));
      socket.on('error', reject);
    });

  it.each<[string, PageOptions, number]>([
    ['a foreign page', { origin: 'https://evil.example' }, 403],
    ['a program without a page', { origin: null }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['another port of this machine', { origin: 'http://localhost:1' }, 403],
    ['a rebound name', { origin: 'http://evil.example', host: 'evil.example' }, 421],
    ['another path', { path: 'tunnel/x' }, 404],
    ['the path of the page', { path: '' }, 404],
    ['another protocol', { protocol: 'chat' }, 400],
  ])('is closed to %s', async (_kind, options, status) => {
    expect(await refusedWith(await rig.proxy(), options)).toBe(status);
  });

  it.each([
    ['the page by name', (port: number) => `localhost:${port}`],
    ['the page by address', (port: number) => `127.0.0.1:${port}`],
  ])('is open to %s', async (_kind, host) => {
    const proxy = await rig.proxy();
    const page = await rig.page(proxy, { host: host(proxy.port), origin: `http://${host(proxy.port)}` });
    expect(page.socket.protocol).toBe('poplar.v1');
    expect(page.socket.extensions).toBe('');
  });

  it('is open to the origins that the operator allows', async () => {
    const proxy = await rig.proxy({ allowOrigins: ['https://mail.example.org'] });
    const page = await rig.page(proxy, { origin: 'https://mail.example.org' });
    expect(page.socket.readyState).toBe(page.socket.OPEN);
  });

  it.each([
    [
      'no WebSocket',
      'GET /tunnel HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: poplar.v1\r\n\r\n',
      '400',
    ],
    [
      'no version',
      'GET /tunnel HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: poplar.v1\r\n\r\n',
      '400',
    ],
    ['no HTTP', 'EHLO example\r\n\r\n', '400'],
    ['huge headers', `GET /tunnel HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '4'],
  ])('survives %s', async (_kind, request, status) => {
    const proxy = await rig.proxy();
    const socket = net.connect(proxy.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('error', () => socket.destroy());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(request);
    await closed;
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
    expect((await ask(proxy, '/healthz')).status).toBe(200);
  });
});
