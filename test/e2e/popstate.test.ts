/** Coming from Thunderbird, as a person does it: choose popstate.dat in the settings, see what it says, fetch the rest. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, row } from '../support/journeys.ts';

describe('coming from Thunderbird', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ maildrop: new Maildrop([{ uidl: 'u0', raw: simpleMail('First') }]) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('fetches what Thunderbird has not', async () => {
    const { page, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await addBob(page, app, 1);
    app.maildrop.deliver({ uidl: 'u1', raw: simpleMail('Second') });
    app.maildrop.deliver({ uidl: 'u2', raw: simpleMail('Third') });
    await page.goto(`${app.url}#/settings`);
    await page.getByText('Coming from Thunderbird').click();
    const opener = page.getByRole('button', { name: 'Import popstate.dat…' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'What Thunderbird has fetched' });
    const lines = [
      '# POP3 State File',
      '',
      '*127.0.0.1 bob',
      'k u0 1262304000',
      'k u1 1262304000',
      'b u2 1',
      '',
    ];
    const file = dialog.locator('input[type=file]');
    const named = { name: 'popstate.dat', mimeType: 'application/octet-stream' };
    await file.setInputFiles({ ...named, buffer: Buffer.from('From - nothing') });
    await dialog.getByText('This is no popstate.dat').waitFor();
    await file.setInputFiles({ ...named, buffer: Buffer.from(lines.join('\r\n')) });
    await dialog.getByText('2 unique-ids for this account.').waitFor();
    await dialog
      .getByText(/2 messages fetched on 1 January 2010\. Of one more it has the header alone/)
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Do not fetch these again' }).click();
    await page.getByText('1 message of bob@example.test will not be fetched again').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(
      'Import popstate.dat…',
    );

    await page.getByRole('main').getByRole('button', { name: 'Get mail', exact: true }).click();
    await page
      .getByText(/^2 messages, /)
      .first()
      .waitFor();
    await page.goto(`${app.url}#/`);
    await row(page, 'Third').waitFor();
    await expectTotal(page, 2);
    expect(app.maildrop.messages).toHaveLength(3);
    expectQuiet(complaints);
  });
});
