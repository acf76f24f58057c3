/** What people do on the page, step by step, for end-to-end tests. Finds things as people do: by role and name. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { bob, type App } from './app.ts';

export interface AccountInput {
  host: string;
  port: number;
  security: 'TLS' | 'STARTTLS' | 'None';
  user: string;
  password: string;
  remember?: boolean;
}

/** The account that the app's own mail server knows. */
export function bobAt(app: App): AccountInput {
  return { host: '127.0.0.1', port: app.mail.port, security: 'None', user: bob.user, password: bob.password };
}

/** Opens the form, fills it in and presses "Check and add". */
export async function submitAccount(page: Page, input: AccountInput): Promise<void> {
  await page.getByRole('button', { name: 'Add your account' }).click();
  await fillAccount(page, input);
  await page.getByRole('button', { name: 'Check and add' }).click();
}

/** Fills the open form in. */
export async function fillAccount(page: Page, input: AccountInput): Promise<void> {
  await page.getByLabel('E-mail address').fill(bob.address);
  await page.getByLabel('Your name').fill('Bob');
  await page.getByLabel('POP3 server').fill(input.host);
  await page.getByRole('radio', { name: new RegExp(`^${input.security}`) }).check({ force: true });
  await page.getByLabel('Port').fill(String(input.port));
  await page.getByLabel('User name').fill(input.user);
  await page.getByLabel('Password', { exact: true }).fill(input.password);
  if (input.remember === false) await page.getByLabel('Keep the password on this device').uncheck();
}

/** The rows of the list that are drawn now. */
export function rows(page: Page): Locator {
  return page.getByRole('listbox', { name: 'Messages' }).getByRole('option');
}

export function row(page: Page, subject: string): Locator {
  return rows(page).filter({ hasText: subject });
}

/** Waits until the list says that it holds so many messages. */
export async function expectTotal(page: Page, total: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector('[role=option]')?.getAttribute('aria-setsize') === String(wanted),
    total,
  );
}

/** Opens a message and waits until its subject stands in the reader. */
export async function openMessage(page: Page, subject: string): Promise<Locator> {
  await row(page, subject).first().click();
  const message = page.getByRole('region', { name: 'Message', exact: true });
  await message.getByRole('heading', { name: subject }).waitFor();
  return message;
}

/** Adds Bob's account and waits for the mailbox. */
export async function addBob(page: Page, app: App, total: number): Promise<void> {
  await page.goto(app.url);
  await submitAccount(page, bobAt(app));
  await expectTotal(page, total);
}

export async function getMail(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Get mail', exact: true }).click();
}

/** Nothing suspicious happened on the page: no errors, no CSP violations, no requests elsewhere. */
export function expectQuiet(complaints: readonly string[]): void {
  expect(complaints).toEqual([]);
}
