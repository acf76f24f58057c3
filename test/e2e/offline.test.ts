/** After one visit the page lives without a network: shell from the service worker, mail from this device. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, expectTotal, openMessage } from '../support/journeys.ts';

const html =
  'From: Ann <ann@example.test>\r\nSubject: With style\r\nDate: Mon, 23 Nov 2026 07:00:00 +0000\r\n' +
  'MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<h1 style="color:green">Styled heading</h1>\r\n';

// The second way is that of a page which shares its host with others.
describe.each(['/', '/mail/'])('offline, mounted at %s', (basePath) => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    const maildrop = new Maildrop([
      { uidl: 'one', raw: simpleMail('Kept for the train', 'You can read me in a tunnel.') },
      { uidl: 'two', raw: new TextEncoder().encode(html) },
    ]);
    app = await startApp({ maildrop, basePath });
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: app.origin });
    await addBob(watched.page, app, 2);
    await watched.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await app.stopProxy();
    await watched.context.setOffline(true);
    await watched.page.reload();
    // Some Chromium builds forget over a reload to tell the page what they emulate.
    await watched.context.setOffline(false);
    await watched.context.setOffline(true);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('has met with nothing suspicious', () => {
    expectQuiet(watched.complaints.filter((complaint) => !complaint.includes('ERR_INTERNET_DISCONNECTED')));
    expect(new URL(watched.page.url()).pathname.startsWith(basePath)).toBe(true);
  });

  it('opens with its mail', async () => {
    await expectTotal(watched.page, 2);
  });

  it('says that it is offline', async () => {
    await watched.page.getByRole('status').filter({ hasText: 'Offline' }).waitFor();
  });

  it('shows text', async () => {
    const message = await openMessage(watched.page, 'Kept for the train');
    await message.getByText('You can read me in a tunnel.').waitFor();
  });

  it('shows HTML in its frame', async () => {
    const message = await openMessage(watched.page, 'With style');
    const heading = message.frameLocator('iframe').getByRole('heading', { name: 'Styled heading' });
    await heading.waitFor();
    expect(await heading.evaluate((node) => getComputedStyle(node).color)).toBe('rgb(0, 128, 0)');
  });
});
