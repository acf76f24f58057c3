/** Deleting, as a person does: with undo, into Trash, for good; in two tabs, over a reload, and never fetched again. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { launchBrowser, newWatchedPage, watch, type WatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, openMessage, row, rows } from '../support/journeys.ts';

describe('a message that is deleted', () => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    const messages = ['One', 'Two', 'Three', 'Four'].map((name) => ({
      uidl: name,
      raw: simpleMail(`Letter ${name}`),
    }));
    app = await startApp({ maildrop: new Maildrop(messages) });
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: app.origin });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('role'));

  it('comes back by undo, goes to Trash, and from there for good', async () => {
    const { page, context, complaints } = watched;
    await addBob(page, app, 4);
    const other = await context.newPage();
    complaints.push(...watch(other, app.origin));
    await other.goto(`${app.url}#/trash`);
    await other.getByText('Trash is empty').waitFor();

    // By keyboard alone, in the list.
    await page.keyboard.press('j');
    await page.keyboard.press('#');
    await expectTotal(page, 3);
    await row(page, 'Letter One').waitFor({ state: 'detached' });
    await row(other, 'Letter One').waitFor();
    await page.keyboard.press('z');
    await expectTotal(page, 4);
    await other.getByText('Trash is empty').waitFor();
    expect(await focused(page)).toBe('listbox');

    // With the mouse, in the reader: the next message is there at once.
    const message = await openMessage(page, 'Letter Two');
    await message.getByRole('button', { name: 'Delete', exact: true }).click();
    await message.getByRole('heading', { name: 'Letter Three' }).waitFor();
    await page.keyboard.press('Delete');
    await message.getByRole('heading', { name: 'Letter Four' }).waitFor();
    await expectTotal(page, 2);
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press('g');
    await page.keyboard.press('#');
    await expectTotal(page, 2);
    expect(new URL(page.url()).hash).toBe('#/trash');
    expect(await violations(page)).toEqual([]);

    // A page that goes away while it can still be called off has deleted nothing.
    await page.keyboard.press('j');
    await page.keyboard.press('Backspace');
    await expectTotal(page, 1);
    await page.getByText('Deleted for good').waitFor();
    await expectTotal(other, 2);
    await page.reload();
    await expectTotal(page, 2);

    await page.getByRole('button', { name: 'Empty Trash' }).click();
    await page.getByText('Trash is empty').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expectTotal(page, 2);
    await row(page, 'Letter Two').hover();
    await row(page, 'Letter Two').locator('[data-delete]').click();
    await expectTotal(page, 1);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expectTotal(other, 1);
    await row(other, 'Letter Three').click();
    await other.getByRole('button', { name: 'Move to Inbox' }).click();
    await page.getByText('Trash is empty').waitFor();

    // Nothing of it was said to the server, and nothing is fetched again.
    expect(app.commands.filter((command) => command.startsWith('DELE'))).toEqual([]);
    const fetched = app.commands.filter((command) => command.startsWith('RETR')).length;
    await page.reload();
    await page.getByRole('button', { name: 'Get mail', exact: true }).click();
    await page.getByText('Fetched just now').waitFor();
    await page.goto(`${app.url}#/inbox`);
    await expectTotal(page, 3);
    expect(await rows(page).filter({ hasText: 'Letter Two' }).count()).toBe(0);
    expect(app.commands.filter((command) => command.startsWith('RETR'))).toHaveLength(fetched);
    expectQuiet(complaints);
  });

  it('on a phone gives way to the next one, and is found in Trash by its chip', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, {
      origin: app.origin,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    await addBob(page, app, 4);
    const message = await openMessage(page, 'Letter Two');
    await message.getByRole('button', { name: 'Delete', exact: true }).tap();
    await message.getByRole('heading', { name: 'Letter Three' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await message.getByRole('button', { name: 'Back to the list' }).tap();
    await expectTotal(page, 3);
    await page.getByRole('link', { name: 'Trash' }).tap();
    await expectTotal(page, 1);
    await openMessage(page, 'Letter Two');
    await message.getByRole('button', { name: 'Move to Inbox' }).tap();
    // It was the last one: the list is there again, and says that it is empty. The way to the other folders stays.
    await page.getByText('Trash is empty').waitFor();
    const folders = await page.getByRole('navigation', { name: 'Folders' }).boundingBox();
    expect(folders?.height).toBeGreaterThanOrEqual(44);
    expect(new URL(page.url()).hash).toBe('#/trash');
    await page.getByRole('button', { name: 'Show the inbox' }).tap();
    await expectTotal(page, 4);
    expectQuiet(complaints);
    await context.close();
  });
});
