/** Mail that comes by itself when the page is seen again, and the settings that say when. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal } from '../support/journeys.ts';

/** As if the last visit had been an hour ago. */
function letAnHourPass(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('poplar');
        opening.onerror = () => reject(new Error('the database does not open'));
        opening.onsuccess = () => {
          const database = opening.result;
          const transaction = database.transaction('statuses', 'readwrite');
          const statuses = transaction.objectStore('statuses');
          statuses.openCursor().onsuccess = ({ target }) => {
            const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) return;
            cursor.update({ ...(cursor.value as object), triedAt: Date.now() - 3_600_000 });
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

describe('automatic visits', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ maildrop: new Maildrop([{ uidl: 'one', raw: simpleMail('First') }]) });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('bring new mail when the page is seen again, unless somebody fetches by hand', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await addBob(page, app, 1);
    await page.getByText('Fetched just now').waitFor();
    app.maildrop.deliver({ uidl: 'two', raw: simpleMail('Second') });
    await letAnHourPass(page);
    await page.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expectTotal(page, 2);

    await page.goto(`${app.url}#/settings`);
    await page.getByText(/^in 1\d min$/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('radio', { name: '15 min' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.getByText('only when you get mail').waitFor();
    const visits = app.commands.filter((command) => command === 'greeting').length;
    await letAnHourPass(page);
    await page.reload();
    await page.getByText('only when you get mail').waitFor();
    expect(app.commands.filter((command) => command === 'greeting')).toHaveLength(visits);
    expectQuiet(complaints);
    await context.close();
  });
});
