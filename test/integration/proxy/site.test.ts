/** The site compressed, below a path, and behind a reverse proxy that ends TLS: what a browser asks for and gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHostRule } from '../../../proxy/address/host-rule.ts';
import { ask, type Answer } from './ask.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const folder = mkdtempSync(join(tmpdir(), 'poplar-site-'));
const root = join(folder, 'web');
const script = 'export const word = "poplar";\n'.repeat(100);
const [br, gzip] = [brotliCompressSync(script), gzipSync(script)];

beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Poplar</title>');
  writeFileSync(join(root, 'assets/a-1.js'), script);
  writeFileSync(join(root, 'assets/a-1.js.br'), br);
  writeFileSync(join(root, 'assets/a-1.js.gz'), gzip);
  writeFileSync(join(root, 'alone.gz'), gzip);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('compressed files', () => {
  const get = async (path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> =>
    ask(await rig.proxy({ staticRoot: root }), path, { headers, method });

  it.each<[string, Record<string, string>, Buffer, string | undefined]>([
    ['Brotli', { 'accept-encoding': 'gzip, deflate, br' }, br, 'br'],
    ['gzip', { 'accept-encoding': 'gzip, br;q=0' }, gzip, 'gzip'],
    ['nothing', {}, Buffer.from(script), undefined],
    ['nothing that there is', { 'accept-encoding': 'zstd, identity;q=0' }, Buffer.from(script), undefined],
  ])('go out as they are to who takes %s', async (_kind, asked, expected, encoding) => {
    const { raw, headers } = await get('/assets/a-1.js', asked);
    expect(raw.equals(expected)).toBe(true);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers).toMatchObject({
      'content-length': String(expected.length),
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
  });

  it('have a tag for each form, and are not sent again to who has that form', async () => {
    const forms = [{ 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip' }, {}];
    const tags = await Promise.all(
      forms.map(async (asked) => (await get('/assets/a-1.js', asked)).headers.etag ?? ''),
    );
    expect(new Set(tags).size).toBe(3);
    for (const [index, asked] of forms.entries()) {
      for (const [other, tag] of tags.entries()) {
        const again = await get('/assets/a-1.js', { ...asked, 'if-none-match': tag });
        expect([index, other, again.status]).toEqual([index, other, index === other ? 304 : 200]);
        expect(again.headers.vary).toBe('accept-encoding');
      }
    }
  });

  it('answer HEAD with the length of the form', async () => {
    const { headers, raw } = await get('/assets/a-1.js', { 'accept-encoding': 'br' }, 'HEAD');
    expect(headers).toMatchObject({ 'content-length': String(br.length), 'content-encoding': 'br' });
    expect(raw).toHaveLength(0);
  });

  it('are no files of their own', async () => {
    for (const path of ['/assets/a-1.js.br', '/assets/a-1.js.gz', '/alone.gz']) {
      expect([path, (await get(path, {})).status]).toEqual([path, 404]);
    }
    expect((await get('/', { 'accept-encoding': 'br' })).headers.vary).toBeUndefined();
  });
});

describe('below a path', () => {
  const site = () => rig.proxy({ staticRoot: root, basePath: '/mail/' });

  it.each([
    ['/mail/', 200],
    ['/mail/index.html', 200],
    ['/mail/info', 200],
    ['/mail/assets/a-1.js', 200],
    ['/healthz', 200],
    ['/mail/healthz', 200],
    ['/readyz', 200],
    ['/mail/readyz', 200],
    ['/', 404],
    ['/info', 404],
    ['/index.html', 404],
    ['/assets/a-1.js', 404],
    ['/mailbox/', 404],
    ['/mail/mail/', 404],
    ['//mail/', 404],
  ])('%s gives %i', async (path, status) => {
    expect((await ask(await site(), path)).status).toBe(status);
  });

  it('the folder is told to who comes to the wrong place', async () => {
    const proxy = await site();
    expect(new URL(proxy.url).pathname).toBe('/mail/');
    expect((await ask(proxy, '/')).body).toBe('Poplar is at /mail/\n');
    for (const path of ['/mail', '/mail?q=1']) {
      const { status, headers } = await ask(proxy, path);
      expect([status, headers.location]).toEqual([308, '/mail/']);
    }
  });

  it('the tunnel is there and nowhere else', async () => {
    const proxy = await site();
    await rig.page(proxy);
    await expect(rig.page(proxy, { path: '/tunnel' })).rejects.toThrow('404');
  });
});

describe('behind a reverse proxy that ends TLS', () => {
  const trusted = [parseHostRule('127.0.0.1')].flatMap((rule) => rule ?? []);

  it.each<[string, typeof trusted, string, string | undefined]>([
    ['a trusted one that came by https', trusted, 'https', 'max-age=31536000'],
    ['a trusted one that came in clear', trusted, 'http', undefined],
    ['a trusted one of several', trusted, 'https, http', undefined],
    ['one that nobody knows', [], 'https', undefined],
  ])('browsers are told to stay with TLS by %s: %s', async (_kind, trustProxies, proto, expected) => {
    const proxy = await rig.proxy({ staticRoot: root, trustProxies });
    const { headers } = await ask(proxy, '/', { headers: { 'x-forwarded-proto': proto } });
    expect(headers['strict-transport-security']).toBe(expected);
  });

  it('a page of the same host in clear gets no tunnel', async () => {
    const proxy = await rig.proxy({ trustProxies: trusted });
    const page = { host: 'localhost', forwardedProto: 'https' };
    await rig.page(proxy, { ...page, origin: 'https://localhost' });
    await expect(rig.page(proxy, { ...page, origin: 'http://localhost' })).rejects.toThrow('403');
  });
});
