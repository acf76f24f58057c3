/** The proxy under a certificate of its own: what it takes, what it refuses, and how the certificate is renewed. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log, LogFacts } from '../../../proxy/report/log.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import { ask } from './ask.ts';
import { fixture, received, useRig } from './rig.ts';

const rig = useRig();
const folder = mkdtempSync(join(tmpdir(), 'poplar-own-tls-'));
const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
const ca = fixture('ca.pem');
interface Line {
  event: string;
  facts: LogFacts;
  error: unknown;
}
let lines: Line[] = [];
let log: Log;

/** What was written about certificates; connections that a test has cut are none of its business. */
const aboutCertificates = (): Line[] => lines.filter(({ event }) => event.startsWith('certificate'));

function install(certificate: string, key = 'server.key'): void {
  const path = (name: string): string =>
    fileURLToPath(new URL(`../../fixtures/certs/${name}`, import.meta.url));
  copyFileSync(path(certificate), files.certificate);
  copyFileSync(path(key), files.key);
}

beforeEach(() => {
  install('good.pem');
  // A list for each test: a server may hear of a cut connection when the next one has begun.
  const written: Line[] = [];
  const write = (event: string, facts: LogFacts, error?: unknown): unknown =>
    written.push({ event, facts, error });
  lines = written;
  log = { error: write, warn: write, info: write };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const site = (): Promise<RunningProxy> => rig.proxy({ tls: files, log });

/** A handshake as a client with these options makes it; the certificate is not judged. */
function shake(proxy: RunningProxy, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const target = { port: proxy.port, host: '127.0.0.1', rejectUnauthorized: false };
    const socket = tls.connect({ ...target, ...options }, () => resolve(socket));
    socket.on('error', reject);
  });
}

