/** A copy of all mail, as a person saves it: into a chosen file, and as a download; and what it changes for deleting. */
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { violations } from '../support/accessibility.ts';
import { simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet } from '../support/journeys.ts';
import { readMbox } from '../support/read-mbox.ts';

const COUNT = 40;
const bodies = Array.from({ length: COUNT }, (_, index) =>
  simpleMail(`Message ${index}`, `From ${index}\r\n>From ${index}\r\n${'x'.repeat(150_000)}`),
);

/** A file of the browser's own stands for the one that somebody would choose: it is written in the same way. */
function choosesFile(): void {
  Object.assign(window, {
    showSaveFilePicker: async ({ suggestedName }: { suggestedName: string }) => {
      const folder = await navigator.storage.getDirectory();
      return folder.getFileHandle(suggestedName, { create: true });
    },
  });
}

/** As in browsers that let no page write files. */
function hasNoPicker(): void {
  Object.assign(window, { showSaveFilePicker: undefined });
}

async function writtenFile(page: Page): Promise<Buffer> {
  const text = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    for await (const handle of folder.values()) {
      const file = await (handle as FileSystemFileHandle).getFile();
      const octets = new Uint8Array(await file.arrayBuffer());
      return Array.from({ length: Math.ceil(octets.length / 65_536) }, (_, index) =>
        String.fromCharCode(...octets.subarray(index * 65_536, (index + 1) * 65_536)),
      ).join('');
    }
    return '';
  });
  return Buffer.from(text, 'latin1');
}

const sorted = (raws: readonly Uint8Array[]): string[] =>
  raws.map((raw) => Buffer.from(raw).toString('latin1')).toSorted();

describe('a copy of all mail', () => {
  let app: App;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await context?.close();
    await app?.close();
  });
  afterAll(() => browser?.close());

  async function open(picker: () => void): Promise<{ page: Page; complaints: string[] }> {
    app = await startApp({
      maildrop: new Maildrop(bodies.map((raw, index) => ({ uidl: `u${index}`, raw }))),
    });
    const watched = await newWatchedPage(browser, { origin: app.origin });
    context = watched.context;
    await watched.page.addInitScript(picker);
    await addBob(watched.page, app, COUNT);
    await watched.page.goto(`${app.url}#/settings`);
    return watched;
  }

  it('is written where somebody chooses, and what it holds may be deleted on the server', async () => {
    const { page, complaints } = await open(choosesFile);
    const settings = page.getByRole('main');
    await settings.getByText('just now').waitFor();
    await page
      .getByRole('group', { name: 'Mail on the server' })
      .getByRole('button', { name: 'Change…' })
      .click();
    const retention = page.getByRole('dialog', { name: 'Mail on the server' });
    await retention.getByRole('radio', { name: 'Delete once it is here' }).check();
    await retention.getByText(/or save a copy of all mail\.$/).waitFor();
    await retention.getByRole('button', { name: 'Delete once it is here' }).click();
    const getMail = settings.getByRole('button', { name: 'Get mail', exact: true });
    await settings.getByText(/^Delete once it is here\./).waitFor();
    await getMail.click();
    await settings.getByText(/Held back: this browser may throw your mail away\./).waitFor();
    expect(app.maildrop.messages).toHaveLength(COUNT);

    const opener = page.getByRole('button', { name: 'Save a copy…' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'A copy of all mail' });
    await dialog.getByText('not encrypted').waitFor();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save the copy…' }).click();
    await page.getByText(`${COUNT} messages of bob@example.test saved`).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Save a copy…');
    const saved = readMbox(await writtenFile(page)).map(({ raw }) => raw);
    expect(sorted(saved)).toEqual(sorted(bodies));

    // What is in the file goes; what came later stays.
    app.maildrop.deliver({ uidl: 'later', raw: simpleMail('Later') });
    await getMail.click();
    await settings.getByText(/40 messages deleted there so far/).waitFor();
    expect(app.maildrop.messages.map(({ uidl }) => uidl)).toEqual(['later']);
    await settings.getByText(/only what is in the copy of/).waitFor();
    expectQuiet(complaints);
  });

  it('is a download where pages write no files, and counts only when somebody has it', async () => {
    const { page, complaints } = await open(hasNoPicker);
    const opener = page.getByRole('button', { name: 'Save a copy…' });
    const dialog = page.getByRole('dialog', { name: 'A copy of all mail' });
    for (const answer of ['It is not there', 'I have the file']) {
      if (!(await dialog.isVisible())) await opener.click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        dialog.getByRole('button', { name: 'Save the copy…' }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(/^bob@example\.test \d{4}-\d\d-\d\d\.mbox$/);
      const saved = readMbox(await readFile(await download.path())).map(({ raw }) => raw);
      expect(sorted(saved)).toEqual(sorted(bodies));
      expect(await violations(page)).toEqual([]);
      await page.getByText('None has been saved from this device yet.').waitFor({ state: 'attached' });
      await dialog.getByRole('button', { name: answer }).click();
    }
    await page.getByText(/^Last saved on .*, with 40 messages\./).waitFor();
    expectQuiet(complaints);
  });
});
