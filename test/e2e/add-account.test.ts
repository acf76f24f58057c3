/** Adding an account by hand: the live check, every way in which it fails, and what happens to what was typed. */
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { bob, simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import {
  bobAt,
  expectQuiet,
  expectTotal,
  rows,
  submitAccount,
  type AccountInput,
} from '../support/journeys.ts';

/** A server that says one thing and then listens. */
function speakingServer(words: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
    socket.write(words);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('adding an account', () => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;
  let smtp: Server;
  let closedPort: number;

  beforeAll(async () => {
    smtp = await speakingServer('220 mail.example.test ESMTP\r\n');
    const closed = await speakingServer('');
    closedPort = portOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    const maildrop = new Maildrop([
      { uidl: 'one', raw: simpleMail('First light') },
      { uidl: 'two', raw: simpleMail('Second thoughts') },
    ]);
    app = await startApp({ maildrop, ports: [portOf(smtp), closedPort] });
    browser = await launchBrowser();
  });

  beforeEach(async () => {
    watched = await newWatchedPage(browser, { origin: app.origin });
    await watched.page.goto(app.url);
  });

  afterEach(async () => {
    delete app.faults.greeting;
    delete app.faults.stallAt;
    await watched.context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await new Promise((resolve) => smtp.close(resolve));
  });

  it('checks, adds, fetches, and shows the mail', async () => {
    const { page, complaints } = watched;
    await submitAccount(page, bobAt(app));
    await expectTotal(page, 2);
    expect(await rows(page).first().innerText()).toContain('Ann Garden');
    expectQuiet(complaints);
  });

  const failures: { name: string; input: () => Partial<AccountInput>; step: string; words: RegExp }[] = [
    {
      name: 'a wrong password',
      input: () => ({ password: 'guess' }),
      step: 'Not logged in',
      words: /did not accept/,
    },
    {
      name: 'a closed port',
      input: () => ({ port: closedPort }),
      step: 'No connection',
      words: /127\.0\.0\.1/,
    },
    {
      name: 'a name that does not exist',
      input: () => ({ host: 'pop.nowhere.invalid', port: 995 }),
      step: 'Stopped at the server’s name',
      words: /pop\.nowhere\.invalid/,
    },
    {
      name: 'TLS to a port that answers in clear',
      input: () => ({ security: 'TLS' }),
      step: 'The connection was not secured',
      words: /TLS/,
    },
    {
      name: 'STARTTLS where it is not offered',
      input: () => ({ security: 'STARTTLS' }),
      step: 'The connection was not secured',
      words: /STARTTLS/,
    },
    {
      name: 'a server for sending',
      input: () => ({ port: portOf(smtp) }),
      step: 'Not logged in',
      words: /send|SMTP/,
    },
    {
      name: 'an address of the private network',
      input: () => ({ host: '192.168.1.1', port: 110 }),
      step: 'No connection',
      words: /192\.168\.1\.1/,
    },
    {
      name: 'a port that is none of mail',
      input: () => ({ host: '127.0.0.1', port: 22 }),
      step: 'Stopped at the proxy',
      words: /22/,
    },
  ];

  it.each(failures)('names the step and keeps what was typed: $name', async ({ input, step, words }) => {
    const { page, complaints } = watched;
    await submitAccount(page, { ...bobAt(app), ...input() });
    const alert = page.getByRole('alert').filter({ hasText: words });
    await alert.waitFor();
    const steps = page.getByRole('list', { name: 'Steps of the check' }).getByRole('listitem');
    expect(await steps.last().innerText()).toContain(step);
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(bob.address);
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).not.toBe('');
    expect(await page.getByRole('button', { name: 'Check and add' }).isEnabled()).toBe(true);
    expectQuiet(complaints);
  });

  it('says so when the server turns the connection away', async () => {
    app.faults.greeting = '-ERR too busy, come back tomorrow\r\n';
    const { page } = watched;
    await submitAccount(page, bobAt(app));
    await page.getByRole('alert').filter({ hasText: 'too busy, come back tomorrow' }).waitFor();
  });

  it('can be stopped while the server keeps silent', async () => {
    app.faults.stallAt = ['CAPA'];
    const { page } = watched;
    await submitAccount(page, bobAt(app));
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Check and add' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('puts the focus on the first field that is missing', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: 'Add your account' }).click();
    await page.getByRole('button', { name: 'Check and add' }).click();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('email');
  });
});
