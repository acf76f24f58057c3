/** An account whose way goes through a WebSocket bridge at another origin, on a page that Poplar's proxy serves. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { startPop3Server, type Pop3Server } from '../../proxy/demo/pop3-server.ts';
import { bob, simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { expectQuiet, expectTotal, getMail } from '../support/journeys.ts';
import { startRawBridge, type RawBridge } from '../support/raw-bridge.ts';

describe('an account behind a bridge', () => {
  let mail: Pop3Server;
  let bridge: RawBridge;
  let browser: Browser;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const maildrop = new Maildrop([
      { uidl: 'one', raw: simpleMail('First light') },
      { uidl: 'two', raw: simpleMail('Second thoughts') },
    ]);
    mail = await startPop3Server({ users: [{ user: bob.user, password: bob.password, maildrop }] });
    bridge = await startRawBridge({ target: mail.port });
    browser = await launchBrowser();
  });

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  afterAll(async () => {
    await browser?.close();
    await bridge?.close();
    await mail?.close();
  });

  /** The page of a proxy that allows connections to these origins too. */
  async function open(connectOrigins: readonly string[]): Promise<WatchedPage & { app: App }> {
    const app = await startApp({ connectOrigins });
    closers.push(() => app.close());
    const watched = await newWatchedPage(browser, { origin: app.origin });
    closers.push(() => watched.context.close());
    await watched.page.goto(app.url);
    return { ...watched, app };
  }

  /** Fills the form in by keyboard alone, down to the bridge, and hands it in. */
  async function addByKeyboard({ page }: WatchedPage, address: string): Promise<void> {
    const { keyboard } = page;
    const next = (): Promise<void> => keyboard.press('Tab');
    await page.getByRole('button', { name: 'Add your account' }).focus();
    await keyboard.press('Enter');
    await page.getByLabel('E-mail address').focus();
    for (const text of [bob.address, 'Bob', 'pop.example.test']) {
      await keyboard.type(text);
      await next();
    }
    // Past the port and the choice of security.
    await next();
    await next();
    await keyboard.type(bob.user);
    await next();
    await keyboard.type(bob.password);
    // Past the button that shows the password, whether it is kept, and how much is fetched.
    for (let step = 0; step < 4; step += 1) await next();
    await keyboard.press('Enter');
    await next();
    await keyboard.press('ArrowDown');
    await next();
    await keyboard.type(address);
    await keyboard.press('Enter');
  }

  it('is added by keyboard alone and fetched through it, though the proxy is not asked to', async () => {
    const watched = await open([new URL(bridge.url).origin]);
    await addByKeyboard(watched, bridge.url);
    await expectTotal(watched.page, 2);
    expect(watched.app.proxy.counters().tunnels).toBe(0);
    expect(watched.app.commands).toEqual([]);
    await getMail(watched.page);
    await watched.page.getByText('Fetched just now').waitFor();
    expectQuiet(watched.complaints);
  });

  it('is told at once how whoever serves the page allows the bridge, where they have not', async () => {
    const watched = await open([]);
    await addByKeyboard(watched, bridge.url);
    const alert = watched.page.getByRole('alert').filter({ hasText: 'The bridge does not answer' });
    await alert.waitFor({ timeout: 10_000 });
    expect(await alert.innerText()).toContain(`--connect-origin ${new URL(bridge.url).origin}`);
    const steps = watched.page.getByRole('list', { name: 'Steps of the check' }).getByRole('listitem');
    expect(await steps.last().innerText()).toContain('Stopped at the bridge');
    expect(await watched.page.getByLabel('Address of the bridge').inputValue()).toBe(bridge.url);
  });

  it('keeps what a wrong address says beside its field', async () => {
    const watched = await open([]);
    await addByKeyboard(watched, 'ws://bridge.example.test/');
    const field = watched.page.getByLabel('Address of the bridge');
    await watched.page.getByText('would carry the password in clear').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await watched.page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  });
});
