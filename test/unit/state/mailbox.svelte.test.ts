import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { messageId } from '../../../web/model/ids.ts';
import { FlagActions } from '../../../web/state/flag-actions.ts';
import { MailboxState } from '../../../web/state/mailbox.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, generateSummaries } from '../../support/generated-mail.ts';
import { settled } from '../../support/settled.ts';

const INBOX = { folder: 'inbox', account: null, filter: 'all' } as const;
const newMail = (count: number) =>
  generateSummaries(count, GENERATED_ACCOUNT, 2).map((row) => ({ ...row, seen: false }));

async function mailboxOf(count: number) {
  const api = new FakeMailApi({ rows: generateSummaries(count) });
  const errors: PoplarError[] = [];
  const flags = new FlagActions(api, { done: () => undefined, failed: (error) => errors.push(error) });
  const mailbox = new MailboxState(api, flags);
  mailbox.start();
  await settled();
  return { api, flags, mailbox, errors };
}

describe('MailboxState reading windows', () => {
  it('shows the first rows and the figures', async () => {
    const { api, mailbox } = await mailboxOf(1_000);
    expect(mailbox.total).toBe(1_000);
    expect(mailbox.unread).toBe(api.rows.filter((row) => !row.seen).length);
    expect(mailbox.row(0)).toBe(api.rows[0]);
    expect(mailbox.row(400)).toBeUndefined();
  });

  it('asks for what comes into view, each window once', async () => {
    const { api, mailbox } = await mailboxOf(1_000);
    mailbox.watch(500, 520);
    mailbox.watch(501, 521);
    await settled();
    mailbox.watch(500, 520);
    expect(mailbox.row(519)).toBe(api.rows[519]);
    const offsets = api.calls.filter(([name]) => name === 'list').map(([, , offset]) => offset);
    expect(offsets).toEqual([0, 450, 500]);
  });

  it('lets go of windows that were scrolled past', async () => {
    const { api, mailbox } = await mailboxOf(5_000);
    api.hold('list');
    for (let first = 100; first < 4_000; first += 300) mailbox.watch(first, first + 20);
    api.releaseAll('list');
    await settled();
    expect(mailbox.row(100)).toBeUndefined();
    expect(mailbox.row(3_700)).toBe(api.rows[3_700]);
    expect(mailbox.error).toBeNull();
  });

  it('ignores the answer for a list that was left', async () => {
    const { api, mailbox } = await mailboxOf(200);
    api.hold('list');
    mailbox.show({ ...INBOX, filter: 'unread' });
    mailbox.show({ ...INBOX, filter: 'starred' });
    api.release('list', 1);
    await settled();
    const starred = api.rows.filter((row) => row.starred);
    expect(mailbox.total).toBe(starred.length);
    api.release('list', 0);
    await settled();
    expect(mailbox.total).toBe(starred.length);
    expect(mailbox.row(0)).toBe(starred[0]);
  });

  it('says why the list could not be read, and forgets it when it could', async () => {
    const { api, mailbox } = await mailboxOf(100);
    api.failNext('list', new PoplarError('storage-failed', 'storage'));
    await mailbox.refresh();
    expect(mailbox.error?.code).toBe('storage-failed');
    expect(mailbox.row(0)).toBe(api.rows[0]);
    await mailbox.refresh();
    expect(mailbox.error).toBeNull();
  });

  it('is reactive: what reads a row reads it again when it has come', async () => {
    const { mailbox } = await mailboxOf(500);
    const seen: (string | undefined)[] = [];
    const stop = $effect.root(() => {
      $effect(() => {
        seen.push(mailbox.row(300)?.subject);
      });
    });
    flushSync();
    mailbox.watch(300, 320);
    await settled();
    flushSync();
    stop();
    expect(seen[0]).toBeUndefined();
    expect(seen.at(-1)).toBe(mailbox.row(300)?.subject);
    expect(seen.length).toBeGreaterThan(1);
  });
});

