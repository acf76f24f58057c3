/** Poplar as a peer of the fetch benchmark: Chromium's worker, the built proxy as its own process, IndexedDB. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveFolder } from './static.ts';
import { familyOf } from './tunnel/processes.ts';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { AccountDraft } from '../../web/model/account.ts';
import { launchProfile } from '../support/browser.ts';
import type { FetchFigures } from './page/main.ts';

export interface PoplarBench {
  /** Fetches a whole maildrop into a fresh browser profile. */
  fetch(port: number, user: string, password: string): Promise<FetchFigures & { peakMb: number }>;
  /** Milliseconds for the same without keeping anything. */
  drain(port: number, user: string, password: string): Promise<number>;
  /** Milliseconds until a fresh profile has the summaries of the `count` newest messages. */
  newest(port: number, user: string, password: string, count: number): Promise<number>;
  close(): Promise<void>;
}

/** Builds the bench page, starts a proxy that may dial these ports of loopback, and serves the page. */
export async function startPoplar(root: string, mailPorts: number[]): Promise<PoplarBench> {
  const dir = mkdtempSync(join(tmpdir(), 'poplar-bench-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    root: join(root, 'test/bench/page'),
    worker: { format: 'es' },
    build: {
      outDir: join(dir, 'page'),
      emptyOutDir: true,
      target: 'es2023',
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  const pages = await serve(join(dir, 'page'));
  const origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
  const proxy = await startProxyProcess(root, origin, mailPorts);
  return {
    fetch: (port, user, password) =>
      inFreshProfile(dir, origin, async (page) => {
        const args = [draftFor(port, user, password), proxy.url] as const;
        const figures = await page.evaluate(([d, url]) => window.bench.fetch(d, url), args);
        return { ...figures, peakMb: peakOfRenderersMb() };
      }),
    drain: (port, user, password) =>
      inFreshProfile(dir, origin, (page) => {
        const args = [draftFor(port, user, password), proxy.url] as const;
        return page.evaluate(([d, url]) => window.bench.drain(d, url), args);
      }),
    newest: (port, user, password, count) =>
      inFreshProfile(dir, origin, (page) =>
        page.evaluate(([d, url, n]) => window.bench.newest(d, url, n), [
          draftFor(port, user, password),
          proxy.url,
          count,
        ] as const),
      ),
    async close() {
      proxy.child.kill('SIGTERM');
      pages.closeAllConnections();
      await new Promise((resolve) => pages.close(resolve));
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The most that the process of the page (its workers are in it) ever took of memory; Linux only, else NaN. */
function peakOfRenderersMb(): number {
  if (process.platform !== 'linux') return Number.NaN;
  const peaks = familyOf(process.pid).map((pid) => {
    const isRenderer = readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--type=renderer');
    const status = isRenderer ? readFileSync(`/proc/${pid}/status`, 'latin1') : '';
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  });
  return Math.max(...peaks) / 1024;
}

async function inFreshProfile<Result>(
  dir: string,
  origin: string,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const profile = mkdtempSync(join(dir, 'profile-'));
  const context = await launchProfile(profile);
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/index.html`);
    await page.waitForFunction(() => 'bench' in window);
    return await work(page);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

function draftFor(port: number, user: string, password: string): AccountDraft {
  return {
    address: 'bob@example.test',
    displayName: 'Bob',
    incoming: { host: '127.0.0.1', port, security: 'none' },
    user,
    password,
    rememberPassword: true,
    demo: false,
  };
}

async function serve(folder: string): Promise<Server> {
  const server = createServer(serveFolder(folder));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function startProxyProcess(
  root: string,
  origin: string,
  mailPorts: number[],
): Promise<{ child: ChildProcess; url: string }> {
  const allow = mailPorts.flatMap((port) => ['--allow-private', `127.0.0.1:${port}`]);
  const args = [
    join(root, 'dist/proxy/main.js'),
    '--no-demo',
    '--port',
    '0',
    '--allow-origin',
    origin,
    ...allow,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /https?:\/\/\S+/.exec(output)?.[0];
      if (url !== undefined) resolve({ child, url });
    });
    child.on('exit', (code) => reject(new Error(`the proxy ended with ${code}: ${output}`)));
  });
}
