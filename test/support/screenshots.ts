/** The README's pictures: the demo mailbox when somebody has read in it for a while, on a desk and on a phone. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startApp } from './app.ts';
import { launchBrowser } from './browser.ts';
import { openMessage } from './journeys.ts';

const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

interface Shot {
  name: string;
  viewport: { width: number; height: number };
  colorScheme: 'light' | 'dark';
  /** Message to open, if any. */
  opens: string | null;
}

const shots: readonly Shot[] = [
  { name: 'mailbox', viewport: desk, colorScheme: 'light', opens: 'The whole harvest' },
  { name: 'dark', viewport: desk, colorScheme: 'dark', opens: 'Kyoto walking map' },
  { name: 'phone', viewport: phone, colorScheme: 'light', opens: null },
];

/** From the first row on: which are read, and which have a star. */
const READ_A_LITTLE = [
  'j',
  'j',
  'I',
  'j',
  'I',
  'j',
  's',
  'I',
  'j',
  'I',
  'j',
  'j',
  'I',
  'j',
  'j',
  's',
  'j',
  'I',
  'Home',
];

/** Writes one PNG a shot into the folder. */
export async function takeScreenshots(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const app = await startApp({ demo: true });
  const browser = await launchBrowser();
  try {
    for (const shot of shots) await take(browser, app.url, shot, join(folder, `${shot.name}.png`));
  } finally {
    await browser.close();
    await app.close();
  }
}

async function take(browser: Browser, url: string, shot: Shot, path: string): Promise<void> {
  const { viewport, colorScheme } = shot;
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
  await page.getByText('Fetched just now').waitFor();
  await page.getByRole('listbox', { name: 'Messages' }).focus();
  for (const key of READ_A_LITTLE) await page.keyboard.press(key);
  if (shot.opens !== null) await open(page, shot.opens);
  // What was marked is not told any more.
  await page.getByRole('button', { name: 'Undo' }).first().waitFor({ state: 'detached' });
  await page.mouse.move(0, 0);
  await page.getByRole('listbox', { name: 'Messages' }).blur();
  await page.screenshot({ path });
  await context.close();
}

async function open(page: Page, subject: string): Promise<void> {
  const message = await openMessage(page, subject);
  // Pictures are read when they come near.
  const pictures = message.locator('img');
  for (const picture of await pictures.all()) await picture.scrollIntoViewIfNeeded();
  await page.waitForFunction(() => [...document.images].every((image) => image.complete));
  await message.getByRole('heading', { name: subject }).scrollIntoViewIfNeeded();
}
