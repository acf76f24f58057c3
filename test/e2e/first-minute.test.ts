/** What a newcomer does in the first minute: the demo mailbox, reading, saving an attachment, the source. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { expectQuiet, getMail, openMessage, rows } from '../support/journeys.ts';

describe('the first minute', () => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    app = await startApp({ demo: true });
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: app.origin });
    await watched.page.goto(app.url);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('offers an own account and the demo mailbox', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Add your account' }).waitFor();
    await page.getByRole('button', { name: 'Try the demo mailbox' }).waitFor();
  });

  it('fills the list with one click', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await rows(page).filter({ hasText: 'Welcome to Poplar' }).waitFor();
    await page.waitForFunction(() => {
      const size = document.querySelector('[role=option]')?.getAttribute('aria-setsize');
      return Number(size) >= 60;
    });
  });

  it('shows a message with its looks in a frame, and marks it read', async () => {
    const { page } = watched;
    const message = await openMessage(page, 'Welcome to Poplar');
    await message.frameLocator('iframe').getByText('demo', { exact: false }).first().waitFor();
    await message.getByRole('button', { name: /unread/i }).waitFor();
  });

  it('shows the same message as plain text', async () => {
    const { page } = watched;
    await page.getByRole('radio', { name: 'Plain' }).check({ force: true });
    const message = page.getByRole('region', { name: 'Message', exact: true });
    await message.getByText('demo', { exact: false }).first().waitFor();
    expect(await message.locator('iframe').count()).toBe(0);
  });

  it('shows the source of a message', async () => {
    const { page } = watched;
    await page.getByRole('radio', { name: 'Source' }).check({ force: true });
    const source = page.getByRole('region', { name: 'Source of the message' });
    await source.waitFor();
    expect(await source.innerText()).toMatch(/^Message-ID:/im);
  });

  it('shows a photo that came as an attachment', async () => {
    const { page } = watched;
    await page.goto(`${app.url}#/inbox`);
    const message = await openMessage(page, 'The whole harvest, in one photograph');
    const photo = message.getByRole('img', { name: 'the-whole-harvest.png' });
    await photo.waitFor();
    await page.waitForFunction(() => {
      const drawn = document.querySelector<HTMLImageElement>('figure img');
      return drawn !== null && drawn.naturalWidth > 100;
    });
  });

  it('saves an attachment as it was sent', async () => {
    const { page } = watched;
    await rows(page)
      .filter({ has: page.getByLabel('Has attachments') })
      .first()
      .click();
    const card = page
      .getByRole('region', { name: 'Attachments' })
      .getByRole('button', { name: /^Save / })
      .first();
    const [download] = await Promise.all([page.waitForEvent('download'), card.click()]);
    const label = (await card.getAttribute('aria-label')) ?? '';
    expect(label).toContain(download.suggestedFilename());
    expect(readFileSync(await download.path()).length).toBeGreaterThan(0);
  });

  it('knows its mail again after everything was stopped and started anew', async () => {
    const { page } = watched;
    const total = await page.getByRole('option').first().getAttribute('aria-setsize');
    const { port } = app;
    await app.close();
    app = await startApp({ demo: true, port });
    await page.reload();
    await getMail(page);
    await page.getByText('Fetched just now').waitFor();
    expect(await page.getByRole('option').first().getAttribute('aria-setsize')).toBe(total);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('does all of this without an error, a policy violation or a request to anybody else', () => {
    expectQuiet(watched.complaints);
  });
});
