/**
 * The settings for reverse proxies as they are shipped in proxy/deploy, with nothing changed but names, ports and
 * certificates: page, tunnel and the client's address come through real nginx and real Caddy.
 */
import { readFileSync } from 'node:fs';
import https from 'node:https';
import http from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL, WINDOW_OCTETS } from '../../proxy/protocol.ts';
import { makeMaildrop, SyncRig } from '../integration/sync/rig.ts';
import { debianPrograms } from '../support/debian-program.ts';
import { freePort, type Running } from '../support/running.ts';
import { Rack } from './rack.ts';

const { paths, missing } = debianPrograms({ nginx: 'nginx', caddy: 'caddy' });
if (missing !== null) console.log(`tests of reverse proxies are skipped: ${missing}`);

const shipped = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../proxy/deploy/${name}`, import.meta.url)), 'utf8');
const certificate = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/certs/${name}`, import.meta.url));

/** The name that people would use. */
const NAME = 'mail.poplar.test';

/** Replaces what must be there. */
function change(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.replaceAll(from, to);
}

function nginx(rack: Rack, upstream: number, port: number): Running {
  let site = shipped('nginx.conf');
  site = change(site, 'listen 443 ssl', `listen 127.0.0.1:${port} ssl`);
  site = change(site, 'http://127.0.0.1:8025', `http://127.0.0.1:${upstream}`);
  site = change(site, '/etc/letsencrypt/live/mail.example.org/fullchain.pem', certificate('good.pem'));
  site = change(site, '/etc/letsencrypt/live/mail.example.org/privkey.pem', certificate('server.key'));
  site = change(site, 'mail.example.org', 'localhost');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path t-${name};`,
  );
  const file = rack.file(
    'reverse-nginx.conf',
    `daemon off; master_process off; pid reverse.pid; error_log stderr warn; events {}
http { access_log off; ${temporary.join(' ')} ${site} }`,
  );
  return rack.start(paths.nginx, ['-p', rack.folder, '-c', file], port);
}

async function caddy(rack: Rack, upstream: number, port: number): Promise<Running> {
  const file = rack.file('Caddyfile', shipped('Caddyfile'));
  const env = {
    SITE: `http://localhost:${port}`,
    UPSTREAM: `127.0.0.1:${upstream}`,
    CADDY_ADMIN: `127.0.0.1:${await freePort()}`,
    HOME: rack.folder,
    XDG_CONFIG_HOME: rack.folder,
    XDG_DATA_HOME: rack.folder,
  };
  return rack.start(paths.caddy, ['run', '--adapter', 'caddyfile', '--config', file], port, env);
}

function get(
  url: string,
  host = new URL(url).host,
): Promise<{ status: number; headers: http.IncomingHttpHeaders }> {
  const client = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.get(
      url,
      { rejectUnauthorized: false, agent: false, headers: { host } },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      },
    );
    request.on('error', reject);
  });
}

/** What the mail server says first, by a page at this address. */
function greetingBy(url: string, port: number): Promise<string> {
  const page = new WebSocket(new URL('tunnel', url).href.replace('http', 'ws'), SUBPROTOCOL, {
    rejectUnauthorized: false,
    origin: new URL(url).origin,
  });
  return new Promise((resolve, reject) => {
    page.on('open', () => {
      page.send(
        JSON.stringify({ type: 'connect', host: '127.0.0.1', port, security: 'none', window: WINDOW_OCTETS }),
      );
    });
    page.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) return;
      resolve(data.toString());
      page.terminate();
    });
    page.on('close', () => reject(new Error('closed')));
    page.on('error', reject);
  });
}

describe.skipIf(missing !== null).each(['nginx', 'caddy'] as const)('behind %s as shipped', (name) => {
  const rack = new Rack();
  let mail: SyncRig;
  let instance: Running;
  let url: string;

  beforeAll(async () => {
    await rack.build();
    mail = await SyncRig.start(makeMaildrop(1));
    const port = await freePort();
    url = `${name === 'nginx' ? 'https' : 'http'}://localhost:${port}/`;
    const args = [
      '--allow-origin',
      new URL(url).origin,
      '--allow-origin',
      `https://${NAME}`,
      '--allow-private',
      `127.0.0.1:${mail.server.port}`,
    ];
    instance = await rack.proxy('--log-addresses', ...args);
    const front =
      name === 'nginx' ? nginx(rack, instance.port, port) : await caddy(rack, instance.port, port);
    const answers = (): Promise<boolean> =>
      get(`${url}readyz`).then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!(await answers())) front.mustRun();
  });
  afterAll(async () => {
    await rack.stop();
    await mail?.stop();
  });

  it('the page is served, with TLS kept where it is spoken', async () => {
    // Not to localhost: some browsers would hold all its ports to it.
    const { status, headers } = await get(url, name === 'nginx' ? NAME : undefined);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain(`default-src 'none'`);
    expect(headers['strict-transport-security']).toBe(name === 'nginx' ? 'max-age=31536000' : undefined);
  });

  it('the tunnel carries mail', async () => {
    expect(await greetingBy(url, mail.server.port)).toMatch(/^\+OK/);
    await instance.hasSaid('"msg":"tunnel over"');
  });

  it('a page of another site is kept out', async () => {
    const foreign = new WebSocket(new URL('tunnel', url).href.replace('http', 'ws'), SUBPROTOCOL, {
      rejectUnauthorized: false,
      origin: 'https://elsewhere.example',
    });
    const error = await new Promise<Error>((resolve) => foreign.on('error', resolve));
    expect(error.message).toContain('403');
  });
});
