/** Debian's websockify alone: it serves the built page and leads to the mail server, and there is no proxy of Poplar. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, type Demo } from '../../proxy/demo/demo.ts';
import { builtPage } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { expectQuiet, getMail, openMessage, rows } from '../support/journeys.ts';
import { startWebsockify, websockifyMissing, type Websockify } from '../support/websockify.ts';

describe.skipIf(websockifyMissing !== null)('the page on websockify', () => {
  let demo: Demo;
  let websockify: Websockify;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    demo = await startDemo({ host: '127.0.0.1' });
    websockify = await startWebsockify({ target: demo.mailbox.port, web: builtPage });
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: new URL(websockify.url).origin });
    await watched.page.goto(websockify.url);
  });

  afterAll(async () => {
    await browser?.close();
    await websockify?.close();
    await demo?.close();
  });

  it('says calmly that there is no proxy, and offers no demo', async () => {
    const { page } = watched;
    await page.getByText('No proxy of Poplar is beside this page').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Try the demo mailbox' }).count()).toBe(0);
  });

  it('has the bridge chosen already, at its own site', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Add your account' }).click();
    const address = page.getByLabel('Address of the bridge');
    await address.waitFor();
    expect(await address.inputValue()).toBe(websockify.bridge);
    await page.getByText('Poplar makes no TLS through a bridge').waitFor();
  });

  it('tells what the bridge did in the check, and fetches all the mail', async () => {
    const { page } = watched;
    await page.getByLabel('E-mail address').fill('mira@example.test');
    await page.getByLabel('POP3 server').fill('pop.example.test');
    await page.getByLabel('User name').fill(demo.mailbox.user);
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.getByRole('button', { name: 'Check and add' }).click();
    await page.getByRole('alert').filter({ hasText: 'did not accept' }).waitFor();
    const steps = page.getByRole('list', { name: 'Steps of the check' }).getByRole('listitem');
    expect((await steps.allInnerTexts()).map((text) => text.split(/\n+/))).toEqual([
      ['Bridge reached', websockify.bridge],
      ['Look up the server’s name', 'by the bridge'],
      ['Connect to it', 'by the bridge'],
      ['TLS, if there is any', 'by the bridge'],
      ['Not logged in'],
    ]);
    await page.getByLabel('Password', { exact: true }).fill(demo.mailbox.password);
    await page.getByRole('button', { name: 'Check and add' }).click();
    await page.getByText('Fetched just now').waitFor();
    expect(Number(await rows(page).first().getAttribute('aria-setsize'))).toBeGreaterThanOrEqual(60);
    await openMessage(page, 'Welcome to Poplar');
  });

  it('fetches nothing a second time', async () => {
    const { page } = watched;
    const total = await rows(page).first().getAttribute('aria-setsize');
    await page.reload();
    await getMail(page);
    await page.getByText('Fetched just now').waitFor();
    expect(await rows(page).first().getAttribute('aria-setsize')).toBe(total);
  });

  it('shows in the settings which way the account goes', async () => {
    const { page } = watched;
    await page.goto(`${websockify.url}#/settings`);
    await page.getByText(`through the bridge ${websockify.bridge}`).waitFor();
    await page.getByText('None is beside this page').waitFor();
  });

  it('does all of this without an error, a policy violation or a request to anybody else', () => {
    expectQuiet(watched.complaints);
  });
});
