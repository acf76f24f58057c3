/** What one real server does and the others do not: penalties for a wrong password, UTF-8 mode, next to no words. */
import { appendFileSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SessionTranscript } from '../../web/model/transcript.ts';
import type { Device } from './maildrop.ts';
import { reason, useServer } from './use-server.ts';

/** Whom the start scripts run their servers for. */
const MAIL_OWNER = 29_993;

/** What was said in the last session, ours (`C: `) or theirs (`S: `). */
async function said({ store }: Device): Promise<string[]> {
  const [account] = await store.accounts();
  const sessions: SessionTranscript[] = account === undefined ? [] : await store.transcripts(account.id);
  return sessions[0]?.lines ?? [];
}

const attempts = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^C: (?:AUTH |APOP|PASS)/.test(line)).map((line) => line.split(' ')[2] ?? line);

describe.skipIf(reason !== null)('Dovecot, which makes who fails wait longer and longer', () => {
  const there = useServer('dovecot', { DOVECOT_PENALTY: '1' });

  it('is waited for, and hears a wrong password no oftener than in two forms', async () => {
    const device = there.device('tls');
    await expect(device.fetch('wrong')).rejects.toMatchObject({ code: 'login-refused', retryable: false });
    const refused = await said(device);
    expect(attempts(refused)).toEqual(['SCRAM-SHA-256', 'PLAIN']);
    expect(refused.filter((line) => line.startsWith('S: -ERR [AUTH]'))).toHaveLength(2);
    // The penalty now holds back the right password, too.
    expect(await device.fetch()).toMatchObject({ fetched: 10 });
    expect(attempts(await said(device))).toEqual(['SCRAM-SHA-256']);
  });
});

describe.skipIf(reason !== null)('Courier, which hands out UTF-8 headers in UTF-8 mode only', () => {
  const there = useServer('courier');

  it('is put into that mode before the login, and such a message comes as it is', async () => {
    const raw = 'From: Zoë <zoë@example.test>\r\nSubject: Grüße, 日本\r\n\r\nText\r\n';
    const file = join(there.server.dir, 'mail/bob/Maildir/new/9999999999.utf8');
    writeFileSync(file, raw.replaceAll('\r\n', '\n'));
    chownSync(file, MAIL_OWNER, MAIL_OWNER);
    const device = there.device('tls');
    expect(await device.fetch()).toMatchObject({ fetched: 11, skipped: [] });
    const kept = (await device.kept()).get('Grüße, 日本') ?? '';
    expect(Buffer.from(kept, 'latin1').toString()).toBe(raw);
    const commands = (await said(device)).filter((line) => line.startsWith('C: '));
    expect(commands.indexOf('C: UTF8')).toBeGreaterThan(0);
    expect(commands.indexOf('C: UTF8')).toBeLessThan(
      commands.findIndex((line) => line.startsWith('C: AUTH')),
    );
  });
});

describe.skipIf(reason !== null)('popa3d, which knows next to nothing and says less', () => {
  const there = useServer('popa3d');

  it('is asked once for what it does not know', async () => {
    const device = there.device('tls');
    expect(await device.fetch()).toMatchObject({ fetched: 10 });
    const first = (await said(device)).slice(1);
    expect(first.slice(0, 8)).toEqual([
      'S: +OK',
      ...['C: CAPA', 'S: -ERR', 'C: AUTH', 'S: -ERR', 'C: USER ‹user›'],
      ...['S: +OK', 'C: PASS ********'],
    ]);
    expect(await device.fetch()).toMatchObject({ fetched: 0 });
    expect((await said(device)).slice(1, 5)).toEqual([first[0], ...first.slice(5, 8)]);
  });

  it('gives equal messages one unique-id: both are kept, and neither comes again', async () => {
    const twin =
      'From bob@example.test Mon Nov  2 10:00:00 2026\nFrom: bob@example.test\nSubject: twin\n\nText\n\n';
    appendFileSync(join(there.server.dir, 'ns/var/mail/bob'), twin.repeat(2));
    const device = there.device('tls');
    expect(await device.fetch()).toMatchObject({ fetched: 12, skipped: [] });
    const twins = (await device.store.summaries()).filter(({ subject }) => subject === 'twin');
    expect(twins.map(({ uidl }) => uidl.split('\n')[0])).toEqual(
      Array.from({ length: 2 }, () => twins[0]?.uidl.split('\n')[0]),
    );
    expect(await device.fetch()).toMatchObject({ fetched: 0, onServer: 12 });
  });
});
