/**
 * Two servers on loopback for HTML mail under test: the site with the page (as the proxy serves it, policies included)
 * and a stranger who must never hear of it and remembers every request.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { COMMON_HEADERS, contentSecurityPolicy } from '../../proxy/door/security-headers.ts';

export interface HtmlSite {
  origin: string;
  stranger: Stranger;
  close(): Promise<void>;
}

export interface Stranger {
  origin: string;
  /** Method and path of every request, in order. */
  requests: string[];
  /** Headers of the last request to that path, or undefined when there was none. */
  headersOf(path: string): IncomingMessage['headers'] | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const page = fileURLToPath(new URL('../e2e/html/page', import.meta.url));
const publicDir = fileURLToPath(new URL('../../public', import.meta.url));

/** Builds the page into a private folder and serves it. */
export async function startHtmlSite(): Promise<HtmlSite> {
  const outDir = mkdtempSync(join(tmpdir(), 'poplar-html-'));
  await build({
    configFile: false,
    root: page,
    base: './',
    publicDir,
    logLevel: 'error',
    build: { outDir, target: 'es2023' },
  });
  const site = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/bare.html') {
      response.setHeader('content-type', 'text/html').end('<!doctype html><body></body>');
      return;
    }
    const file = path === '/' ? '/index.html' : path;
    try {
      const content = readFileSync(join(outDir, file));
      const headers = { ...COMMON_HEADERS, 'content-security-policy': contentSecurityPolicy(path) };
      response
        .writeHead(200, { ...headers, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
        .end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  const { server, stranger } = await startStranger();
  return {
    origin: await listen(site),
    stranger,
    async close() {
      await Promise.all([stop(site), stop(server)]);
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

async function startStranger(): Promise<{ server: Server; stranger: Stranger }> {
  const requests: string[] = [];
  const headers = new Map<string, IncomingMessage['headers']>();
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    headers.set(request.url ?? '', request.headers);
    response
      .writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/html' })
      .end('<p>stranger</p>');
  });
  const origin = await listen(server);
  return { server, stranger: { origin, requests, headersOf: (path) => headers.get(path) } };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