async function nameAt(proxy: RunningProxy): Promise<unknown> {
  const socket = await shake(proxy);
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

/** All that comes back for `text` sent in clear, to the very end. */
function sayInClear(proxy: RunningProxy, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(proxy.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

describe('under its own TLS', () => {
  it.each([
    ['ECDSA', 'good.pem', 'server.key', 'ca.pem'],
    ['ECDSA and a chain', 'complete-chain.pem', 'server.key', 'ca.pem'],
    ['RSA', 'rsa.pem', 'rsa.key', 'rsa.pem'],
  ])('page and tunnel are reached with %s', async (_kind, certificate, key, authority) => {
    install(certificate, key);
    const proxy = await site();
    expect(proxy.url).toMatch(/^https:\/\/localhost:\d+\/$/);
    expect((await ask(proxy, '/info', { ca: fixture(authority) })).status).toBe(200);
    const page = await rig.page(proxy, { ca: fixture(authority) });
    expect(page.socket.protocol).toBe('poplar.v1');
  });

  it('browsers are told to stay with it, but for localhost', async () => {
    const proxy = await site();
    const told = async (host: string): Promise<unknown> =>
      (await ask(proxy, '/', { headers: { host } })).headers['strict-transport-security'];
    expect(await told('127.0.0.1')).toBe('max-age=31536000');
    expect(await told(`localhost:${proxy.port}`)).toBeUndefined();
  });

  it('a page of the same host in clear gets no tunnel', async () => {
    const proxy = await site();
    const origin = `http://localhost:${proxy.port}`;
    await expect(rig.page(proxy, { ca, origin })).rejects.toThrow('403');
  });

  it.each([
    ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, null],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
    ['TLS 1.3', { minVersion: 'TLSv1.3' }, 'TLSv1.3'],
  ] as const)('%s ends in %j', async (_kind, options, expected) => {
    const proxy = await site();
    const protocol = await shake(proxy, options).then(
      (socket) => socket.getProtocol(),
      () => null,
    );
    expect(protocol).toBe(expected);
    const refusals = lines.map(({ facts }) => facts['reason']).filter((reason) => reason !== undefined);
    expect(refusals).toEqual(expected === null ? ['tls'] : []);
  });

  it('HTTP/1.1 is what is agreed on, which WebSocket needs', async () => {
    const socket = await shake(await site(), { ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });
});

describe('who does not speak TLS', () => {
  it('is told where to go when it is HTTP', async () => {
    const proxy = await site();
    const answer = await sayInClear(proxy, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nconnection: close\r\n/);
    expect(answer).toContain('\r\n\r\nThis port speaks HTTPS');
    expect(lines.map(({ facts }) => facts)).toEqual([{ reason: 'plain-http' }]);
  });

  it('is let go when it is anything else', async () => {
    const proxy = await site();
    expect(await sayInClear(proxy, 'EHLO mail.example.org\r\n')).not.toContain('HTTP');
    expect(lines.map(({ facts }) => facts)).toEqual([{ reason: 'tls' }]);
    expect((await ask(proxy, '/healthz')).status).toBe(200);
  });

  it('does not hold the proxy up when it closes', async () => {
    const proxy = await site();
    const silent = net.connect(proxy.port, '127.0.0.1');
    const halfway = net.connect(proxy.port, '127.0.0.1', () => halfway.write('\x16\x03\x01'));
    const gone = [silent, halfway].map((socket) => {
      socket.on('error', () => socket.destroy());
      return new Promise((resolve) => socket.on('close', resolve));
    });
    await Promise.all([silent, halfway].map((one) => new Promise((resolve) => one.on('connect', resolve))));
    // Both are accepted before this one, which comes after them.
    expect((await ask(proxy, '/healthz')).status).toBe(200);
    const before = performance.now();
    await proxy.close();
    await Promise.all(gone);
    // Far below the time that a handshake may take.
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('a certificate that was renewed', () => {
  it('is shown to new connections, while a tunnel that stands goes on', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK hello\r\n'));
    const proxy = await rig.proxyTo(peer, { tls: files, log });
    const page = await rig.page(proxy, { ca });
    page.connect(peer.port);
    await page.until(() => page.text === '+OK hello\r\n');
    expect(await nameAt(proxy)).toBe('mail.poplar.test');

    install('wrong-name.pem');
    await proxy.reloadTls();
    expect(await nameAt(proxy)).toBe('other.poplar.test');
    page.socket.send(Buffer.from('QUIT\r\n'));
    const server = await peer.socket();
    expect(await received(server, 'QUIT\r\n')).toBe('QUIT\r\n');
    server.end('+OK bye\r\n');
    await page.until(() => page.text.endsWith('+OK bye\r\n'));
    expect(proxy.counters().tunnels).toBe(1);
  });

  it('may be of another kind, and still nothing below TLS 1.2 is taken', async () => {
    const proxy = await site();
    install('rsa.pem', 'rsa.key');
    await proxy.reloadTls();
    expect((await ask(proxy, '/info', { ca: fixture('rsa.pem') })).status).toBe(200);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(shake(proxy, old)).rejects.toThrow();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'is no certificate',
      () => writeFileSync(files.certificate, 'none'),
      /certificate is no PEM certificate/,
    ],
    ['is gone', () => rmSync(files.certificate), /cert\.pem cannot be read/],
    ['does not fit its key', () => install('rsa.pem'), /the key does not belong to the certificate/],
  ])('that %s leaves the old one in place, and the log says so', async (_kind, spoil, problem) => {
    const proxy = await site();
    spoil();
    await proxy.reloadTls();
    expect(await nameAt(proxy)).toBe('mail.poplar.test');
    const [line] = aboutCertificates();
    expect(line?.event).toBe('certificate not read again; the one before stays');
    expect(String(line?.error)).toMatch(problem);
    expect(JSON.stringify(lines)).not.toContain('BEGIN');

    install('wrong-name.pem');
    await proxy.reloadTls();
    expect(await nameAt(proxy)).toBe('other.poplar.test');
  });

  it('is complained of when it has expired', async () => {
    install('expired.pem');
    await site();
    expect(aboutCertificates()).toEqual([
      expect.objectContaining({
        event: 'certificate has expired',
        facts: { since: '2020-02-01T00:00:00.000Z' },
      }),
    ]);
  });

  it('does not let the proxy start when it is broken', async () => {
    writeFileSync(files.certificate, 'not a certificate');
    await expect(site()).rejects.toThrow('the certificate is no PEM certificate');
  });
});
