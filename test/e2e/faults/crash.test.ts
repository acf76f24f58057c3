/** A tab is closed, its worker ends, its process or the whole browser is killed under a fetch. What was kept is whole. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import { tried } from '../../faults/points.ts';
import { simpleMail, startApp, type App } from '../../support/app.ts';
import { launchProfile } from '../../support/browser.ts';
import { bobAt, expectTotal, submitAccount } from '../../support/journeys.ts';

const COUNT = 60;
const mails = Array.from({ length: COUNT }, (_, index) => ({
  uidl: `uid-${index}`,
  raw: simpleMail(`Message number ${index}`, 'All work and no play.\r\n'.repeat(600)),
}));

/** A page in a browser that keeps its profile. */
interface Stage {
  context: BrowserContext;
  page: Page;
}

/** How it ends; resolves when it has. */
const ENDS: Record<string, (stage: Stage) => Promise<void>> = {
  'the tab is closed': ({ page }) => page.close(),
  'the page is loaded again': async ({ page }) => void (await page.reload()),
  'the workers are ended': async ({ page }) => {
    await page.evaluate(() => (globalThis as unknown as Watched).workers.forEach((one) => one.terminate()));
    await page.close();
  },
  'the process of the tab is killed': async (stage) => {
    const crashed = stage.page.waitForEvent('crash');
    await kill(stage.context, 'renderer');
    await crashed;
    await stage.page.close();
  },
  'the browser is killed': killBrowser,
};

async function killBrowser({ context }: Stage): Promise<void> {
  const closed = context.waitForEvent('close');
  await kill(context, 'browser');
  await closed;
}

interface Watched {
  workers: Worker[];
}

/** SIGKILL for the browser, or for its pages' processes. */
async function kill(context: BrowserContext, type: 'browser' | 'renderer'): Promise<void> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {};
  const ids = processInfo.filter((one) => one.type === type).map(({ id }) => id);
  expect(ids).not.toEqual([]);
  for (const id of ids) process.kill(id, 'SIGKILL');
}

/** Moments of the fetch: it stands still within a message, or goes on while the end comes. */
const MOMENTS = [
  { moment: 'within message 2', nth: 2, stalls: true },
  { moment: 'within message 20', nth: 20, stalls: true },
  { moment: 'within message 50', nth: 50, stalls: true },
  { moment: 'while messages are stored, at message 17', nth: 17, stalls: false },
  { moment: 'while messages are stored, at message 34', nth: 34, stalls: false },
  { moment: 'while messages are stored, at the last message', nth: COUNT, stalls: false },
];
const points = Object.entries(ENDS).flatMap(([name, end]) => MOMENTS.map((at) => ({ name, end, ...at })));

describe('under a fetch', () => {
  let app: App;
  let profile: string;
  let context: BrowserContext;

  beforeEach(async () => {
    profile = mkdtempSync(join(tmpdir(), 'poplar-crash-'));
    app = await startApp({ maildrop: new Maildrop(mails) });
    context = await launchProfile(profile);
  });

  afterEach(async () => {
    await context.close();
    await app.close();
    rmSync(profile, { recursive: true, force: true });
  });

  async function open(): Promise<Page> {
    const page = await context.newPage();
    await page.addInitScript(() => {
      const workers: Worker[] = [];
      class WatchedWorker extends Worker {
        constructor(...given: ConstructorParameters<typeof Worker>) {
          super(...given);
          workers.push(this);
        }
      }
      Object.assign(globalThis, { Worker: WatchedWorker, workers });
    });
    await page.goto(app.url);
    await page.bringToFront(); // A page behind another one draws nothing, and waits for ever.
    return page;
  }

  const retrieved = (): number => app.commands.filter((command) => command.startsWith('RETR ')).length;
  const heard = async (count: number): Promise<void> => {
    while (retrieved() < count) await new Promise((resolve) => setImmediate(resolve));
  };

  /** What is missing comes, nothing comes twice. */
  async function expectTheRest(page: Page): Promise<void> {
    delete app.faults.stallInRetr;
    const getMail = page.getByRole('banner').getByRole('button', { name: 'Get mail', exact: true });
    await getMail.waitFor();
    while (app.mail.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    const here = await storedUids(page);
    expect(new Set(here).size).toBe(here.length);
    const before = retrieved();
    await getMail.click();
    await expectTotal(page, COUNT);
    expect(retrieved() - before).toBe(COUNT - here.length);
    expect((await storedUids(page)).toSorted()).toEqual(mails.map(({ uidl }) => uidl).toSorted());
  }

  it.each(tried(points))('$name $moment: nothing is lost or twice', async ({ end, nth, stalls }) => {
    if (stalls) app.faults.stallInRetr = { nth, afterOctets: 1_000 };
    const page = await open();
    await submitAccount(page, bobAt(app));
    await heard(nth);
    if (stalls && nth > 2) await expectTotal(page, nth - 1);
    await end({ context, page });
    if (end === killBrowser) context = await launchProfile(profile);
    await expectTheRest(page.isClosed() ? await open() : page);
  });

  it('the one of two tabs that fetches is closed: the other one goes on', async () => {
    app.faults.stallInRetr = { nth: 20, afterOctets: 1_000 };
    const first = await open();
    await submitAccount(first, bobAt(app));
    await heard(20);
    const second = await open();
    await first.close();
    await expectTheRest(second);
  });
});

/** Unique-ids in the database, and as many rows beside them. */
async function storedUids(page: Page): Promise<string[]> {
  const { uids, rows } = await page.evaluate(async () => {
    const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no answer'));
      });
    const database = await settled(indexedDB.open('poplar'));
    const transaction = database.transaction(['uidls', 'pages']);
    const uids = await settled(transaction.objectStore('uidls').getAll());
    const pages = await settled(transaction.objectStore('pages').getAll());
    database.close();
    return {
      uids: (uids as string[][]).flat(),
      rows: (pages as { rows: unknown[] }[]).reduce((sum, one) => sum + one.rows.length, 0),
    };
  });
  expect(rows).toBe(uids.length);
  return uids;
}
