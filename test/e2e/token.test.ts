/** A proxy that asks for an access token: asked for once, kept or not, refused, changed, forgotten. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessTokens } from '../../proxy/tunnel/access-tokens.ts';
import { violations } from '../support/accessibility.ts';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { bobAt, expectQuiet, fillAccount, getMail, row } from '../support/journeys.ts';

const green = 'green-tea-and-toast';
const wrong = 'white-tea-and-honey';

const dialog = (page: Page): Locator => page.getByRole('dialog');

async function answer(page: Page, token: string): Promise<void> {
  await page.getByLabel('Access token', { exact: true }).fill(token);
  await page.keyboard.press('Enter');
}

async function openSettings(page: Page, app: App): Promise<Locator> {
  await page.goto(`${app.url}#/settings`);
  const section = page.getByRole('region', { name: 'Proxy', exact: true });
  await section.getByText('Mail servers', { exact: true }).waitFor();
  return section;
}

describe('a proxy with access tokens', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ demo: true, accessTokens: new AccessTokens([green]) });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('asks again who asks right after Escape, before the browser has said that the dialog closed', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await dialog(page).waitFor();
    await page.evaluate(() => {
      const shown = document.querySelector('dialog[open]');
      const demo = [...document.querySelectorAll('button')].find((button) => /demo/.test(button.textContent));
      new MutationObserver((_changes, observer) => {
        observer.disconnect();
        demo?.click();
        shown?.addEventListener('close', () => (document.title = 'told'), { once: true });
      }).observe(shown ?? document, { attributeFilter: ['open'] });
    });
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.title === 'told');
    await dialog(page).getByRole('heading', { name: 'Enter the access token' }).waitFor();
    await context.close();
  });

  it('asks once, by keyboard alone: demo, reload, forget, asked again', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    const demo = page.getByRole('button', { name: 'Try the demo mailbox' });
    await demo.focus();
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('heading', { name: 'Enter the access token' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
    expect(app.proxy.counters().tunnels).toBe(0);
    await page.waitForFunction(() => document.activeElement?.matches('button:not(dialog button)'));
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    await page.keyboard.insertText(green);
    await page.keyboard.press('Enter');
    await row(page, 'Welcome to Poplar').waitFor();
    expect(await dialog(page).count()).toBe(0);

    await page.reload();
    await row(page, 'Welcome to Poplar').waitFor();
    await getMail(page);
    await page.getByText('Fetched just now').waitFor();
    expect(await dialog(page).count()).toBe(0);

    const section = await openSettings(page, app);
    await section.getByRole('button', { name: 'Forget' }).press('Enter');
    await section.getByText('None was entered yet').waitFor();
    await page.goto(`${app.url}#/inbox`);
    await getMail(page);
    await dialog(page).getByRole('heading', { name: 'Enter the access token' }).waitFor();
    await dialog(page).getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('alert').filter({ hasText: 'asks for an access token' }).waitFor();
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await answer(page, green);
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await page.getByText('Fetched just now').waitFor();
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(green);
    expect(await page.content()).not.toContain(green);
    expect(page.url()).not.toContain(green);
    expectQuiet(complaints);
    await context.close();
  });

  it('says that a token is wrong, and takes a right one instead', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await answer(page, wrong);
    await dialog(page).getByRole('heading', { name: 'The access token was not accepted' }).waitFor();
    await dialog(page).getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('alert').getByText('does not accept the access token').waitFor();
    // The button that had led here has gone; the keyboard must not be left at nothing.
    await page.waitForFunction(() => document.activeElement?.textContent === 'Inbox');
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await answer(page, green);
    await row(page, 'Welcome to Poplar').waitFor();
    await context.close();
  });

  it('forgets a token with the visit when it is not to be kept', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await page.getByLabel('Keep the access token on this device').uncheck();
    await answer(page, green);
    await row(page, 'Welcome to Poplar').waitFor();
    await page.reload();
    await getMail(page);
    await dialog(page).getByRole('heading', { name: 'Enter the access token' }).waitFor();
    await context.close();
  });

  it('is asked before the check of an account, which then goes through', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Add your account' }).click();
    await fillAccount(page, bobAt(app));
    await page.getByRole('button', { name: 'Check and add' }).click();
    await answer(page, green);
    await page.getByText('bob@example.test was added').waitFor();
    expect(await dialog(page).count()).toBe(0);
    await context.close();
  });

  it.each([
    ['light', { width: 1440, height: 900 }],
    ['dark', { width: 390, height: 844 }],
  ] as const)('breaks no accessibility rule (%s, %o)', async (colorScheme, viewport) => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin, viewport, colorScheme });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await dialog(page).waitFor();
    expect(await violations(page), 'question').toEqual([]);
    await answer(page, green);
    await row(page, 'Welcome to Poplar').waitFor();
    await openSettings(page, app);
    expect(await violations(page), 'settings').toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(viewport.width);
    await context.close();
  });
});

describe('a page at another origin that the operator allows', () => {
  it('works with the token, although what is in front keeps its own name to itself', async () => {
    const front = await startFront();
    const app = await startApp({
      demo: true,
      accessTokens: new AccessTokens([green]),
      allowOrigins: [front.origin],
    });
    front.target = app.port;
    const browser = await launchBrowser();
    const { page, complaints } = await newWatchedPage(browser, { origin: front.origin });
    await page.goto(front.origin);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
    await answer(page, green);
    await row(page, 'Welcome to Poplar').waitFor();
    expectQuiet(complaints);
    await browser.close();
    await app.close();
    await front.close();
  });
});

/** A reverse proxy in its simplest form: the proxy hears the name that it is called by here, and the page's origin. */
async function startFront() {
  const front = { target: 0, origin: '', close: () => Promise.resolve() };
  const ask = (request: http.IncomingMessage): http.ClientRequest =>
    http.request({
      host: '127.0.0.1',
      port: front.target,
      method: request.method,
      path: request.url,
      headers: { ...request.headers, host: `localhost:${front.target}` },
    });
  const server = http.createServer((request, response) => {
    ask(request)
      .on('response', (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response);
      })
      .end();
  });
  server.on('upgrade', (request, socket) => {
    ask(request)
      .on('upgrade', (answered, beyond, head) => {
        const lines = Object.entries(answered.headers).map(
          ([name, value]) => `${name}: ${String(value)}\r\n`,
        );
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
        socket.write(head);
        beyond.pipe(socket).pipe(beyond);
        beyond.on('error', () => socket.destroy());
        socket.on('error', () => beyond.destroy());
      })
      .end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  front.origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  front.close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  return front;
}
