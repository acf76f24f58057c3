/** What is on the server, as a person sees and changes it: kept, deleted, fetched again, taken back; in a real Chromium. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, launchProfile, newWatchedPage, watch } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, getMail, row as mailRow } from '../support/journeys.ts';

const NAMES = ['One', 'Two', 'Three', 'Four', 'Five'];

const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Messages on the server' });
const row = (page: Page, name: string): Locator =>
  list(page)
    .getByRole('option')
    .filter({ hasText: `Letter ${name}` });

describe('the page of what is on the server', () => {
  let app: App;
  let context: BrowserContext;
  // A browser promises nothing to a window that forgets everything.
  const profile = mkdtempSync(join(tmpdir(), 'poplar-ledger-'));

  beforeAll(async () => {
    const messages = NAMES.map((name) => ({ uidl: name, raw: simpleMail(`Letter ${name}`) }));
    app = await startApp({ maildrop: new Maildrop(messages) });
    context = await launchProfile(profile, { viewport: { width: 1440, height: 900 } });
  });
  afterAll(async () => {
    await context?.close();
    await app?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  const fate = (page: Page, name: string, words: string): Promise<void> =>
    row(page, name).getByText(words, { exact: true }).waitFor();
  const there = (): string[] => app.maildrop.messages.map(({ uidl }) => uidl);

  it('keeps, deletes, takes back and fetches again, message by message', async () => {
    const page = context.pages()[0] ?? (await context.newPage());
    const complaints = watch(page, app.origin);
    await addBob(page, app, NAMES.length);
    const session = await context.newCDPSession(page);
    const permission = { origin: app.origin, permissions: ['durableStorage' as const] };
    await session.send('Browser.grantPermissions', permission);

    // One message is deleted here for good, and a sixth comes that is not fetched yet.
    await mailRow(page, 'Letter One').click();
    await page.keyboard.press('#');
    await expectTotal(page, NAMES.length - 1);
    await page.goto(`${app.url}#/trash`);
    await page.getByRole('button', { name: 'Empty Trash' }).click();
    await page.getByText('Trash is empty').waitFor();
    // What can still be called off has deleted nothing.
    const dismiss = page.getByRole('button', { name: 'Dismiss' });
    await dismiss.nth(1).click();
    await dismiss.click();
    await dismiss.waitFor({ state: 'detached' });
    app.maildrop.deliver({ uidl: 'Six', raw: simpleMail('Letter Six') });

    await page.goto(`${app.url}#/settings`);
    await page.reload();
    await page.getByRole('link', { name: 'What is there' }).click();
    await row(page, 'Six').waitFor();
    // Headers of what is not here came by TOP; nothing was fetched for that.
    await row(page, 'Six').getByText('Not here').waitFor();
    await row(page, 'One').getByText('Was fetched').waitFor();
    expect(app.commands.filter((command) => command.startsWith('RETR'))).toHaveLength(NAMES.length);
    expect(await violations(page)).toEqual([]);

    // By keyboard alone: the list has the focus.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('2 selected').waitFor();
    await page.keyboard.press('Delete');
    await fate(page, 'Five', 'Deleted at the next fetch, as you asked');
    await fate(page, 'Four', 'Deleted at the next fetch, as you asked');
    await page.keyboard.press('z');
    await fate(page, 'Five', 'Stays');

    await row(page, 'Five').click();
    await page.keyboard.press('Delete');
    await fate(page, 'Five', 'Deleted at the next fetch, as you asked');
    await row(page, 'Four').click();
    await page.getByRole('button', { name: 'Keep on server' }).click();
    await fate(page, 'Four', 'Kept by you');
    await row(page, 'One').click();
    await page.getByRole('button', { name: 'Fetch again' }).click();
    await fate(page, 'One', 'Comes with the next fetch');

    // What is not here goes only after the one question; the safe button has the focus.
    await row(page, 'Six').click();
    await page.getByRole('button', { name: 'Delete on server' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete without a copy?' });
    await dialog.getByText(/^1 message, \d+ bytes, is not whole on this device\./).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Keep on server');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete 1 message for good' }).click();
    await fate(page, 'Six', 'Deleted at the next fetch, as you asked');

    // All of that outlives a reload, and nothing of it has been said to the server.
    await page.reload();
    await fate(page, 'Six', 'Deleted at the next fetch, as you asked');
    await fate(page, 'Four', 'Kept by you');
    expect(there()).toEqual([...NAMES, 'Six']);

    await page.setViewportSize({ width: 390, height: 844 });
    await fate(page, 'Six', 'Deleted at the next fetch, as you asked');
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    // The bar at the bottom goes when the browser has told of the new width.
    await page.getByRole('navigation', { name: 'Main' }).waitFor({ state: 'detached' });

    await getMail(page);
    await row(page, 'Six').waitFor({ state: 'detached' });
    await row(page, 'Five').waitFor({ state: 'detached' });
    await row(page, 'One').getByText('Here', { exact: true }).waitFor();
    expect(there()).toEqual(['One', 'Two', 'Three', 'Four']);
    expect(app.commands.filter((command) => /^RETR [16]$/.test(command))).toEqual(['RETR 1', 'RETR 1']);

    // The copy of what was deleted there is here, and so is what was fetched again; each once.
    await page.goto(`${app.url}#/inbox`);
    await expectTotal(page, NAMES.length);
    expectQuiet(complaints);
  });

  it('says where it fails, and is tried again', async () => {
    const page = await context.newPage();
    app.faults.refuse = { AUTH: '[AUTH] no', PASS: '[AUTH] no', USER: '[AUTH] no', APOP: '[AUTH] no' };
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('link', { name: 'What is there' }).click();
    await page
      .getByRole('alert')
      .getByText(/password/i)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    delete app.faults.refuse;
    await page.goto(`${app.url}#/inbox`);
    await page.goBack();
    await row(page, 'Four').waitFor();
    await page.close();
  });
});

describe('the same by touch', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    const messages = NAMES.map((name) => ({ uidl: name, raw: simpleMail(`Letter ${name}`) }));
    app = await startApp({ maildrop: new Maildrop(messages) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('opens what is here by a tap, and chooses by the box, a long tap, and then by any', async () => {
    const { page, complaints } = await newWatchedPage(browser, {
      origin: app.origin,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    await addBob(page, app, NAMES.length);
    app.maildrop.deliver({ uidl: 'Six', raw: simpleMail('Letter Six') });
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('link', { name: 'What is there' }).tap();
    await row(page, 'Two').tap();
    const message = page.getByRole('region', { name: 'Message', exact: true });
    await message.getByRole('heading', { name: 'Letter Two' }).waitFor();
    await page.goBack();

    // What is not here has nothing to open.
    await row(page, 'Six').tap();
    await page.getByText('1 selected').waitFor();
    await row(page, 'Two').tap();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Select nothing' }).tap();
    await row(page, 'Two').locator('[data-box]').tap();
    await page.getByText('1 selected').waitFor();
    await page.getByRole('button', { name: 'Select nothing' }).tap();
    await row(page, 'Three').dispatchEvent('contextmenu');
    await page.getByText('1 selected').waitFor();
    expectQuiet(complaints);
  });
});
