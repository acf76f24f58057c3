/** Fetching again, being cut off, being cancelled: nothing is lost, nothing comes twice, and the page says what happened. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Maildrop, type MaildropMessage } from '../../proxy/demo/maildrop.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { addBob, bobAt, expectQuiet, expectTotal, getMail, row, submitAccount } from '../support/journeys.ts';

const mails = (count: number, octets = 200): MaildropMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    uidl: `uid-${index}`,
    raw: simpleMail(`Message number ${index}`, 'All work and no play.\r\n'.repeat(Math.ceil(octets / 23))),
  }));

const retrieved = (app: App): string[] => app.commands.filter((command) => command.startsWith('RETR '));

describe('fetching', () => {
  let browser: Browser;
  let app: App;
  let watched: WatchedPage;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    app = await startApp({ maildrop: new Maildrop(mails(30, 20_000)) });
    watched = await newWatchedPage(browser, { origin: app.origin });
  });

  afterEach(async () => {
    await watched.context.close();
    await app.close();
  });

  it('brings only what is new the second time', async () => {
    const { page, complaints } = watched;
    await addBob(page, app, 30);
    await page.getByRole('button', { name: 'Get mail', exact: true }).waitFor();
    expect(retrieved(app)).toHaveLength(30);
    app.maildrop.deliver({ uidl: 'fresh', raw: simpleMail('Fresh from the press') });
    await getMail(page);
    await row(page, 'Fresh from the press').waitFor();
    expect(retrieved(app)).toHaveLength(31);
    expect(app.commands.filter((command) => command.startsWith('DELE'))).toEqual([]);
    expectQuiet(complaints);
  });

  it('goes on by itself where the line broke, and fetches only the rest', async () => {
    const { page } = watched;
    await page.goto(app.url);
    app.faults.dropInRetr = { nth: 20, afterOctets: 5_000 };
    await submitAccount(page, bobAt(app));
    await expectTotal(page, 30);
    await page.getByText('Fetched just now').waitFor();
    delete app.faults.dropInRetr;
    expect(await page.getByRole('alert').count()).toBe(0);
    // The check, the fetch, and the rest of it.
    expect(app.commands.filter((command) => command === 'greeting')).toHaveLength(3);
    const rest = app.commands.slice(app.commands.lastIndexOf('greeting'));
    expect(rest.filter((command) => command.startsWith('RETR '))).toHaveLength(11);
  });

  it('leaves out the one message that the server refuses, says so, and brings it next time', async () => {
    const { page } = watched;
    app.faults.refuse = { 'RETR 7': 'cannot read that one' };
    await addBob(page, app, 29);
    await page.getByRole('alert').filter({ hasText: '1' }).waitFor();
    app.faults.refuse = {};
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectTotal(page, 30);
  });

  it('stops when told to, and goes on later', async () => {
    const { page } = watched;
    app.faults.stallInRetr = { nth: 25, afterOctets: 100 };
    await page.goto(app.url);
    await submitAccount(page, bobAt(app));
    await expectTotal(page, 24);
    await page.getByRole('button', { name: 'Stop' }).click();
    delete app.faults.stallInRetr;
    await getMail(page);
    await expectTotal(page, 30);
  });

  /** An account whose password is not kept, after a reload. */
  async function addForgetful(page: Page): Promise<void> {
    await page.goto(app.url);
    await submitAccount(page, { ...bobAt(app), remember: false });
    await expectTotal(page, 30);
    await page.reload();
    await expectTotal(page, 30);
  }

  it('asks for the password when it is wrong by now, and goes on with the new one', async () => {
    const { page } = watched;
    await addForgetful(page);
    app.maildrop.deliver({ uidl: 'fresh', raw: simpleMail('Fresh from the press') });
    await page.getByRole('button', { name: 'Get mail', exact: true }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Not now' }).press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.waitForFunction(() => document.activeElement?.textContent?.trim() === 'Get mail');
    await page.getByRole('button', { name: 'Enter the password' }).press('Enter');
    await dialog.getByLabel('Password', { exact: true }).fill('secret');
    await dialog.getByRole('button', { name: /Get mail|Use|Log in|Continue/ }).click();
    await row(page, 'Fresh from the press').waitFor();
  });

  it('asks again at once after "Not now", before the browser has said that the dialog closed', async () => {
    const { page } = watched;
    await addForgetful(page);
    await getMail(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Not now' }).waitFor();
    const reopened = await page.evaluate(async () => {
      const press = (name: string): void =>
        [...document.querySelectorAll('button')]
          .find((button) => button.textContent.trim() === name)
          ?.click();
      const told: string[] = [];
      const shown = document.querySelector('dialog[open]');
      const closing = new Promise((resolve) => shown?.addEventListener('close', resolve, { once: true }));
      press('Not now');
      while (shown?.matches('[open]')) await Promise.resolve();
      press('Enter the password');
      while (!shown?.matches('[open]')) await Promise.resolve();
      told.push('open');
      await closing;
      await new Promise(requestAnimationFrame);
      if (shown.matches('[open]')) told.push('still open');
      return told;
    });
    expect(reopened).toEqual(['open', 'still open']);
    await dialog.getByLabel('Password', { exact: true }).waitFor();
  });

  it('never fetches a maildrop in two tabs at once', async () => {
    const { page, context } = watched;
    await addBob(page, app, 30);
    const second = await context.newPage();
    await second.goto(app.url);
    await expectTotal(second, 30);
    app.maildrop.deliver({ uidl: 'fresh', raw: simpleMail('Fresh from the press') });
    await Promise.all([getMail(page), getMail(second)]);
    await row(page, 'Fresh from the press').waitFor();
    await row(second, 'Fresh from the press').waitFor();
    await expectTotal(page, 31);
    await expectTotal(second, 31);
    expect(retrieved(app)).toHaveLength(31);
  });
});
