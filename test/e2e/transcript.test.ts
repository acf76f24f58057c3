/** What was said with a server can be read and copied, and nothing secret is in it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { bob, simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet } from '../support/journeys.ts';

describe('the transcript', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ maildrop: new Maildrop([{ uidl: 'one', raw: simpleMail('Under the rose') }]) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('is read by keyboard and copied with one button', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: app.origin });
    await addBob(page, app, 1);
    await page.getByText('Fetched just now').waitFor();
    await page.getByRole('button', { name: 'Settings' }).first().click();
    const summary = page.locator('summary', { hasText: 'What was said with the server' });
    await summary.focus();
    await page.keyboard.press('Enter');
    const shown = await page.getByRole('region', { name: /^Transcript/ }).innerText();
    expect(shown).toContain('C: UIDL');
    expect(shown).not.toMatch(/rose/i);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain(shown.trim());
    expect(copied).toContain(`Poplar with 127.0.0.1, port ${app.mail.port}, in clear`);
    expect(copied).not.toContain(bob.password);
    expect(copied.replaceAll('‹user›@example.test', '')).not.toMatch(/\bbob\b/);
    expectQuiet(complaints);
    await context.close();
  });
});
