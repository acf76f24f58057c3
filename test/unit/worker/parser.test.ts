import { afterEach, describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { parseMessage, type ParsedMessage } from '../../../web/message/parse.ts';
import { messageId } from '../../../web/model/ids.ts';
import { ParseHost, PARSE_DEADLINE_MS } from '../../../web/worker/parse-host.ts';
import type { ParseWorker } from '../../../web/worker/parse-protocol.ts';
import { Parser } from '../../../web/worker/parser.ts';
import { serveParses } from '../../../web/worker/serve-parses.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { bytes, latin1 } from '../../support/octets.ts';

const plain = (words: string) =>
  bytes(`From: a@example.org\r\nSubject: ${words}\r\n\r\nText of ${words}\r\n`);
const withFile = bytes(
  [
    'From: a@example.org',
    'Date: Mon, 2 Nov 2026 10:00:00 +0000',
    'Subject: files',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'See the file.',
    '--b',
    'Content-Type: application/octet-stream; name=data.bin',
    'Content-Disposition: attachment; filename=data.bin',
    'Content-Transfer-Encoding: base64',
    '',
    'AAECAwQ=',
    '--b--',
    '',
  ].join('\r\n'),
);
/** The parse of this one never ends, like that of 1.9 MB of nested messages for all practical purposes. */
const ENDLESS = 'Subject: endless';
const never = () => new Promise<never>(() => undefined);

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
});

/** Workers as the parser sees them, with what runs in one at the other end of a channel. */
class Workshop {
  readonly clock = new FakeClock();
  readonly workers: EventTarget[] = [];
  readonly parsed: string[] = [];
  terminated = 0;
  starts = true;
  readonly mail = new Map<number, Uint8Array>();
  readonly loaded: number[] = [];
  readonly host = new ParseHost(() => this.#create(), this.clock);
  readonly parser = new Parser(
    (raw) => this.host.parse(raw),
    async (id) => {
      this.loaded.push(id);
      const raw = this.mail.get(id);
      if (raw === undefined) throw new PoplarError('not-found', 'storage');
      return raw;
    },
  );

  add(id: number, raw: Uint8Array): void {
    this.mail.set(id, raw);
  }

  #create(): ParseWorker {
    const channel = new MessageChannel();
    channels.push(channel);
    const { port1, port2 } = channel;
    this.workers.push(port1);
    if (this.starts) serveParses(port2, (raw) => this.#parse(raw));
    const terminate = () => {
      this.terminated += 1;
      port1.close();
    };
    return Object.assign(port1, { terminate });
  }

  async #parse(raw: Uint8Array): Promise<ParsedMessage> {
    const subject = /^Subject: .*$/m.exec(latin1(raw))?.[0].trim() ?? '';
    this.parsed.push(subject);
    if (subject === ENDLESS) await never();
    if (subject === 'Subject: throws') throw new RangeError('too deep');
    return parseMessage(raw);
  }
}

