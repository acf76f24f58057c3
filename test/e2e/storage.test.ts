/** Mail on this device, as a person looks after it: what it takes, repair, an account that leaves without its mail, and the store gone. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { bob, simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, getMail, openMessage, row } from '../support/journeys.ts';

describe('mail on this device', () => {
  let app: App;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    const raws = ['First', 'Second', 'Third'].map((subject) => simpleMail(subject));
    app = await startApp({ maildrop: new Maildrop(raws.map((raw, index) => ({ uidl: `u${index}`, raw }))) });
    browser = await launchBrowser();
    const viewport = { width: 1440, height: 900 };
    ({ page, context, complaints } = await newWatchedPage(browser, { origin: app.origin, viewport }));
    await addBob(page, app, 3);
    await page.getByText('Fetched just now').waitFor();
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await app?.close();
  });

  const retrieved = (): number => app.commands.filter((command) => command.startsWith('RETR')).length;
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => document.activeElement?.textContent?.trim());

  it('is counted for each account, and the browser is asked to keep it', async () => {
    await page.goto(`${app.url}#/settings`);
    const table = page.getByRole('table', { name: 'Mail on this device' });
    await table.getByRole('row', { name: /^bob@example\.test 3 / }).waitFor();
    await page.getByRole('button', { name: 'Ask the browser to keep it' }).press('Enter');
    await page.getByText(/^The browser did not agree for now/).waitFor();
    // It is the steps of this very browser that stand there.
    await page.getByText(/^Install Poplar from the address bar/).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('is read back and repaired, all by keyboard', async () => {
    await page.getByRole('button', { name: 'Check and repair' }).press('Enter');
    await page.getByText(/^No message is damaged: 3 messages, /).waitFor();
    expect(await focused()).toBe('Check and repair');
    await spoilPacks(page);
    await page.keyboard.press('Enter');
    await page.getByText(/^3 messages are damaged/).waitFor();
    await page.getByText('its content is not what came').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${app.url}#/inbox`);
    const message = await openMessage(page, 'Second');
    const notice = message.getByText(/^What this device keeps of this message is not what came/);
    await notice.waitFor();
    expect(await violations(page)).toEqual([]);

    // One comes again from where it is read, the others from the page of its server.
    const before = retrieved();
    await message.getByRole('button', { name: 'Fetch again' }).press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent?.trim() === 'Second');
    expect(await notice.count()).toBe(0);
    expect(retrieved() - before).toBe(1);
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('link', { name: 'What is there' }).press('Enter');
    const ledger = page.getByRole('listbox', { name: 'Messages on the server' });
    await ledger.getByText('Damaged', { exact: true }).nth(1).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('ControlOrMeta+a');
    await page.getByRole('button', { name: 'Fetch again' }).press('Enter');
    await ledger.getByText('Comes with the next fetch').nth(1).waitFor();
    await getMail(page);
    await ledger.getByText('Damaged', { exact: true }).first().waitFor({ state: 'detached' });
    expect(retrieved() - before).toBe(3);
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('button', { name: 'Check and repair' }).press('Enter');
    await page.getByText(/^No message is damaged/).waitFor();
  });

  it('stays when its account leaves, and is not fetched again when that comes back', async () => {
    await page.getByRole('button', { name: 'Remove from this device' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove this account from this device' });
    await dialog.getByText(/^Stays on this device: 3 messages/).waitFor();
    expect(await focused()).toBe('Keep the account');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Remove, keep its mail');
    await page.keyboard.press('Enter');
    await page.getByText(/No longer fetched since [^]* 3 messages/).waitFor();
    expect(await page.getByRole('button', { name: 'Get mail', exact: true }).count()).toBe(0);
    await page.goto(`${app.url}#/inbox`);
    await page.reload();
    await expectTotal(page, 3);
    await row(page, 'Third').waitFor();

    const before = retrieved();
    app.maildrop.deliver({ uidl: 'u3', raw: simpleMail('Fourth') });
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('button', { name: 'Use again…' }).press('Enter');
    await page.getByRole('heading', { name: `Use ${bob.address} again` }).waitFor();
    await page.getByLabel('Password', { exact: true }).fill(bob.password);
    await page.getByRole('button', { name: 'Check and use again' }).press('Enter');
    await expectTotal(page, 4);
    expect(retrieved() - before).toBe(1);
    expectQuiet(complaints);
  });

  it('leaves with its account when that is wished', async () => {
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('button', { name: 'Remove from this device' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove this account from this device' });
    await dialog.getByRole('radio', { name: 'Remove its mail too' }).check();
    await dialog.getByText(/^Leaves this device: 4 messages/).waitFor();
    await dialog.getByRole('button', { name: 'Remove with its mail' }).press('Enter');
    await page.getByRole('button', { name: 'Add your account' }).waitFor();
    expect(app.maildrop.messages).toHaveLength(4);
    expect(await recordsOf(page)).toEqual({
      packs: 0,
      pages: 0,
      marks: 0,
      uidls: 0,
      secrets: 0,
      accounts: 0,
    });
  });

  it('is said to be gone when somebody deletes it, with the way to begin anew', async () => {
    await addBob(page, app, 4);
    const other = await context.newPage();
    await other.goto(`${app.url}icon-192.png`);
    await other.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const request = indexedDB.deleteDatabase('poplar');
          request.onsuccess = () => resolve();
          request.onblocked = () => reject(new Error('the page does not let go'));
        }),
    );
    await page.getByText('The mail on this device was deleted').first().waitFor();
    await page.getByRole('button', { name: 'Reload', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Add your account' }).waitFor();
  });
});

/** Turns each octet of all packs around; the second time they are as before. */
async function spoilPacks(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('poplar');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction('packs', 'readwrite');
          const walking = transaction.objectStore('packs').openCursor();
          walking.onsuccess = () => {
            const cursor = walking.result;
            if (cursor === null) return;
            const octets = new Uint8Array(cursor.value as ArrayBuffer);
            cursor.update(octets.map((octet) => octet ^ 1).buffer);
            cursor.continue();
          };
          transaction.oncomplete = () => {
            database.close();
            resolve();
          };
        };
      }),
  );
}

/** How many records the stores hold that mail and secrets are in. */
async function recordsOf(page: Page): Promise<Record<string, number>> {
  return page.evaluate(
    () =>
      new Promise<Record<string, number>>((resolve, reject) => {
        const opening = indexedDB.open('poplar');
        opening.onerror = () => reject(new Error('no database'));
        opening.onsuccess = () => {
          const database = opening.result;
          const names = ['packs', 'pages', 'marks', 'uidls', 'secrets', 'accounts'];
          const transaction = database.transaction(names);
          const counts = names.map((name) => transaction.objectStore(name).count());
          transaction.oncomplete = () => {
            database.close();
            resolve(Object.fromEntries(names.map((name, index) => [name, counts[index]?.result ?? -1])));
          };
        };
      }),
  );
}
