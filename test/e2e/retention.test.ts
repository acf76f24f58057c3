/** Deleting on the server, as a person does it: read what it would be, agree, see it held back, see it done. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchProfile, watch } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, row } from '../support/journeys.ts';

/** Lets the browser promise to keep what is stored, as one does where Poplar is installed. */
async function letItKeep(context: BrowserContext, page: Page, origin: string): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Browser.grantPermissions', { origin, permissions: ['durableStorage'] });
}

/** Also its close event, which comes a moment after it is hidden, has been heard. */
async function expectClosed(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('dialog input[type=radio]') === null);
}

describe('mail on the server', () => {
  let app: App;
  let context: BrowserContext;
  // A browser promises nothing to a window that forgets everything.
  const profile = mkdtempSync(join(tmpdir(), 'poplar-retention-'));

  beforeAll(async () => {
    const raws = ['First', 'Second', 'Third'].map((subject) => simpleMail(subject));
    app = await startApp({ maildrop: new Maildrop(raws.map((raw, index) => ({ uidl: `u${index}`, raw }))) });
    context = await launchProfile(profile, { viewport: { width: 1440, height: 900 } });
  });
  afterAll(async () => {
    await context?.close();
    await app?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it('goes only after its figures were read and agreed to, and the browser keeps what is here', async () => {
    const page = context.pages()[0] ?? (await context.newPage());
    const complaints = watch(page, app.origin);
    await addBob(page, app, 3);
    await page.getByText('Fetched just now').waitFor();
    await page.goto(`${app.url}#/settings`);
    await page.getByText(/^Keep everything\./).waitFor();

    // By keyboard: the safe button has the focus, and Escape changes nothing.
    const change = page
      .getByRole('group', { name: 'Mail on the server' })
      .getByRole('button', { name: 'Change…' });
    await change.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Mail on the server' });
    await dialog.waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Keep everything');
    await page.keyboard.press('Escape');
    await expectClosed(page);
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Change…');

    // Sooner than the browser says that the first one closed, which is out of the page by then.
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await change.evaluate((button: HTMLButtonElement) => {
      const shown = document.querySelector('dialog[open]');
      shown?.addEventListener('close', () => (document.title = 'told'), { once: true });
      new MutationObserver((_changes, observer) => {
        if (shown?.isConnected) return;
        observer.disconnect();
        button.click();
      }).observe(document, { childList: true, subtree: true });
    });
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.title === 'told');
    await dialog.getByRole('radio', { name: 'Delete once it is here' }).focus();
    await page.keyboard.press('Space');
    await dialog.getByText(/^Would delete 3 messages, .* on 127\.0\.0\.1 with the next fetch\.$/).waitFor();
    const held = dialog.getByText(/^Held back: this browser may throw your mail away/);
    await held.waitFor();
    expect(await violations(page)).toEqual([]);

    // On a small screen, too, nobody has to look for what a rule would do: it comes into sight beside the button.
    await page.setViewportSize({ width: 720, height: 450 });
    await dialog.getByRole('radio', { name: 'Delete after 7 days' }).focus();
    await page.keyboard.press('Space');
    await held.waitFor();
    const [words, button] = await Promise.all(
      [held, dialog.getByRole('button', { name: 'Delete after 7 days' })].map((part) => part.boundingBox()),
    );
    expect((words?.y ?? Infinity) + (words?.height ?? 0)).toBeLessThanOrEqual(button?.y ?? 0);
    await page.setViewportSize({ width: 1440, height: 900 });
    await dialog.getByRole('radio', { name: 'Delete once it is here' }).focus();
    await page.keyboard.press('Space');
    await held.waitFor();
    await dialog.getByRole('button', { name: 'Delete once it is here' }).focus();
    await page.keyboard.press('Enter');
    await expectClosed(page);

    const getMail = page.getByRole('main').getByRole('button', { name: 'Get mail', exact: true });
    await getMail.click();
    await page
      .getByText(/Nothing has been deleted yet\. Held back: this browser may throw your mail away/)
      .waitFor();
    expect(app.commands.filter((command) => command.startsWith('DELE'))).toEqual([]);

    await letItKeep(context, page, app.origin);
    await page.reload();
    await page.getByText('Yes: the browser keeps this mail until you remove it.').waitFor();
    await getMail.click();
    await page.getByText(/3 messages deleted there so far/).waitFor();
    expect(app.maildrop.messages).toEqual([]);

    // Here all of it still is, also after a reload without the server.
    await page.goto(app.url);
    await page.reload();
    await expectTotal(page, 3);
    expectQuiet(complaints);
  });

  it('goes when it is deleted here, and not when it was moved back before the fetch', async () => {
    const page = context.pages()[0] ?? (await context.newPage());
    const complaints = watch(page, app.origin);
    for (const subject of ['Fourth', 'Fifth', 'Sixth']) {
      app.maildrop.deliver({ uidl: subject, raw: simpleMail(subject) });
    }
    await page.goto(`${app.url}#/settings`);
    await page
      .getByRole('group', { name: 'Mail on the server' })
      .getByRole('button', { name: 'Change…' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Mail on the server' });
    await dialog.getByRole('radio', { name: 'Delete when it is deleted here' }).check();
    await dialog.getByText(/^Would delete nothing on 127\.0\.0\.1 now\.$/).waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete when it is deleted here' }).click();
    await expectClosed(page);

    await page.goto(`${app.url}#/inbox`);
    const getMail = page.getByRole('button', { name: 'Get mail', exact: true });
    await getMail.click();
    await expectTotal(page, 6);
    expect(app.maildrop.messages).toHaveLength(3);
    for (const subject of ['Fourth', 'Fifth', 'Sixth']) {
      await row(page, subject).hover();
      await row(page, subject).locator('[data-delete]').click();
      await row(page, subject).waitFor({ state: 'detached' });
    }
    await page.goto(`${app.url}#/trash`);
    await page.getByText(/^The next fetch deletes these on the mail server, too/).waitFor();
    // One is moved back, one is deleted for good, one stays in Trash.
    await row(page, 'Fifth').hover();
    await row(page, 'Fifth').locator('[data-restore]').click();
    await expectTotal(page, 2);
    await row(page, 'Sixth').hover();
    await row(page, 'Sixth').locator('[data-delete]').click();
    await expectTotal(page, 1);
    const toast = page.locator('.toast').filter({ hasText: 'Deleted for good' });
    await toast.getByRole('button', { name: 'Dismiss' }).click();
    await getMail.click();
    await page.getByText('Fetched just now').waitFor();
    await page.waitForFunction(() => document.querySelector('[role=option]') !== null);
    await page.goto(`${app.url}#/settings`);
    await page.getByText(/5 messages deleted there so far/).waitFor();
    expect(app.maildrop.messages.map(({ uidl }) => uidl)).toEqual(['Fifth']);
    await page.goto(`${app.url}#/trash`);
    await row(page, 'Fourth').waitFor();
    expectQuiet(complaints);
  });
});
