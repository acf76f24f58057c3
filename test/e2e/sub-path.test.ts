/**
 * The page in a folder of a host that it shares with others, whether the reverse proxy before it keeps the folder in the
 * path or takes it away: page, workers, tunnel, demo, mail frame, and the shell offline.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { expectQuiet, expectTotal, openMessage, row } from '../support/journeys.ts';
import { startStrippingProxy, type StrippingProxy } from '../support/stripping-proxy.ts';

const FOLDER = '/mail/';
const WELCOME = 'Welcome to Poplar';

describe.each([
  ['that the proxy knows', false],
  ['that a reverse proxy takes away', true],
])('below a path %s', (_kind, isStripped) => {
  let app: App;
  let front: StrippingProxy | null = null;
  let browser: Browser;
  let watched: WatchedPage;
  const paths: string[] = [];
  const goOffline = async (): Promise<void> => {
    await front?.close();
    await app.stopProxy();
    await watched.context.setOffline(true);
  };

  beforeAll(async () => {
    app = await startApp({ demo: true, basePath: isStripped ? '/' : FOLDER });
    front = isStripped ? await startStrippingProxy(app.port, FOLDER) : null;
    browser = await launchBrowser();
    const url = front?.url ?? app.url;
    watched = await newWatchedPage(browser, { origin: new URL(url).origin });
    // Of the context and not of the page alone: what the service worker asks for counts as well.
    watched.context.on('request', (request) => {
      if (request.url().startsWith('http')) paths.push(new URL(request.url()).pathname);
    });
    await watched.page.goto(url);
  });

  afterAll(async () => {
    await browser?.close();
    await front?.close();
    await app?.close();
  });

  it('the demo mailbox fills the list through the tunnel', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await row(page, WELCOME).waitFor();
    await page.waitForFunction(() => {
      const size = document.querySelector('[role=option]')?.getAttribute('aria-setsize');
      return Number(size) >= 60;
    });
  });

  it('HTML mail has its frame', async () => {
    const message = await openMessage(watched.page, WELCOME);
    await message.frameLocator('iframe').getByText('demo').first().waitFor();
    expect(await message.locator('iframe').evaluate((frame: HTMLIFrameElement) => frame.src)).toContain(
      `${FOLDER}mail-frame.html`,
    );
  });

  it('the service worker keeps to the folder', async () => {
    const scope = await watched.page.evaluate(async () => (await navigator.serviceWorker.ready).scope);
    expect(new URL(scope).pathname).toBe(FOLDER);
  });

  it('nothing outside the folder was asked for, and nothing was refused', () => {
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !path.startsWith(FOLDER))).toEqual([]);
    expect(front?.strays ?? []).toEqual([]);
    expectQuiet(watched.complaints);
  });

  it('it opens offline, with its mail', async () => {
    const { page, context } = watched;
    const total = await page.locator('[role=option]').first().getAttribute('aria-setsize');
    await goOffline();
    await page.reload();
    // Some Chromium builds forget over a reload to tell the page what they emulate.
    await context.setOffline(false);
    await context.setOffline(true);
    await expectTotal(page, Number(total));
    await page.getByRole('status').filter({ hasText: 'Offline' }).waitFor();
    const message = await openMessage(page, WELCOME);
    await message.frameLocator('iframe').getByText('demo').first().waitFor();
  });
});
