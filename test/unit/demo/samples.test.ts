/** The sample mail: stable, well formed, parsed without defects, and as varied as a newcomer's first look needs. */
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { SampleClock } from '../../../proxy/demo/samples/clock.ts';
import { messageIdOf, sentAt, uidlOf } from '../../../proxy/demo/samples/compose.ts';
import { sampleLetters, sampleMaildrop } from '../../../proxy/demo/samples/all-samples.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 18, 30);
const DAY_MS = 24 * 60 * 60 * 1000;

const letters = sampleLetters(new SampleClock(NOW_MS));
const maildrop = sampleMaildrop(NOW_MS);
const rawOf = new Map(maildrop.map((message) => [message.uidl, Buffer.from(message.raw)]));

function raw(name: string): Buffer {
  const found = rawOf.get(uidlOf(name));
  if (found === undefined) throw new Error(`no sample ${name}`);
  return found;
}

function parse(name: string): Promise<Email> {
  return PostalMime.parse(raw(name), { forceRfc822Attachments: true, attachmentEncoding: 'arraybuffer' });
}

/** File names of the attachments, decoded octets, by letter. Everything that is not here has none. */
const ATTACHMENTS: Readonly<
  Record<string, readonly (readonly [name: string, type: string, minOctets: number])[]>
> = {
  'garden-harvest': [['the-whole-harvest.png', 'image/png', 100_000]],
  'garden-digest': [['signature.asc', 'application/pgp-signature', 200]],
  'heating-5': [['Invoice CL-2047.pdf', 'application/pdf', 2_000]],
  'home-sweep': [['', 'message/rfc822', 500]],
  'work-invitation': [
    ['', 'text/calendar', 400],
    ['invite.ics', 'application/ics', 400],
  ],
  'elira-1': [['biçikleta.png', 'image/png', 20_000]],
  'vesna-photos': [
    ['from-the-hill.png', 'image/png', 100_000],
    ['before-breakfast.png', 'image/png', 100_000],
  ],
  'choir-tune': [['second-verse.wav', 'audio/wav', 5_000_000]],
  bounce: [
    ['', 'message/delivery-status', 100],
    ['', 'message/rfc822', 300],
  ],
};

describe('the maildrop', () => {
  it('holds more than sixty letters under names of their own', () => {
    expect(letters.length).toBeGreaterThanOrEqual(60);
    expect(rawOf.size).toBe(letters.length);
    for (const { uidl } of maildrop) expect(uidl).toMatch(/^[!-~]{1,70}$/);
  });

  it('has the same unique-ids, Message-IDs and octets at a second start', () => {
    const again = sampleMaildrop(NOW_MS);
    expect(again.map(({ uidl }) => uidl)).toEqual(maildrop.map(({ uidl }) => uidl));
    expect(again.every(({ uidl, raw: octets }) => rawOf.get(uidl)?.equals(octets))).toBe(true);
  });

  it('keeps unique-ids and Message-IDs when it starts on another day, at another hour', () => {
    const ids = (nowMs: number): string[] =>
      sampleMaildrop(nowMs)
        .map(
          ({ uidl, raw: octets }) =>
            `${uidl} ${/^Message-ID: .*$/m.exec(Buffer.from(octets).toString('latin1'))?.[0]}`,
        )
        .sort();
    expect(ids(NOW_MS + 200 * DAY_MS - 9 * 60 * 60 * 1000)).toEqual(ids(NOW_MS));
  });

  it('ends with the welcome, is in order of time, and reaches from today back to last year', async () => {
    const sent = await Promise.all(
      maildrop.map(async ({ raw: octets }) => Date.parse((await PostalMime.parse(octets)).date ?? '')),
    );
    expect(maildrop.at(-1)?.uidl).toBe(uidlOf('welcome'));
    expect(sent).toEqual(sent.toSorted((left, right) => left - right));
    expect(sent.every((at) => at < NOW_MS)).toBe(true);
    const youngerThan = (days: number): number => sent.filter((at) => at > NOW_MS - days * DAY_MS).length;
    expect(youngerThan(1)).toBeGreaterThanOrEqual(6);
    expect(youngerThan(7)).toBeGreaterThanOrEqual(25);
    expect(sent[0]).toBeLessThan(Date.UTC(2026, 0, 1));
  });
});

