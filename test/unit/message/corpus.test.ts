/**
 * All mail of a corpus (MAIL_CORPUS names a folder of .eml files) through digest and parse. The corpus is other
 * people's mail: only counts and file names are printed, nothing is kept.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime, { type Address } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { digest } from '../../../web/message/digest.ts';
import { parseMessage } from '../../../web/message/parse.ts';
import { sourceContent } from '../../../web/message/source-view.ts';

const folder = process.env['MAIL_CORPUS'] ?? '';
const present = folder !== '' && existsSync(folder);
if (!present) console.info('corpus: skipped, MAIL_CORPUS is not set to a folder of .eml files');

const MIN_AGREEMENT = 0.97;
const fold = (text: string | undefined): string => (text ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
const firstMailbox = (from: Address | undefined): string => {
  const mailbox = from?.group === undefined ? from : from.group[0];
  return `${fold(mailbox?.name)}|${fold(mailbox?.address)}`;
};

describe.skipIf(!present)('the corpus', () => {
  const mails = present
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.eml'))
        .map((name) => ({ name, raw: new Uint8Array(readFileSync(join(folder, name))) }))
    : [];

  it('has its digest in agreement with postal-mime', { timeout: 300_000 }, async () => {
    const startedAt = performance.now();
    const rows = mails.map(({ raw }) => digest(raw));
    const digestMs = Math.round(performance.now() - startedAt);
    let subjects = 0;
    let authors = 0;
    for (const [i, { raw }] of mails.entries()) {
      const email = await PostalMime.parse(raw, { forceRfc822Attachments: true });
      const row = rows[i];
      if (fold(email.subject) === row?.subject) subjects++;
      if (firstMailbox(email.from) === `${row?.from.name}|${row?.from.address}`) authors++;
    }
    console.info(
      `corpus: ${mails.length} digests in ${digestMs} ms; subject ${subjects}, author ${authors} as postal-mime`,
    );
    expect(subjects / mails.length).toBeGreaterThanOrEqual(MIN_AGREEMENT);
    expect(authors / mails.length).toBeGreaterThanOrEqual(MIN_AGREEMENT);
  });

  it('parses, or fails with a typed error and still shows', { timeout: 300_000 }, async () => {
    const failed: string[] = [];
    const startedAt = performance.now();
    for (const { name, raw } of mails) {
      try {
        const { content, attachments } = await parseMessage(raw);
        expect(content.attachments.map((each) => each.octets)).toEqual(
          attachments.map((octets) => octets.length),
        );
        expect(content.subject).toBe(digest(raw).subject);
      } catch (error) {
        expect(error, name).toBeInstanceOf(PoplarError);
        expect(error).toMatchObject({ code: 'parse-failed' });
        expect(sourceContent(raw, 'parse-failed').text).not.toBeNull();
        failed.push(name);
      }
    }
    console.info(
      `corpus: parsed in ${Math.round(performance.now() - startedAt)} ms, ${failed.length} failed ${failed.join(' ')}`,
    );
    expect(failed.length / Math.max(1, mails.length)).toBeLessThan(0.01);
  });
});