/** Lets the channel work until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('opening a message', () => {
  it('gives its text, and its attachments without a second parse', async () => {
    const shop = new Workshop();
    shop.add(1, withFile);
    const content = await shop.parser.content(messageId(1));
    expect(content).toMatchObject({ id: 1, subject: 'files', defects: [] });
    expect(content.text?.trim()).toBe('See the file.');
    expect(content.attachments).toMatchObject([{ index: 0, filename: 'data.bin', octets: 5 }]);
    expect(await shop.parser.attachment(messageId(1), 0)).toEqual(Uint8Array.of(0, 1, 2, 3, 4));
    expect(shop.parsed).toHaveLength(1);
  });

  it('gives each caller octets of its own', async () => {
    const shop = new Workshop();
    shop.add(1, withFile);
    const [first, second] = [
      await shop.parser.attachment(messageId(1), 0),
      await shop.parser.attachment(messageId(1), 0),
    ];
    structuredClone(first, { transfer: [first.buffer] });
    expect([first.length, second.length, shop.parsed.length]).toEqual([0, 5, 1]);
  });

  it('parses only the octets it is given, not the pack they lie in', async () => {
    const shop = new Workshop();
    const pack = bytes(`Subject: before\r\n\r\nbefore\r\n${latin1(plain('inside'))}Subject: after\r\n`);
    shop.add(1, pack.subarray(27, 27 + plain('inside').length));
    expect((await shop.parser.content(messageId(1))).text?.trim()).toBe('Text of inside');
    expect(pack.length).toBeGreaterThan(0);
  });

  it('says not-found for a message or attachment that is not there, and goes on', async () => {
    const shop = new Workshop();
    shop.add(1, withFile);
    await expect(shop.parser.content(messageId(9))).rejects.toMatchObject({ code: 'not-found' });
    await expect(shop.parser.attachment(messageId(1), 1)).rejects.toMatchObject({
      code: 'not-found',
      hop: 'message',
    });
    await expect(shop.parser.attachment(messageId(1), -1)).rejects.toMatchObject({ code: 'not-found' });
    expect(await shop.parser.attachment(messageId(1), 0)).toHaveLength(5);
  });

  it('keeps the eight messages used last', async () => {
    const shop = new Workshop();
    for (let id = 1; id <= 9; id += 1) shop.add(id, plain(`m${id}`));
    for (let id = 1; id <= 8; id += 1) await shop.parser.content(messageId(id));
    await shop.parser.content(messageId(1));
    await shop.parser.content(messageId(9));
    shop.loaded.length = 0;
    await shop.parser.content(messageId(1));
    await shop.parser.content(messageId(2));
    expect(shop.loaded).toEqual([2]);
  });

  it('keeps nothing of messages that were removed', async () => {
    const shop = new Workshop();
    shop.add(1, plain('gone'));
    await shop.parser.content(messageId(1));
    shop.mail.clear();
    shop.parser.clear();
    await expect(shop.parser.content(messageId(1))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('neither loads nor parses what nobody waits for any more', async () => {
    const shop = new Workshop();
    for (let id = 1; id <= 3; id += 1) shop.add(id, plain(`m${id}`));
    const control = new AbortController();
    const first = shop.parser.content(messageId(1));
    const passedOver = shop.parser.content(messageId(2), control.signal);
    const wanted = shop.parser.content(messageId(3));
    control.abort();
    await expect(passedOver).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.all([first, wanted]);
    expect(shop.loaded).toEqual([1, 3]);
  });
});

describe('a message that cannot be parsed', () => {
  it('shows its source when the parse takes too long, and a fresh worker parses the next', async () => {
    const shop = new Workshop();
    shop.add(1, plain('endless'));
    shop.add(2, plain('next'));
    const opening = shop.parser.content(messageId(1));
    const next = shop.parser.content(messageId(2));
    await until(() => shop.parsed.length === 1);
    shop.clock.advance(PARSE_DEADLINE_MS - 1);
    expect(shop.terminated).toBe(0);
    shop.clock.advance(1);
    const content = await opening;
    expect(content).toMatchObject({ subject: 'endless', html: null, attachments: [] });
    expect(content.defects).toContain('parse-timeout');
    expect(content.text).toContain('Subject: endless\n\nText of endless');
    expect((await next).text?.trim()).toBe('Text of next');
    expect([shop.terminated, shop.workers.length]).toEqual([1, 2]);
  });

  it('does not try a second time, and has no attachments to give', async () => {
    const shop = new Workshop();
    shop.add(1, plain('endless'));
    const opening = shop.parser.content(messageId(1));
    await until(() => shop.parsed.length === 1);
    shop.clock.advance(PARSE_DEADLINE_MS);
    await opening;
    await expect(shop.parser.attachment(messageId(1), 0)).rejects.toMatchObject({ code: 'parse-timeout' });
    expect(shop.parsed).toHaveLength(1);
  });

  it('shows its source when the parser throws', async () => {
    const shop = new Workshop();
    shop.add(1, plain('throws'));
    expect(await shop.parser.content(messageId(1))).toMatchObject({
      subject: 'throws',
      defects: expect.arrayContaining(['parse-failed']),
    });
    await expect(shop.parser.attachment(messageId(1), 0)).rejects.toMatchObject({
      code: 'parse-failed',
      hop: 'message',
    });
  });

  it('shows its source when the worker dies over it (out of memory), and a fresh one parses the next', async () => {
    const shop = new Workshop();
    shop.add(1, plain('endless'));
    shop.add(2, plain('next'));
    const opening = shop.parser.content(messageId(1));
    await until(() => shop.parsed.length === 1);
    shop.workers[0]?.dispatchEvent(new Event('error'));
    expect((await opening).defects).toContain('parse-failed');
    expect((await shop.parser.content(messageId(2))).text?.trim()).toBe('Text of next');
  });

  it('shows at most 256 KB of source', async () => {
    const shop = new Workshop();
    shop.add(1, bytes(`Subject: throws\r\n\r\n${'x'.repeat(1_000_000)}`));
    expect((await shop.parser.content(messageId(1))).text?.length).toBeLessThanOrEqual(256 * 1024);
  });

  it.each([
    { name: 'empty', raw: '' },
    { name: 'only a line', raw: 'hello' },
    { name: 'NULs', raw: '\0\0\0' },
    {
      name: 'a multipart without parts',
      raw: 'Content-Type: multipart/mixed; boundary=b\r\n\r\nno part\r\n',
    },
    { name: 'base64 that is none', raw: 'Content-Transfer-Encoding: base64\r\n\r\n%%%%\r\n' },
    {
      name: 'three hundred multiparts in one another',
      raw: Array.from(
        { length: 300 },
        (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
      ).join(''),
    },
  ])('opens mail that is $name without an error', async ({ raw }) => {
    const shop = new Workshop();
    shop.add(1, bytes(raw));
    expect((await shop.parser.content(messageId(1))).id).toBe(1);
  });
});

describe('a worker that cannot start', () => {
  it('is an error and no defect of the message, and is tried again', async () => {
    const shop = new Workshop();
    shop.add(1, plain('later'));
    shop.starts = false;
    const opening = shop.parser.content(messageId(1));
    await until(() => shop.workers.length === 1);
    shop.workers[0]?.dispatchEvent(new Event('error'));
    await expect(opening).rejects.toMatchObject({ code: 'worker-failed', hop: 'page' });
    shop.starts = true;
    expect((await shop.parser.content(messageId(1))).text?.trim()).toBe('Text of later');
  });

  it('is given up when its script does not come', async () => {
    const shop = new Workshop();
    shop.add(1, plain('later'));
    shop.starts = false;
    const opening = shop.parser.content(messageId(1));
    await until(() => shop.clock.pending === 1);
    shop.clock.advance(30_000);
    await expect(opening).rejects.toMatchObject({ code: 'worker-failed' });
    expect(shop.terminated).toBe(1);
  });
});