describe.each(letters.map((letter) => letter.name))('%s', (name) => {
  it('has CRLF line ends, seven-bit lines of mail length, and reserved domains only', () => {
    const text = raw(name).toString('latin1');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(raw(name).every((octet) => octet < 128 && octet !== 0)).toBe(true);
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('parses without defects', async () => {
    const mail = await parse(name);
    expect(mail.from?.address).toMatch(/^[^@]+@[a-z0-9.-]+\.(?:example|test)$/);
    expect(mail.to?.length).toBeGreaterThan(0);
    expect(Date.parse(mail.date ?? '')).toBeGreaterThan(0);
    expect(mail.messageId).toBe(messageIdOf(name));
    const words = [mail.subject, mail.text, mail.html, mail.from?.name].join(' ');
    expect(words).not.toContain('\ufffd');
    expect((mail.text ?? mail.html ?? '').length).toBeGreaterThan(80);
    for (const [, host] of words.matchAll(/https?:\/\/([^/"\s<>]+)/g)) {
      expect(host).toMatch(/\.(?:example|test)$|^www\.w3\.org$/);
    }
  });

  it('has the attachments it should have', async () => {
    const mail = await parse(name);
    const expected = ATTACHMENTS[name] ?? [];
    expect(mail.attachments.map((file) => [file.filename ?? '', file.mimeType])).toEqual(
      expected.map(([filename, type]) => [filename, type]),
    );
    mail.attachments.forEach((file, index) => {
      expect((file.content as ArrayBuffer).byteLength).toBeGreaterThanOrEqual(expected[index]?.[2] ?? 0);
    });
  });
});

describe('the threads', () => {
  const known = new Set(letters.map((letter) => letter.name));
  const sizes = new Map<string, number>();
  for (const { name, after = [] } of letters) {
    const root = after.find((earlier) => known.has(earlier)) ?? name;
    sizes.set(root, (sizes.get(root) ?? 0) + 1);
  }

  it('are at least four, of three letters and more', () => {
    expect([...sizes.values()].filter((size) => size >= 3 && size <= 8).length).toBeGreaterThanOrEqual(4);
  });

  it('answer the last of their references', async () => {
    for (const { name, after = [] } of letters) {
      const mail = await parse(name);
      expect(mail.references?.split(/\s+/) ?? []).toEqual(after.map(messageIdOf));
      expect(mail.inReplyTo ?? null).toBe(after.length === 0 ? null : messageIdOf(after.at(-1) ?? ''));
    }
  });

  it('are in order at whatever hour and season the demo starts', () => {
    for (let hour = 0; hour < 24; hour += 1) {
      const clock = new SampleClock(Date.UTC(2026, 10, 23 + hour * 15, hour, 17));
      const sent = new Map(letters.map((letter) => [letter.name, sentAt(letter, clock)]));
      for (const { name, after = [] } of letters) {
        for (const earlier of after) expect(sent.get(earlier) ?? 0).toBeLessThan(sent.get(name) ?? 0);
        expect(sent.get(name)).toBeLessThan(clock.nowMs);
      }
    }
  });
});

describe('the variety', () => {
  it.each([
    [
      'Japanese in ISO-2022-JP',
      'work-printer',
      'iso-2022-jp',
      /お見積りの件/,
      /前回は猫が持っていきました。/,
    ],
    ['Japanese in UTF-8', 'kyoto-1', 'utf-8', /京都の散歩地図/, /猫の絵は残してください/],
    ['Arabic', 'nour-map', 'utf-8', /الخريطة على الطاولة/, /والشاي جاهز دائمًا/],
    ['Albanian', 'elira-map', 'utf-8', /E gjeta hartën e babait/, /Një cep është brejtur/],
    ['German in ISO-8859-1', 'workshop-keys', 'iso-8859-1', /Schlüsselübergabe/, /Herzliche Grüße/],
    ['Polish in ISO-8859-2', 'workshop-spring', 'iso-8859-2', /Znalazłem sprężynę/, /Przyjdź w czwartek/],
    ['Greek in ISO-8859-7', 'eleni-house', 'iso-8859-7', /Το μπλε παράθυρο/, /Σου κρατάω το δωμάτιο/],
  ])('%s', async (_what, name, charset, subject, words) => {
    const mail = await parse(name);
    expect(raw(name).toString('latin1')).toContain(`charset=${charset}`);
    expect(mail.subject).toMatch(subject);
    expect(mail.text).toMatch(words);
  });

  it('a letter without a subject, one with a very long one, and one with emoji', async () => {
    expect(raw('garden-gate').toString('latin1')).not.toMatch(/^subject:/im);
    expect((await parse('town-roadworks')).subject?.length).toBeGreaterThan(250);
    expect((await parse('workshop-paint')).subject).toMatch(/^🎨🚲 .*🐈\)$/u);
  });

  it('a very long word, an ASCII table, flowed text', async () => {
    expect((await parse('workshop-lock')).text).toMatch(/\S{300}/);
    expect((await parse('garden-rota')).text).toMatch(/\+-{5,}\+-{5,}/);
    const flowed = raw('mother-letter').toString('latin1');
    expect(flowed).toContain('format=flowed');
    expect(flowed).toMatch(/key at the \r\n/);
  });

  it('list letters that can be left in one click', () => {
    for (const name of ['frost-1', 'bends-1', 'almanac-47', 'kettle-lamplight']) {
      expect(raw(name).toString('latin1')).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    }
  });

  it('newsletters in tables with remote pictures and a tracking pixel', async () => {
    for (const name of ['almanac-47', 'kettle-lamplight']) {
      const { html = '' } = await parse(name);
      expect(html).toMatch(/<table[^]*<table/);
      expect(html).toMatch(/<img [^>]*src="https:\/\/[^>]*width="1" height="1"/);
    }
  });

  it('a false bank whose link text is not where it leads', async () => {
    const { html = '' } = await parse('false-bank');
    expect(html).toMatch(
      /href="http:\/\/brackwaterbank\.example\.account-check\.test[^>]*>\s*https:\/\/www\.brackwaterbank\.example/,
    );
    expect(raw('false-bank').toString('latin1')).toContain('dkim=fail');
  });

  it('a bounce that says what failed', () => {
    const text = raw('bounce').toString('latin1');
    expect(text).toMatch(/multipart\/report;[^]*report-type=delivery-status/);
    expect(text).toMatch(/Action: failed\r\nStatus: 5\.1\.2\r\n/);
  });

  it('a drawing that HTML shows by its content-id', async () => {
    const mail = await parse('elira-1');
    expect(mail.html).toContain('cid:bicycle@tirana.example');
    expect(mail.attachments[0]).toMatchObject({
      contentId: '<bicycle@tirana.example>',
      disposition: 'inline',
    });
  });
});
