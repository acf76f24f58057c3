/** A mail server with a certificate of its own making: looked at, trusted, replaced, refused, looked at again. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { startPop3Server, type Pop3Server } from '../../proxy/demo/pop3-server.ts';
import { violations } from '../support/accessibility.ts';
import { bob, simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { expectQuiet, expectTotal, getMail, submitAccount } from '../support/journeys.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/certs/${name}`, import.meta.url), 'utf8');
/** The first line of the fingerprint, as the page shows it. */
const firstLine = (name: string): string => new X509Certificate(fixture(name)).fingerprint256.slice(0, 24);

const focused = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.textContent?.trim());

describe('a certificate that nobody vouches for', () => {
  let app: App;
  let browser: Browser;
  let mail: Pop3Server;
  const maildrop = new Maildrop([{ uidl: 'one', raw: simpleMail('First light') }]);

  /** The mail server under TLS, with this certificate, always on the same port. */
  async function serve(certificate: string, port = 0): Promise<Pop3Server> {
    return startPop3Server({
      users: [{ user: bob.user, password: bob.password, maildrop }],
      port,
      tls: { key: fixture('server.key'), cert: fixture(certificate) },
      implicitTls: true,
    });
  }

  beforeAll(async () => {
    mail = await serve('self-signed.pem');
    app = await startApp({ ports: [mail.port] });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await mail?.close();
  });

  it('is trusted once compared; another one is refused loudly until it was compared as well', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, { origin: app.origin });
    await page.goto(app.url);
    const { user, password } = bob;
    await submitAccount(page, { host: '127.0.0.1', port: mail.port, security: 'TLS', user, password });
    const refused = page.getByRole('alert').filter({ hasText: 'self-signed' });
    await refused.getByText(firstLine('self-signed.pem'), { exact: true }).waitFor();
    expect(await violations(page), 'the certificate while adding').toEqual([]);
    expect(await focused(page)).toContain('is self-signed');
    // From the title of the error past the copy button: trusting is never what Enter alone does.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Trust this certificate');
    await page.keyboard.press('Enter');
    await expectTotal(page, 1);

    const { port } = mail;
    await mail.close();
    mail = await serve('self-signed-renewed.pem', port);
    maildrop.deliver({ uidl: 'two', raw: simpleMail('Second thoughts') });
    await getMail(page);
    const loud = page.getByRole('alert').filter({ hasText: 'another certificate than the one you trust' });
    await loud.waitFor();
    await page.getByRole('button', { name: 'Compare the two' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('group', { name: 'The one you trust' })
      .getByText(firstLine('self-signed.pem'), { exact: true })
      .waitFor();
    await dialog
      .getByRole('group', { name: 'The one it shows now' })
      .getByText(firstLine('self-signed-renewed.pem'), { exact: true })
      .waitFor();
    expect(await violations(page), 'the two compared').toEqual([]);
    expect(await focused(page)).toBe('Keep refusing');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await loud.waitFor();
    await expectTotal(page, 1);

    expect(await focused(page)).toBe('Compare the two');
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Trust the new certificate');
    await page.keyboard.press('Enter');
    await expectTotal(page, 2);
    await loud.waitFor({ state: 'hidden' });

    await page.goto(`${app.url}#/settings`);
    await page.getByText('The certificate you trust, and no other').click();
    await page.getByText(firstLine('self-signed-renewed.pem'), { exact: true }).waitFor();
    expect(await violations(page), 'settings').toEqual([]);
    await page.getByRole('button', { name: 'Stop trusting it' }).click();
    await page.getByText('The certificate you trust, and no other').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Get mail', exact: true }).last().click();
    await page.getByRole('alert').filter({ hasText: 'self-signed' }).waitFor();
    expectQuiet(complaints);
    await context.close();
  });
});
