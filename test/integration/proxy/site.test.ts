/** The site under its own TLS, below a path, and compressed: what a browser asks for and gets. */
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../../proxy/protocol.ts';
import type { Log } from '../../../proxy/report/log.ts';
import { parseHostRule } from '../../../proxy/address/host-rule.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const certs = fileURLToPath(new URL('../../fixtures/certs/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'poplar-site-'));
const root = join(folder, 'web');
const script = 'export const word = "poplar";\n'.repeat(100);
const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };

beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true });
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Poplar</title>');
  writeFileSync(join(root, 'assets/a-1.js'), script);
  writeFileSync(join(root, 'assets/a-1.js.br'), 'a shorter form');
  writeFileSync(join(root, 'assets/a-1.js.gz'), gzipSync(script));
  writeFileSync(join(root, 'alone.gz'), 'no form of anything');
  copyFileSync(join(certs, 'good.pem'), files.certificate);
  copyFileSync(join(certs, 'server.key'), files.key);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

function ask(url: string, options: https.RequestOptions = {}): Promise<Answer> {
  const { request } = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent: false, rejectUnauthorized: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    asking.on('error', reject).end();
  });
}

describe('compressed files', () => {
  const get = async (path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> => {
    const proxy = await rig.proxy({ staticRoot: root });
    return ask(new URL(path, proxy.url).href, { headers, method });
  };

  it('go out in the form that the browser likes best, each with a tag of its own', async () => {
    const br = await get('assets/a-1.js', { 'accept-encoding': 'gzip, br' });
    const gzip = await get('assets/a-1.js', { 'accept-encoding': 'gzip' });
    const plain = await get('assets/a-1.js', {});
    expect(br.body.toString()).toBe('a shorter form');
    expect(br.headers).toMatchObject({ 'content-encoding': 'br', 'content-length': '14' });
    expect(gzip.headers).toMatchObject({ 'content-encoding': 'gzip' });
    expect(plain.body.toString()).toBe(script);
    expect(plain.headers['content-encoding']).toBeUndefined();
    for (const { headers } of [br, gzip, plain]) {
      expect(headers).toMatchObject({
        vary: 'accept-encoding',
        'content-type': 'text/javascript; charset=utf-8',
      });
      expect(headers['cache-control']).toContain('immutable');
    }
    expect(new Set([br, gzip, plain].map(({ headers }) => headers.etag)).size).toBe(3);
  });

  it('are not sent again to who has them', async () => {
    const { headers } = await get('assets/a-1.js', { 'accept-encoding': 'br' });
    const again = await get('assets/a-1.js', {
      'accept-encoding': 'br',
      'if-none-match': headers.etag ?? '',
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(again.headers.vary).toBe('accept-encoding');
    const other = await get('assets/a-1.js', { 'if-none-match': headers.etag ?? '' });
    expect(other.status).toBe(200);
  });

  it('answer HEAD with the length of the form', async () => {
    const { headers, body } = await get('assets/a-1.js', { 'accept-encoding': 'br' }, 'HEAD');
    expect([headers['content-length'], body.length]).toEqual(['14', 0]);
  });

  it('are no files of their own', async () => {
    expect((await get('assets/a-1.js.br', {})).status).toBe(404);
    expect((await get('assets/a-1.js.gz', {})).status).toBe(404);
    expect((await get('alone.gz', {})).status).toBe(200);
    expect((await get('', { 'accept-encoding': 'br' })).headers.vary).toBeUndefined();
  });
});

describe('below a path', () => {
  it('everything is there, and nothing elsewhere', async () => {
    const proxy = await rig.proxy({ staticRoot: root, basePath: '/mail/' });
    expect(new URL(proxy.url).pathname).toBe('/mail/');
    const status = async (path: string): Promise<number> => (await ask(new URL(path, proxy.url).href)).status;
    for (const path of ['/mail/', '/mail/index.html', '/mail/info', '/mail/assets/a-1.js']) {
      expect([path, await status(path)]).toEqual([path, 200]);
    }
    for (const path of ['/healthz', '/mail/healthz', '/readyz', '/mail/readyz']) {
      expect([path, await status(path)]).toEqual([path, 200]);
    }
    for (const path of ['/', '/info', '/index.html', '/mailbox/', '/mail/mail/']) {
      expect([path, await status(path)]).toEqual([path, 404]);
    }
    const { status: moved, headers } = await ask(new URL('/mail', proxy.url).href);
    expect([moved, headers.location]).toEqual([308, '/mail/']);
    await rig.page(proxy);
    await expect(rig.page(proxy, { path: '/tunnel' })).rejects.toThrow('404');
  });
});

describe('under its own TLS', () => {
  const lines: string[] = [];
  const write = (event: string): number => lines.push(event);
  const log: Log = { error: write, warn: write, info: write };
  const site = () => rig.proxy({ staticRoot: root, tls: files, log });
  const subjectAt = (port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.end();
      });
      socket.on('error', reject);
    });

  it('it serves page and tunnel, and tells browsers to stay with it', async () => {
    const proxy = await site();
    expect(proxy.url).toMatch(/^https:/);
    const { status, headers } = await ask(proxy.url);
    expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    const page = new WebSocket(new URL('tunnel', proxy.url).href.replace('https', 'wss'), SUBPROTOCOL, {
      rejectUnauthorized: false,
      origin: new URL(proxy.url).origin,
    });
    await new Promise((resolve, reject) => page.on('open', resolve).on('error', reject));
    page.terminate();
  });

  it('it takes no TLS before 1.2, and drops who speaks HTTP to it', async () => {
    const proxy = await site();
    await expect(ask(proxy.url, { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).rejects.toThrow();
    const socket = net.connect(proxy.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
    await new Promise((resolve) =>
      socket
        .on('close', resolve)
        .on('error', () => undefined)
        .resume(),
    );
    expect((await ask(proxy.url)).status).toBe(200);
  });

  it('it takes a new certificate without letting a tunnel go', async () => {
    const proxy = await site();
    const before = tls.connect({ port: proxy.port, host: '127.0.0.1', rejectUnauthorized: false });
    await new Promise((resolve) => before.on('secureConnect', resolve));
    copyFileSync(join(certs, 'wrong-name.pem'), files.certificate);
    await proxy.reloadTls();
    expect(await subjectAt(proxy.port)).toBe('other.poplar.test');
    before.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const [answer] = (await once(before, 'data')) as [Buffer];
    expect(answer.toString()).toContain('200 OK');
    before.destroy();
  });

  it('it keeps the old certificate when the new one is broken, and says so', async () => {
    copyFileSync(join(certs, 'good.pem'), files.certificate);
    const proxy = await site();
    writeFileSync(files.certificate, 'not a certificate');
    await proxy.reloadTls();
    expect(lines).toContain('certificate not read again; the one before stays');
    expect(await subjectAt(proxy.port)).toBe('mail.poplar.test');
    copyFileSync(join(certs, 'good.pem'), files.certificate);
  });

  it('it does not start with a broken certificate', async () => {
    writeFileSync(files.certificate, 'not a certificate');
    await expect(site()).rejects.toThrow('the certificate is no PEM certificate');
    copyFileSync(join(certs, 'good.pem'), files.certificate);
  });
});

describe('behind a reverse proxy that ends TLS', () => {
  const trusted = [parseHostRule('127.0.0.1')].flatMap((rule) => rule ?? []);
  const said = async (trustProxies: typeof trusted, proto: string): Promise<string | undefined> => {
    const proxy = await rig.proxy({ staticRoot: root, trustProxies });
    const { headers } = await ask(proxy.url, { headers: { 'x-forwarded-proto': proto } });
    return headers['strict-transport-security'];
  };

  it('browsers are told to stay with TLS, if its word counts', async () => {
    expect(await said(trusted, 'https')).toBe('max-age=31536000');
    expect(await said(trusted, 'http')).toBeUndefined();
    expect(await said(trusted, 'https, http')).toBeUndefined();
    expect(await said([], 'https')).toBeUndefined();
  });
});