describe('MailboxState when mail arrives', () => {
  it('shows it on top while the top is in view', async () => {
    const { api, mailbox } = await mailboxOf(500);
    const rows = newMail(3);
    api.deliver(rows);
    await settled();
    expect(mailbox.row(0)).toBe(rows[0]);
    expect(mailbox.total).toBe(503);
    expect(mailbox.shift).toBe(0);
  });

  it('keeps what is in view where it is when the list was scrolled', async () => {
    const { api, mailbox } = await mailboxOf(500);
    mailbox.watch(200, 215);
    await settled();
    const before = mailbox.row(200);
    api.deliver(newMail(7));
    await settled();
    expect(mailbox.shift).toBe(7);
    expect(mailbox.row(207)).toBe(before);
  });

  it('keeps the cursor on its message', async () => {
    const { api, mailbox } = await mailboxOf(500);
    mailbox.moveTo(4);
    const before = mailbox.row(4);
    const moves = mailbox.cursorMoves;
    api.deliver(newMail(90));
    await settled();
    expect(mailbox.cursor).toBe(94);
    expect(api.rows[94]).toBe(before);
    expect(mailbox.cursorMoves).toBe(moves);
  });

  it('makes one reading of many events that come while one runs', async () => {
    const { api, mailbox } = await mailboxOf(500);
    api.hold('list');
    const before = api.count('list');
    for (let batch = 0; batch < 50; batch += 1) api.deliver(newMail(1));
    await settled();
    api.releaseAll('list');
    await settled();
    expect(mailbox.total).toBe(550);
    expect(api.count('list') - before).toBeLessThanOrEqual(2);
  });

  it('never mixes rows of two versions', async () => {
    const { api, mailbox } = await mailboxOf(500);
    mailbox.watch(100, 115);
    await settled();
    api.hold('list');
    mailbox.watch(300, 315);
    const old = mailbox.row(100);
    api.deliver(newMail(5));
    api.releaseAll('list');
    await settled();
    const shown = Array.from({ length: 600 }, (_, place) => mailbox.row(place));
    shown.forEach((row, place) => {
      if (row !== undefined) expect(row).toBe(api.rows[place]);
    });
    expect(shown.filter((row) => row === old).length).toBeLessThanOrEqual(1);
  });

  it('survives the removal of everything', async () => {
    const { api, mailbox } = await mailboxOf(500);
    mailbox.watch(300, 315);
    mailbox.moveTo(300);
    await settled();
    await api.removeAccount(GENERATED_ACCOUNT.id);
    await settled();
    expect(mailbox.total).toBe(0);
    expect(mailbox.cursor).toBe(-1);
    expect(mailbox.row(0)).toBeUndefined();
  });
});

describe('MailboxState under a filter', () => {
  it('leaves a row that was read where it is', async () => {
    const { api, flags, mailbox } = await mailboxOf(500);
    mailbox.show({ ...INBOX, filter: 'unread' });
    await settled();
    const [first, second] = [mailbox.row(0), mailbox.row(1)];
    if (!first || !second) throw new RangeError('no unread rows');
    await flags.set([first], { seen: true });
    await settled();
    expect(mailbox.row(0)).toMatchObject({ id: first.id, seen: true });
    expect(mailbox.row(1)).toBe(second);
    expect(api.rows.find(({ id }) => id === first.id)?.seen).toBe(true);
  });

  it('takes in a row that comes to fit elsewhere', async () => {
    const { api, mailbox } = await mailboxOf(500);
    mailbox.show({ ...INBOX, filter: 'starred' });
    await settled();
    const plain = api.rows.find((row) => !row.starred);
    if (!plain) throw new RangeError('every row is starred');
    const before = mailbox.total ?? 0;
    await api.setFlags([plain.id], { starred: true });
    await settled();
    expect(mailbox.total).toBe(before + 1);
  });
});

describe('MailboxState cursor', () => {
  it.each([
    ['before the first row', -5, 0],
    ['on a row', 17, 17],
    ['behind the last row', 900, 499],
  ])('stays in the list: %s', async (_name, target, expected) => {
    const { mailbox } = await mailboxOf(500);
    mailbox.moveTo(target);
    expect(mailbox.cursor).toBe(expected);
  });

  it('is nowhere in an empty list', async () => {
    const { mailbox } = await mailboxOf(0);
    mailbox.moveTo(3);
    expect(mailbox.cursor).toBe(-1);
  });

  it('goes to a message that is far from the rows at hand', async () => {
    const { api, mailbox } = await mailboxOf(5_000);
    await mailbox.select(api.rows[4_321]?.id ?? messageId(0));
    expect(mailbox.cursor).toBe(4_321);
  });

  it('finds its neighbours and stops at both ends', async () => {
    const { api, mailbox } = await mailboxOf(60);
    mailbox.moveTo(0);
    expect(await mailbox.neighbour(-1)).toBeNull();
    expect(await mailbox.neighbour(1)).toBe(api.rows[1]);
    mailbox.moveTo(59);
    expect(await mailbox.neighbour(1)).toBeNull();
  });
});

describe('MailboxState when the worker fails', () => {
  it.each(['select', 'neighbour'] as const)('says so when %s cannot be answered', async (call) => {
    const { api, mailbox } = await mailboxOf(500);
    mailbox.moveTo(99);
    api.failNext('indexOf', new PoplarError('worker-failed', 'page'));
    api.failNext('list', new PoplarError('worker-failed', 'page'));
    if (call === 'select') await mailbox.select(api.rows[400]?.id ?? messageId(0));
    else expect(await mailbox.neighbour(1)).toBeNull();
    expect(mailbox.error?.code).toBe('worker-failed');
  });

  it('asks again for a window that was let go of and is wanted after all', async () => {
    const { api, mailbox } = await mailboxOf(5_000);
    api.hold('list');
    mailbox.watch(1_000, 1_020);
    mailbox.watch(3_000, 3_020);
    mailbox.watch(1_000, 1_020);
    api.releaseAll('list');
    await settled();
    expect(mailbox.row(1_010)).toBe(api.rows[1_010]);
  });
});
