/** A large message, as a person meets it: its beginning comes by itself, the rest when it is asked for. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, openMessage, row } from '../support/journeys.ts';

const LARGE = new TextEncoder().encode(
  'From: Ann Garden <ann@example.test>\r\nTo: Bob <bob@example.test>\r\nSubject: Plans of the house\r\n' +
    'Date: Mon, 23 Nov 2026 07:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
    '--b\r\nContent-Type: text/plain\r\n\r\nHere are the plans.\r\n--b\r\nContent-Type: application/pdf; name=plans.pdf\r\n' +
    `Content-Disposition: attachment; filename=plans.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'QUJD'.repeat(18)}\r\n`.repeat(4000)}--b--\r\n`,
);

describe('a large message', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ maildrop: new Maildrop([{ uidl: 'small', raw: simpleMail('Small') }]) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('comes by its beginning, says so, and is completed by keyboard, also for later', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await addBob(page, app, 1);
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('group', { name: 'What to fetch' }).getByRole('button', { name: 'Change…' }).click();
    const dialog = page.getByRole('dialog', { name: 'What to fetch' });
    await dialog.getByRole('radio', { name: '100 kB' }).focus();
    await page.keyboard.press('Space');
    expect(await violations(page)).toEqual([]);
    app.maildrop.deliver({ uidl: 'large', raw: LARGE });
    await dialog.getByRole('button', { name: 'Save and get mail' }).click();
    await page.getByText('Of messages above 100 kB only the beginning comes by itself.').waitFor();
    await page.evaluate(() => (location.hash = '#/'));
    await expectTotal(page, 2);
    await row(page, 'Plans of the house').getByRole('img', { name: 'Only the beginning is here' }).waitFor();
    expect(app.commands.filter((command) => command.startsWith('RETR'))).toEqual(['RETR 1']);

    const message = await openMessage(page, 'Plans of the house');
    await message.getByText('Only the beginning is here: 20 lines of 296 kB.').waitFor();
    await message.getByText('Here are the plans.').waitFor();
    expect(await message.getByRole('button', { name: /plans\.pdf/ }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);

    // The first attempt is cut off in the middle.
    app.faults.dropInRetr = { nth: 1, afterOctets: 100_000 };
    await message.getByRole('button', { name: 'Fetch the rest' }).focus();
    await page.keyboard.press('Enter');
    await message.locator('.problem').waitFor();
    await message.getByText('Here are the plans.').waitFor();
    delete app.faults.dropInRetr;
    await message.getByRole('button', { name: 'Fetch the rest' }).focus();
    await page.keyboard.press('Enter');
    await message.getByRole('button', { name: /plans\.pdf/ }).waitFor();
    expect(await message.getByText(/Only the beginning/).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Plans of the house');
    await expectTotal(page, 2);

    // Whole for good, also without the network.
    await context.setOffline(true);
    await page.reload();
    await page.getByRole('button', { name: /plans\.pdf/ }).waitFor();
    expect(await page.getByRole('img', { name: 'Only the beginning is here' }).count()).toBe(0);
    expectQuiet(complaints.filter((line) => !/ERR_INTERNET_DISCONNECTED/.test(line)));
    await context.close();
  });
});
