/** Mail in the world's charsets through the whole product, in a real browser: its decoders differ from Node's. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { addBob, openMessage } from '../support/journeys.ts';

interface Case {
  charset: string;
  text: string;
  /** The text in that charset. */
  octets: string;
}

const cases: Case[] = [
  { charset: 'iso-2022-jp', text: '日本語', octets: '\x1b$BF|K\\8l\x1b(B' },
  { charset: 'ISO-2022-JP', text: 'テスト', octets: '\x1b$B%F%9%H\x1b(B' },
  { charset: 'shift_jis', text: '日本', octets: '\x93\xfa\x96\x7b' },
  { charset: 'cp932', text: '日本語', octets: '\x93\xfa\x96\x7b\x8c\xea' },
  { charset: 'euc-kr', text: '한국', octets: '\xc7\xd1\xb1\xb9' },
  { charset: 'gb2312', text: '中国', octets: '\xd6\xd0\xb9\xfa' },
  { charset: 'big5', text: '中文', octets: '\xa4\xa4\xa4\xe5' },
  { charset: 'koi8-r', text: 'Привет', octets: '\xf0\xd2\xc9\xd7\xc5\xd4' },
  { charset: 'windows-1256', text: 'سلام', octets: '\xd3\xe1\xc7\xe3' },
  { charset: 'windows-1252', text: '“Quoted” – 5 €', octets: '\x93Quoted\x94 \x96 5 \x80' },
  { charset: 'iso-8859-1', text: '‘typographic’', octets: '\x91typographic\x92' },
  { charset: 'utf-8', text: 'Grüße, Ελένη', octets: Buffer.from('Grüße, Ελένη').toString('latin1') },
];

function mail({ charset, octets }: Case): Uint8Array {
  const word = `=?${charset}?B?${Buffer.from(octets, 'latin1').toString('base64')}?=`;
  return new Uint8Array(
    Buffer.from(
      `From: ${word} <a@example.test>\r\nSubject: ${word}\r\nDate: Mon, 23 Nov 2026 06:00:00 +0000\r\n` +
        `MIME-Version: 1.0\r\nContent-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\nbody ${octets}\r\n`,
      'latin1',
    ),
  );
}

describe('charsets', () => {
  let app: App;
  let browser: Browser;
  let watched: WatchedPage;

  beforeAll(async () => {
    const messages = cases.map((one, index) => ({ uidl: `charset-${index}`, raw: mail(one) }));
    // A header in raw octets, with nothing to say which charset they are in.
    const raw = Buffer.from('From: Ann <a@example.test>\r\nSubject: caf\xe9 noir\r\n\r\nx\r\n', 'latin1');
    messages.push({ uidl: 'raw-header', raw: new Uint8Array(raw) });
    app = await startApp({ maildrop: new Maildrop(messages) });
    browser = await launchBrowser();
    watched = await newWatchedPage(browser, { origin: app.origin });
    await addBob(watched.page, app, messages.length);
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it.each(cases)('reads $charset in the list, the header and the text', async ({ text }) => {
    const message = await openMessage(watched.page, text);
    await message.getByText(`body ${text}`).waitFor();
    expect(await message.innerText()).not.toContain('\ufffd');
  });

  it('reads a header of raw octets', async () => {
    await openMessage(watched.page, 'café noir');
  });

  it('shows no replacement character in any row', async () => {
    const list = watched.page.getByRole('listbox', { name: 'Messages' });
    expect(await list.innerText()).not.toContain('\ufffd');
  });
});
