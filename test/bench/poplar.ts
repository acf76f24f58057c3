/** Poplar as a peer of the fetch benchmark: Chromium's worker, the built proxy as its own process, IndexedDB. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { serveFolder } from './static.ts';
import { endIfAlive, familyOf } from './tunnel/processes.ts';
import { build } from 'vite';
import type { AccountDraft } from '../../web/model/account.ts';
import { browserCommand } from '../support/browser.ts';
import type { Answer, FetchFigures, Job } from './page/main.ts';
import type { Seed } from './page/seed.ts';

export interface PoplarBench {
  /** Where the product's own page is, ending with a slash. */
  productUrl: string;
  /** Folder that the benchmark's page was built into; its addresses are relative. */
  pageDir: string;
  /** Lets the benchmark's page do this in a browser of its own on that profile, which is kept. */
  run(profile: string, job: LoggedIn): Promise<FetchFigures>;
  /** Fetches a whole maildrop into a fresh browser profile. */
  fetch(port: number, user: string, password: string): Promise<FetchFigures & { peakMb: number }>;
  /** Milliseconds for the same without keeping anything. */
  drain(port: number, user: string, password: string): Promise<number>;
  /** Milliseconds until a fresh profile has the summaries of the `count` newest messages. */
  newest(port: number, user: string, password: string, count: number): Promise<number>;
  close(): Promise<void>;
}

type Login = Record<'user' | 'password', string> & { port: number };
/** A job of the page for whoever logs in there. */
export type LoggedIn = Login & ({ kind: 'fetch' | 'list' | 'sync' } | { kind: 'seed'; seeds: Seed[] });

/** Builds the bench page, starts a proxy that may dial these ports of loopback, and serves the page. */
export async function startPoplar(root: string, mailPorts: number[]): Promise<PoplarBench> {
  const dir = mkdtempSync(join(tmpdir(), 'poplar-bench-'));
  await build({
    configFile: false,
    logLevel: 'warn',
    root: join(root, 'test/bench/page'),
    base: './',
    worker: { format: 'es' },
    build: {
      outDir: join(dir, 'page'),
      emptyOutDir: true,
      target: 'es2023',
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  const pages = await servePage(join(dir, 'page'));
  const proxy = await startProxyProcess(root, pages.origin, mailPorts);
  const placeOf = (port: number, user: string, password: string) => ({
    draft: draftFor(port, user, password),
    proxyUrl: proxy.url,
  });
  return {
    productUrl: proxy.url,
    pageDir: join(dir, 'page'),
    run: (profile, { port, user, password, ...task }) =>
      inProfile(profile, pages, { ...task, ...placeOf(port, user, password) }),
    fetch: (...login) => inFreshProfile(dir, pages, { kind: 'fetch', ...placeOf(...login) }),
    async drain(...login) {
      return (await inFreshProfile(dir, pages, { kind: 'drain', ...placeOf(...login) })).ms;
    },
    async newest(port, user, password, count) {
      const place = placeOf(port, user, password);
      return (await inFreshProfile(dir, pages, { kind: 'newest', count, ...place })).ms;
    },
    close() {
      proxy.child.kill('SIGTERM');
      pages.close();
      rmSync(dir, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** The most that the process of the page (its workers are in it) ever took of memory; Linux only, else NaN. */
const peakOfRenderersMb = (): number => renderersMb('VmHWM');

/** Memory of the page's process, the largest of them when there are several: its most so far, or now. Linux only, else NaN. */
export function renderersMb(figure: 'VmHWM' | 'VmRSS'): number {
  if (process.platform !== 'linux') return Number.NaN;
  const sizes = familyOf(process.pid).map((pid) => {
    const isRenderer = readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('--type=renderer');
    const status = isRenderer ? readFileSync(`/proc/${pid}/status`, 'latin1') : '';
    return Number(new RegExp(`^${figure}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  });
  return Math.max(...sizes) / 1024;
}

type Measured = FetchFigures & { peakMb: number };

async function inFreshProfile(dir: string, pages: Pages, job: Job): Promise<Measured> {
  const profile = mkdtempSync(join(dir, 'profile-'));
  try {
    return await inProfile(profile, pages, job);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function inProfile(profile: string, pages: Pages, job: Job): Promise<Measured> {
  const { executablePath, args } = await browserCommand();
  const answered = pages.give(job);
  const browser = spawn(executablePath, [...args, `--user-data-dir=${profile}`, pages.origin], {
    stdio: 'ignore',
  });
  const left = once(browser, 'exit');
  try {
    const died = left.then(() => ({ failure: 'the browser ended' }));
    const answer = await Promise.race([answered, died]);
    if ('failure' in answer) throw new Error(answer.failure);
    return { ...answer.figures, peakMb: peakOfRenderersMb() };
  } finally {
    const family = familyOf(browser.pid ?? 0);
    browser.kill('SIGKILL');
    await left;
    for (const member of family) endIfAlive(member);
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

/** The server of the page, which also has its job and takes the answer. */
interface Pages {
  origin: string;
  /** For the browser that is started next. */
  give(job: Job): Promise<Answer>;
  close(): void;
}

async function servePage(folder: string): Promise<Pages> {
  const files = serveFolder(folder);
  let job: Job | null = null;
  let answer: (answer: Answer) => void = () => undefined;
  const server = createServer((request, response) => {
    if (request.url === '/job') return void response.end(JSON.stringify(job));
    if (request.url !== '/answer') return files(request, response);
    json(request)
      .then((body) => answer(body as Answer))
      .catch((error: unknown) => answer({ failure: String(error) }))
      .finally(() => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    give(next) {
      job = next;
      return new Promise((resolve) => (answer = resolve));
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
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
