/** A proxy that wants an access token: asked for once, kept if wished, forgotten on request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Locator, Page } from 'playwright-core';
import { AccessTokens } from '../../proxy/tunnel/access-tokens.ts';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { expectQuiet, getMail, rows } from '../support/journeys.ts';

const TOKEN = 'correct horse battery staple';

describe('a proxy with access tokens', () => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    app = await startApp({ demo: true, accessTokens: new AccessTokens([TOKEN]) });
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: app.origin });
    await watched.page.goto(app.url);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const dialog = (page: Page): Locator => page.getByRole('dialog').filter({ hasText: 'access token' });
  const answer = async (page: Page, token: string): Promise<void> => {
    await dialog(page).getByLabel('Access token', { exact: true }).fill(token);
    await page.keyboard.press('Enter');
  };

  it('is asked for before the first connection, and can be put off', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await dialog(page).getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'Try the demo mailbox' }).waitFor();
    expect(app.proxy.counters().tunnels).toBe(0);
  });

  it('is asked for again after a wrong one, and the mail comes with the right one', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await answer(page, 'battery staple, this is wrong');
    await dialog(page).filter({ hasText: 'was not accepted' }).waitFor();
    await answer(page, TOKEN);
    await rows(page).filter({ hasText: 'Welcome to Poplar' }).waitFor();
  });

  it('is kept over a reload, and is nowhere in the page', async () => {
    const { page } = watched;
    await page.reload();
    await getMail(page);
    await page.getByRole('status').filter({ hasText: /No new mail|new message/ }).waitFor({ state: 'attached' });
    expect(await dialog(page).count()).toBe(0);
    expect(await page.content()).not.toContain(TOKEN);
    expect(page.url()).not.toContain('token');
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(TOKEN);
  });

  it('is asked for again once it was forgotten', async () => {
    const { page } = watched;
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('region', { name: 'Proxy' }).getByRole('button', { name: 'Forget' }).click();
    await page.getByText('None was entered yet').waitFor();
    await page.goBack();
    await getMail(page);
    await dialog(page).getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('alert').filter({ hasText: 'asks for an access token' }).waitFor();
  });

  it('met with nothing suspicious', () => {
    expectQuiet(watched.complaints);
  });
});
