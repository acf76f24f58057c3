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
  var heldDatabase: IDBDatabase | undefined;
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

  /** Another tab, that opens the database at a version of its own and does not let go of it when asked to. */
  async function hold(on: Page, name: string, version: number): Promise<void> {
    await on.evaluate(
      ([name, version]) =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.open(name, version);
          request.onsuccess = () => {
            globalThis.heldDatabase = request.result;
            resolve();
          };
          request.onerror = () => reject(new Error(String(request.error)));
        }),
      [name, version] as const,
    );
  }

  const run = (on: Page, job: Job): Promise<unknown> => on.evaluate((one) => globalThis.runJob(one), job);

  it.each(MAIL_STORE_CONTRACT.map(({ name }, index) => ({ name, index })))('$name', async ({ index }) => {
    await run(page, { do: 'case', index });
  });

  it('lets the database be deleted by another page, and says so from then on', async () => {
    expect(await run(page, { do: 'open', name: 'deleted' })).toBe('open');
    const lost = run(page, { do: 'lost' });
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase('deleted');
          request.onsuccess = () => resolve();
          request.onblocked = () => reject(new Error('the store does not let go'));
        }),
    );
    expect(await lost).toBe('storage-failed: deleted');
    expect(await run(page, { do: 'count' })).toBe('storage-failed: deleted');
    expect(await run(page, { do: 'open', name: 'deleted' })).toBe('open');
    expect(await run(page, { do: 'count' })).toBe(1);
  });

  it('gives way to a newer version, and then refuses what that has written', async () => {
    expect(await run(page, { do: 'open', name: 'newer' })).toBe('open');
    const lost = run(page, { do: 'lost' });
    await hold(page, 'newer', 99);
    expect(await lost).toBe('storage-blocked: newer-version-opened');
    expect(await run(page, { do: 'count' })).toBe('storage-blocked: newer-version-opened');
    expect(await run(page, { do: 'open', name: 'newer' })).toBe('storage-blocked: newer-version-stored');
  });

  it('says that an older version is held elsewhere, and opens once that lets go', async () => {
    await hold(page, 'older', 1);
    expect(await run(page, { do: 'open', name: 'older' })).toBe('storage-blocked: older-version-open');
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          globalThis.heldDatabase?.close();
          // An empty database of another making has no version to go on from.
          indexedDB.deleteDatabase('older').onsuccess = () => resolve();
        }),
    );
    expect(await run(page, { do: 'open', name: 'older' })).toBe('open');
  });

  it("says that the browser has cleared the site's data under it", async () => {
    const cleared = await openPage();
    expect(await run(cleared, { do: 'open', name: 'cleared' })).toBe('open');
    const lost = run(cleared, { do: 'lost' });
    const browserSide = await cleared.context().newCDPSession(cleared);
    await browserSide.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    expect(await lost).toBe('storage-failed: terminated');
    expect(await run(cleared, { do: 'count' })).toBe('storage-failed: terminated');
    expect(await run(cleared, { do: 'open', name: 'cleared' })).toBe('open');
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
