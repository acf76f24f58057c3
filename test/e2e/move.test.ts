/** To another device, as a person does it: save a file here, open it in another browser, and fetch only what is new. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, row } from '../support/journeys.ts';

const subjects = ['First', 'Second', 'Third'];

describe('moving to another device', () => {
  let app: App;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'poplar-move-'));
  const path = join(folder, 'bob.move');

  beforeAll(async () => {
    const messages = subjects.map((subject, index) => ({ uidl: `u${index}`, raw: simpleMail(subject) }));
    app = await startApp({ maildrop: new Maildrop(messages) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** On the device that has fetched everything; resolves to the passphrase that was suggested. */
  async function save(page: Page): Promise<string> {
    await addBob(page, app, 3);
    await page.goto(`${app.url}#/settings`);
    const saving = page.getByRole('button', { name: 'Save a file…' });
    await saving.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Move to another device' });
    await dialog.getByRole('button', { name: 'Suggest one' }).click();
    const passphrase = await dialog.getByLabel('Passphrase', { exact: true }).inputValue();
    await dialog.getByLabel('Put the passwords in, too').check();
    expect(await violations(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save the file' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^poplar-\d{4}-\d\d-\d\d\.move$/);
    await download.saveAs(path);
    await page.getByText('The move file is among your downloads').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Save a file…');
    return passphrase;
  }

  it('brings the account along, and nothing is fetched twice', async () => {
    const old = await newWatchedPage(browser, { origin: app.origin });
    const passphrase = await save(old.page);
    expectQuiet(old.complaints);
    await old.context.close();
    app.commands.length = 0;

    const { page, complaints, context } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Move from another device…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move from another device' });
    await dialog.locator('input[type=file]').setInputFiles(path);
    await dialog.getByText('bob.move').waitFor();
    await dialog.getByLabel('Passphrase', { exact: true }).fill('not that one at all');
    await page.keyboard.press('Enter');
    await dialog.getByText('The passphrase does not open this file').waitFor();
    await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.keyboard.press('Enter');
    await dialog
      .getByText(/^3 messages are counted as fetched already\. Its password comes along\.$/)
      .waitFor();
    await dialog.getByText('Mail itself is not in this file.').waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Add 1 account' }).click();
    await page.getByText('1 account added; 3 messages not fetched again').waitFor();

    // The first visit begins by itself; what comes later is fetched, and that alone.
    await page.goto(`${app.url}#/settings`);
    const settings = page.getByRole('main');
    await settings.getByText('just now').waitFor();
    await settings.getByText('no messages').waitFor();
    app.maildrop.deliver({ uidl: 'u9', raw: simpleMail('Fourth') });
    await settings.getByRole('button', { name: 'Get mail', exact: true }).click();
    await settings.getByText(/^1 message, /).waitFor();
    await page.goto(`${app.url}#/`);
    await row(page, 'Fourth').waitFor();
    await expectTotal(page, 1);
    expect(app.commands.filter((command) => command.startsWith('RETR'))).toHaveLength(1);
    expectQuiet(complaints);
    await context.close();
  });
});
