import { describe, expect, it, test } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { digest } from '../../../web/message/digest.ts';
import { parseMessage } from '../../../web/message/parse.ts';
import { sourceContent } from '../../../web/message/source-view.ts';
import { exact, raw, utf8 } from './raw-mail.ts';

const multi = (type: string, ...parts: string[]): string =>
  `From: a@b.example\nDate: Tue, 5 Mar 2024 10:00:00 +0000\nContent-Type: multipart/${type}; boundary=b\n\n${parts.map((each) => `--b\n${each}\n`).join('')}--b--\n`;
const textPart = 'Content-Type: text/plain\n\nthe text';
const htmlPart = (html: string): string => `Content-Type: text/html\n\n${html}`;
const decode = (octets: Uint8Array | undefined): string => new TextDecoder().decode(octets);

describe('parseMessage', () => {
  it('gives header, text and HTML', async () => {
    const { content } = await parseMessage(
      raw(
        `Sender: s@b.example\nReply-To: r@b.example\nTo: c@d.example\nCc: e@f.example, g@h.example\nSubject: =?utf-8?Q?=C3=BC?=\nMessage-ID: <1@b.example>\n${multi('alternative', textPart, htmlPart('<p>html</p>'))}`,
      ),
    );
    expect(content).toMatchObject({
      from: [{ name: '', address: 'a@b.example' }],
      sender: { address: 's@b.example' },
      replyTo: [{ address: 'r@b.example' }],
      to: [{ address: 'c@d.example' }],
      cc: [{ address: 'e@f.example' }, { address: 'g@h.example' }],
      subject: 'ü',
      sentAt: Date.UTC(2024, 2, 5, 10),
      messageIdHeader: '1@b.example',
      attachments: [],
      defects: [],
    });
    expect(content.text?.trim()).toBe('the text');
    expect(content.html?.trim()).toBe('<p>html</p>');
  });

  it('has no text when the message has only HTML', async () => {
    const { content } = await parseMessage(raw(`Subject: x\n${htmlPart('<p>html</p>')}`));
    expect(content.text).toBeNull();
    expect(content.html).toContain('html');
  });

  it('agrees with the digest on who wrote and what about', async () => {
    const octets = raw('From: Doe, Ann <a@b.example>\nSubject: \xe9\n\nx');
    const { content } = await parseMessage(octets);
    expect([content.from[0], content.subject]).toEqual([digest(octets).from, digest(octets).subject]);
  });

  it('hands out attachments aligned with their octets', async () => {
    const { content, attachments } = await parseMessage(
      raw(
        multi(
          'mixed',
          textPart,
          'Content-Type: application/pdf; name="../a.pdf"\nContent-Transfer-Encoding: base64\n\nJVBERi0=',
          'Content-Type: image/png\nContent-ID: <pic@b>\n\nxyz',
        ),
      ),
    );
    expect(content.attachments).toEqual([
      { index: 0, filename: 'a.pdf', mimeType: 'application/pdf', octets: 5, contentId: null, inline: false },
      {
        index: 1,
        filename: 'attachment-2.png',
        mimeType: 'image/png',
        octets: attachments[1]?.length,
        contentId: 'pic@b',
        inline: false,
      },
    ]);
    expect(decode(attachments[0])).toBe('%PDF-');
  });

  test.each([
    { name: 'a reference', html: '<img src="cid:pic@b">', inline: true },
    { name: 'an upper-case reference', html: '<IMG SRC=CID:PIC@B>', inline: true },
    { name: 'an escaped reference', html: '<img src="cid:pic%40b">', inline: true },
    { name: 'a reference in CSS', html: '<p style="background:url(cid:pic@b)">', inline: true },
    { name: 'another reference', html: '<img src="cid:other@b">', inline: false },
    { name: 'a broken escape', html: '<img src="cid:pic%4">', inline: false },
  ])('decides inline by $name', async ({ html, inline }) => {
    const { content } = await parseMessage(
      raw(multi('related', htmlPart(html), 'Content-Type: image/png\nContent-ID: <pic@b>\n\nx')),
    );
    expect(content.attachments[0]?.inline).toBe(inline);
  });

  it('keeps a nested message whole and names it after its subject', async () => {
    const inner = 'Subject: =?utf-8?Q?a/b=3A_=C3=BC?=\nContent-Type: text/html\n\n<p>inner</p>';
    const { content, attachments } = await parseMessage(
      raw(multi('mixed', textPart, `Content-Type: message/rfc822\n\n${inner}`)),
    );
    expect(content.attachments[0]).toMatchObject({ filename: 'a_b_ ü.eml', mimeType: 'message/rfc822' });
    expect(decode(attachments[0])).toContain('<p>inner</p>');
    expect(content.html).toBeNull();
  });

  it('gives an invitation and a delivery report decent names', async () => {
    const { content } = await parseMessage(
      raw(
        multi(
          'report',
          textPart,
          'Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR',
          'Content-Type: message/delivery-status\n\nReporting-MTA: dns; a',
        ),
      ),
    );
    expect(content.attachments.map((each) => each.filename)).toEqual([
      'invitation.ics',
      'delivery-status.txt',
    ]);
  });

  test.each([
    {
      name: 'raw Latin-1 header of a part',
      part: 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="M\xe4rz.pdf"\n\nx',
      filename: 'März.pdf',
    },
    {
      name: 'raw UTF-8 header of a part',
      part: `Content-Type: application/pdf\nContent-Disposition: attachment; filename="${utf8('März.pdf')}"\n\nx`,
      filename: 'März.pdf',
    },
    {
      name: 'RFC 2231 name',
      part: "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=iso-8859-1''M%E4rz.pdf\n\nx",
      filename: 'März.pdf',
    },
    {
      name: 'encoded word as name',
      part: 'Content-Type: application/pdf; name="=?utf-8?Q?M=C3=A4rz.pdf?="\n\nx',
      filename: 'März.pdf',
    },
    {
      name: 'type that is no type',
      part: 'Content-Type: "<script>"/x; name=a.bin\nContent-Disposition: attachment\n\nx',
      filename: 'a.bin',
    },
  ])('reads the $name', async ({ part, filename }) => {
    const { content } = await parseMessage(raw(multi('mixed', textPart, part)));
    expect(content.attachments[0]?.filename).toBe(filename);
    expect(content.attachments[0]?.mimeType).toMatch(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/);
  });

  test.each([
    { name: '8-bit text without a charset', input: 'Subject: x\n\nGr\xfc\xdfe', text: 'Grüße' },
    { name: 'UTF-8 without a charset', input: `Subject: x\n\n${utf8('Grüße')}`, text: 'Grüße' },
    {
      name: 'UTF-8 that says us-ascii',
      input: `Content-Type: text/plain; charset=us-ascii\n\n${utf8('Grüße')}`,
      text: 'Grüße',
    },
    {
      name: 'Latin-1 that says utf-8',
      input: 'Content-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe',
      text: 'Grüße',
    },
    {
      name: 'a charset that nobody knows',
      input: 'Content-Type: text/plain; charset=x-nonsense\n\nGr\xfc\xdfe',
      text: 'Grüße',
    },
    {
      name: 'quoted-printable without a charset',
      input: 'Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe',
      text: 'Grüße',
    },
    { name: 'cp932', input: 'Content-Type: text/plain; charset=cp932\n\n\x83e\x83X\x83g', text: 'テスト' },
    {
      name: 'flowed Latin-1 without a charset',
      input: 'Content-Type: text/plain; format=flowed\n\nGr\xfc\xdfe \nan alle',
      text: 'Grüße an alle',
    },
    { name: 'mail from an mbox', input: 'From a@b Tue\nSubject: x\n\nHello', text: 'Hello' },
    { name: 'mail without a header', input: 'Hello you\nand you', text: 'Hello you\nand you' },
    { name: 'mail without a blank line', input: 'Subject: x\nHello you', text: 'Hello you' },
  ])('decodes $name', async ({ input, text }) => {
    const { content } = await parseMessage(raw(input));
    expect(content.text?.replaceAll('\r\n', '\n').trim()).toBe(text);
  });

  test.each([
    { name: 'no-header', input: 'Hello you' },
    { name: 'no-from', input: 'Subject: x\n\nb' },
    { name: 'no-date', input: 'Subject: x\n\nb' },
    { name: 'raw-8bit-header', input: 'Subject: \xe9\n\nb' },
    { name: 'truncated-structure', input: 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext' },
  ])('names the defect $name', async ({ name, input }) => {
    const { content } = await parseMessage(raw(input));
    expect(content.defects).toContain(name);
  });

  test.each([
    { name: '300 multiparts within each other', input: nest(300) },
    {
      name: '6,000 parts',
      input: `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(6000)}--b--`,
    },
    { name: '3 MB of header', input: `X-Long: ${'x'.repeat(3_000_000)}\n\nb` },
  ])('throws parse-failed for $name', async ({ input }) => {
    const error = await parseMessage(raw(input)).then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(PoplarError);
    expect(error).toMatchObject({ code: 'parse-failed', hop: 'message', retryable: false });
  });

  it('does not descend into messages within messages', async () => {
    const { content } = await parseMessage(raw(`Content-Type: message/rfc822\n\n`.repeat(2000)));
    expect(content.attachments).toHaveLength(1);
  });
});

function nest(depth: number): string {
  let mail = '';
  for (let i = 0; i < depth; i++) mail += `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`;
  return `${mail}\ntext\n`;
}

describe('sourceContent', () => {
  it('shows header and source with the reason', () => {
    const content = sourceContent(
      raw('From: a@b.example\nSubject: \xe9\nDate: 5 Mar 2024 10:00:00 Z\n\nb'),
      'parse-failed',
    );
    expect(content).toMatchObject({
      from: [{ address: 'a@b.example' }],
      subject: 'é',
      html: null,
      attachments: [],
      defects: ['raw-8bit-header', 'parse-failed'],
    });
    expect(content.text).toBe('From: a@b.example\nSubject: é\nDate: 5 Mar 2024 10:00:00 Z\n\nb');
  });

  it('shows 256 KB at most and no NUL', () => {
    const content = sourceContent(exact(`Subject: x\n\n\0${'x'.repeat(300_000)}`), 'too-large-to-parse');
    expect(content.text?.length).toBeLessThanOrEqual(256 * 1024);
    expect(content.text).not.toContain('\0');
  });
});
