/** What to fetch, as a person chooses it: the newest, since a day, and everything after all. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop, type MaildropMessage } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal } from '../support/journeys.ts';

const DAY_MS = 86_400_000;

/** Message n of 130 came n days after the first. */
function mail(number: number): MaildropMessage {
  const came = new Date(Date.UTC(2026, 0, 1, 12) + number * DAY_MS).toUTCString().replace('GMT', '+0000');
  const text = `Received: from a by b; ${came}\r\nFrom: Ann <ann@example.test>\r\nSubject: Number ${number}\r\nDate: ${came}\r\n\r\nHello.\r\n`;
  return { uidl: `u${number}`, raw: new TextEncoder().encode(text) };
}

describe('what to fetch', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({
      maildrop: new Maildrop(Array.from({ length: 130 }, (_, index) => mail(index + 1))),
    });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('is chosen by keyboard, takes hold at once, and loses nothing', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await addBob(page, app, 130);
    await page.goto(`${app.url}#/settings`);
    await page.getByText('Everything.', { exact: true }).waitFor();

    // Less is wanted: nothing goes, and only what comes later is another matter.
    const change = page
      .getByRole('group', { name: 'What to fetch' })
      .getByRole('button', { name: 'Change…' });
    await change.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'What to fetch' });
    await dialog.getByRole('radio', { name: 'Everything' }).focus();
    await page.keyboard.press('ArrowDown');
    await dialog.getByRole('radio', { name: '100', exact: true }).focus();
    await page.keyboard.press('Space');
    await dialog.getByText('Of 130 messages there, 30 would not be fetched.').waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save and get mail' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The newest 100 messages, and what comes after.').waitFor();
    await page.goto(app.url);
    await expectTotal(page, 130);
    expectQuiet(complaints);
    await context.close();
  });

  it('leaves older mail on the server, says how much, and brings it when it is wanted', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    // So slowly that somebody can say in the middle of it that it is too much.
    app.faults.stallInRetr = { nth: 3, afterOctets: 0 };
    await addBob(page, app, 2);
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('group', { name: 'What to fetch' }).getByRole('button', { name: 'Change…' }).click();
    const dialog = page.getByRole('dialog', { name: 'What to fetch' });
    await dialog.getByRole('radio', { name: 'What came since a day' }).check();
    await dialog.getByLabel('Day', { exact: true }).fill('2026-05-01');
    delete app.faults.stallInRetr;
    await dialog.getByRole('button', { name: 'Save and get mail' }).click();
    await page
      .getByText(/^What came since 1 May 2026\. 119 older messages, .* stay on the server alone\.$/)
      .waitFor();
    await page.goto(app.url);
    await expectTotal(page, 11);
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('group', { name: 'What to fetch' }).getByRole('button', { name: 'Change…' }).click();
    await dialog.getByRole('radio', { name: 'Everything' }).check();
    await dialog.getByRole('button', { name: 'Save and get mail' }).click();
    await page.evaluate(() => (location.hash = '#/'));
    await expectTotal(page, 130);
    expectQuiet(complaints);
    await context.close();
  });
});
