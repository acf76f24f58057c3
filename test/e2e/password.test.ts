/** A proxy that asks for a password: the browser gives it for page, worker, tunnel and offline shell by itself. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUsers } from '../../proxy/door/basic-auth.ts';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { rows } from '../support/journeys.ts';

describe('a proxy with users', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ demo: true, users: parseUsers('bob:green tea') ?? new Map() });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('shows nothing to whoever has no password', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url).catch(() => null);
    expect(await page.getByRole('button').count()).toBe(0);
    await context.close();
  });

  it('carries mail for whoever has one, and works offline after', async () => {
    const httpCredentials = { username: 'bob', password: 'green tea', origin: app.origin };
    const { page, complaints } = await newWatchedPage(browser, { origin: app.origin, httpCredentials });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await rows(page).filter({ hasText: 'Welcome to Poplar' }).waitFor();
    expect(complaints).toEqual([]);

    await page.evaluate(() => navigator.serviceWorker.ready);
    await app.stopProxy();
    await page.reload();
    await rows(page).filter({ hasText: 'Welcome to Poplar' }).waitFor();
  });
});
