/** Mail that is broken or means harm, through the whole product: it is shown as well as it can be, and nothing else suffers. */
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { builtPage, simpleMail, startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { addBob, expectQuiet, openMessage, row } from '../support/journeys.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

const head = (subject: string, rest = ''): string =>
  `From: Ann <ann@example.test>\r\nSubject: ${subject}\r\nDate: Mon, 23 Nov 2026 06:00:00 +0000\r\n${rest}\r\n`;

const multipart = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n';

/** Deeper than postal-mime is willing to go: it throws and has nothing. */
function tooDeep(levels: number): string {
  const open = Array.from(
    { length: levels },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  );
  return `${open.join('')}\r\nAt the bottom\r\n`;
}

const cases: { subject: string; raw: Uint8Array; shows: string }[] = [
  {
    subject: 'Dots',
    raw: bytes(`${head('Dots')}.\r\n..\r\n.leading\r\n.\r\nafter the dots\r\n`),
    shows: 'after the dots',
  },
  { subject: 'Zeros', raw: bytes(`${head('Zeros')}before\0after\r\n`), shows: 'before' },
  {
    subject: 'Protocol words',
    raw: bytes(`${head('Protocol words')}+OK fake\r\n-ERR fake\r\n+ \r\n`),
    shows: '-ERR fake',
  },
  {
    subject: 'One long line',
    raw: bytes(`${head('One long line')}begin ${'x'.repeat(8_000_000)} end\r\n`),
    shows: 'begin',
  },
  {
    subject: 'Broken boundary',
    raw: bytes(
      `${head('Broken boundary', multipart)}--b\r\nContent-Type: text/plain\r\n\r\nnever closed\r\n`,
    ),
    shows: 'never closed',
  },
  {
    subject: 'Too deep',
    raw: bytes(`${head('Too deep').replace(/\r\n$/, '')}MIME-Version: 1.0\r\n${tooDeep(400)}`),
    shows: 'could not be read',
  },
  {
    subject: 'Too many parts',
    raw: bytes(`${head('Too many parts', multipart)}${'--b\r\n\r\nx\r\n'.repeat(600_000)}--b--\r\n`),
    shows: 'could not be read',
  },
];

describe('hostile mail', () => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    const messages = cases.map(({ subject, raw }) => ({ uidl: subject.replace(/ /g, '-'), raw }));
    messages.push({ uidl: 'headless', raw: bytes('\r\nThere was no header at all.\r\n') });
    messages.push({ uidl: 'empty', raw: new Uint8Array() });
    messages.push({ uidl: 'sound', raw: simpleMail('Safe and sound', 'Still here.') });
    app = await startApp({ maildrop: new Maildrop(messages) });
    app.faults.listOctets = (number, octets) => (number % 2 === 0 ? null : octets * 3);
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: app.origin });
    await addBob(watched.page, app, messages.length);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it.each(cases)('is shown: $subject', async ({ subject, shows }) => {
    const message = await openMessage(watched.page, subject);
    await message.getByText(shows).first().waitFor();
  });

  it('is shown without any header', async () => {
    await row(watched.page, 'There was no header').click();
    await watched.page.getByText('came without a header').waitFor();
  });

  it('leaves the rest readable', async () => {
    const message = await openMessage(watched.page, 'Safe and sound');
    await message.getByText('Still here.').waitFor();
    expectQuiet(watched.complaints);
  });

  it('with bare line feeds ends where it should', async () => {
    const second = await startApp({
      maildrop: new Maildrop([{ uidl: 'lf', raw: simpleMail('Only feeds', 'No returns.') }]),
    });
    second.faults.bareLineFeeds = true;
    const { page, context } = await newWatchedPage(browser, { origin: second.origin });
    await addBob(page, second, 1);
    const message = await openMessage(page, 'Only feeds');
    await message.getByText('No returns.').waitFor();
    await context.close();
    await second.close();
  });

  it('that keeps the parser busy for ever is shown as source', async () => {
    const staticRoot = mkdtempSync(join(tmpdir(), 'poplar-page-'));
    cpSync(builtPage, staticRoot, { recursive: true });
    // In place of a mail that no parser ever finishes: a parser that never finishes.
    const parser = readdirSync(join(staticRoot, 'assets')).filter((name) =>
      /^parse-worker.*\.js$/.test(name),
    );
    expect(parser).toHaveLength(1);
    writeFileSync(
      join(staticRoot, 'assets', String(parser[0])),
      `onmessage = () => { for (;;); }; postMessage({ type: 'ready' });`,
    );
    const maildrop = new Maildrop([{ uidl: 'endless', raw: simpleMail('Endless work', 'Never parsed.') }]);
    const second = await startApp({ maildrop, staticRoot });
    const { page, context, complaints } = await newWatchedPage(browser, { origin: second.origin });
    await addBob(page, second, 1);
    const message = await openMessage(page, 'Endless work');
    await message.getByText('took too long').waitFor();
    await message.getByText('Never parsed.').waitFor();
    expectQuiet(complaints);
    await context.close();
    await second.close();
    rmSync(staticRoot, { recursive: true });
  });
});
