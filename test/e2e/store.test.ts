/** The IndexedDB store on a real browser's IndexedDB: its whole contract, and a disk that is really full. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { MAIL_STORE_CONTRACT } from '../unit/store/mail-store-contract.ts';
import type { Added, Job } from './store-worker.ts';

declare global {
  var runJob: (job: Job) => Promise<unknown>;
}

const MiB = 1024 * 1024;

describe("the IndexedDB store in a browser's worker", () => {
  let folder: string;
  let server: Server;
  let origin: string;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'poplar-store-'));
    await build({
      configFile: false,
      logLevel: 'warn',
      publicDir: false,
      build: {
        outDir: folder,
        emptyOutDir: true,
        lib: {
          entry: join(import.meta.dirname, 'store-worker.ts'),
          formats: ['es'],
          fileName: () => 'worker.js',
        },
      },
    });
    server = createServer((request, response) => {
      const isWorker = request.url === '/worker.js';
      response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html');
      response.end(
        isWorker ? readFileSync(join(folder, 'worker.js')) : '<!doctype html><link rel="icon" href="data:,">',
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await launchBrowser();
    page = await openPage();
  });

  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  /** A page with a worker, on a device of its own. */
  async function openPage(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(origin);
    await page.evaluate(() => {
      const worker = new Worker('/worker.js', { type: 'module' });
      globalThis.runJob = (job) =>
        new Promise((resolve, reject) => {
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }: MessageEvent<{ answer?: unknown; error?: string }>) => {
            if (data.error === undefined) resolve(data.answer);
            else reject(new Error(data.error));
          };
          worker.postMessage(job);
        });
    });
    return page;
  }

  const run = (on: Page, job: Job): Promise<unknown> => on.evaluate((one) => globalThis.runJob(one), job);

  it.each(MAIL_STORE_CONTRACT.map(({ name }, index) => ({ name, index })))('$name', async ({ index }) => {
    await run(page, { do: 'case', index });
  });

  it('says that the disk is full, keeps what it had, and goes on when there is room again', async () => {
    const small = await openPage();
    const browserSide = await small.context().newCDPSession(small);
    // Before the first write: Chromium asks for the room that is left only now and then.
    await browserSide.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: MiB });
    await run(small, { do: 'begin' });
    const before = (await run(small, { do: 'add', name: 'before', octets: 1000 })) as Added;
    expect(before).toEqual({ added: 10, kept: 10, use: { messages: 10, octets: 10_000 } });
    const full = await run(small, { do: 'add', name: 'm', octets: 2 * MiB });
    expect(full).toEqual({ ...before, added: 'storage-full' });
    await browserSide.send('Storage.overrideQuotaForOrigin', { origin });
    const after = await run(small, { do: 'add', name: 'm', octets: 2 * MiB });
    expect(after).toMatchObject({ added: 10, kept: 20 });
  });
});
