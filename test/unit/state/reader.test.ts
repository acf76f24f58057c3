import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { FlagActions } from '../../../web/state/flag-actions.ts';
import { ReaderState } from '../../../web/state/reader.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { generateSummaries } from '../../support/generated-mail.ts';
import { settled } from '../../support/settled.ts';

function readerOf() {
  const api = new FakeMailApi({ rows: generateSummaries(20).map((row) => ({ ...row, seen: false })) });
  const failures: PoplarError[] = [];
  const undos: (() => Promise<void>)[] = [];
  const flags = new FlagActions(api, {
    done: (_patch, _count, undo) => undos.push(undo),
    failed: (error) => failures.push(error),
  });
  const reader = new ReaderState(api, flags);
  reader.start();
  return { api, failures, reader, undos, row: (place: number) => rowAt(api, place) };
}

function rowAt(api: FakeMailApi, place: number): MessageSummary {
  const row = api.rows[place];
  if (row === undefined) throw new RangeError(`no row ${place}`);
  return row;
}

describe('ReaderState', () => {
  it('shows the row at once and the content when it has come', async () => {
    const { reader, row } = readerOf();
    const opening = reader.open(row(3).id, row(3));
    expect(reader.summary?.id).toBe(row(3).id);
    expect(reader.content).toBeNull();
    await opening;
    expect(reader.content?.id).toBe(row(3).id);
  });

  it('marks a message as read once it can be read, without an undo', async () => {
    const { api, reader, row, undos } = readerOf();
    api.hold('content');
    const opening = reader.open(row(3).id, row(3));
    await settled();
    expect(row(3).seen).toBe(false);
    api.releaseAll('content');
    await opening;
    expect(row(3).seen).toBe(true);
    expect(reader.summary?.seen).toBe(true);
    expect(undos).toEqual([]);
  });

  it('reads a row from the store when the list has none, as after a reload', async () => {
    const { reader, row } = readerOf();
    await reader.open(row(5).id);
    expect(reader.summary).toMatchObject({ id: row(5).id, seen: true });
  });

  it('has the row also of a message that cannot be read, as after a reload', async () => {
    const { api, reader, row } = readerOf();
    api.failNext('content', new PoplarError('storage-failed', 'storage'));
    await reader.open(row(5).id);
    expect(reader.error?.code).toBe('storage-failed');
    expect(reader.summary?.id).toBe(row(5).id);
  });

  it('drops the answer for a message that was left, and leaves it unread', async () => {
    const { api, reader, row } = readerOf();
    api.hold('content');
    const first = reader.open(row(1).id, row(1));
    const second = reader.open(row(2).id, row(2));
    api.release('content', 1);
    await second;
    api.release('content', 0);
    await first;
    expect(reader.content?.id).toBe(row(2).id);
    expect(row(1).seen).toBe(false);
    expect(row(2).seen).toBe(true);
  });

  it('drops the answer when nothing is open any more', async () => {
    const { api, reader, row } = readerOf();
    api.hold('content');
    const opening = reader.open(row(1).id, row(1));
    reader.close();
    api.releaseAll('content');
    await opening;
    expect(reader.id).toBeNull();
    expect(reader.content).toBeNull();
  });

  it('keeps the row and says why when the content cannot be had, and tries again', async () => {
    const { api, reader, row } = readerOf();
    api.failNext('content', new PoplarError('parse-timeout', 'message'));
    await reader.open(row(1).id, row(1));
    expect(reader.error?.code).toBe('parse-timeout');
    expect(reader.summary?.id).toBe(row(1).id);
    await reader.retry();
    expect(reader.error).toBeNull();
    expect(reader.content?.id).toBe(row(1).id);
  });

  it('shows HTML when there is some, else text', async () => {
    const { reader, row, api } = readerOf();
    const html = api.rows.findIndex((candidate) => candidate.id % 3 === 0);
    const plain = api.rows.findIndex((candidate) => candidate.id % 3 !== 0);
    await reader.open(row(html).id, row(html));
    expect(reader.view).toBe('html');
    await reader.open(row(plain).id, row(plain));
    expect(reader.view).toBe('text');
  });

  it('reads the source on demand, once, and not for the next message', async () => {
    const { api, reader, row } = readerOf();
    await reader.open(row(1).id, row(1));
    await reader.show('source');
    await reader.show('text');
    await reader.show('source');
    expect(api.count('source')).toBe(1);
    expect(new TextDecoder().decode(reader.source ?? undefined)).toContain('Message-ID:');
    await reader.open(row(2).id, row(2));
    expect(reader.source).toBeNull();
    expect(reader.view).not.toBe('source');
  });

  it('follows flags that change elsewhere', async () => {
    const { api, reader, row } = readerOf();
    await reader.open(row(1).id, row(1));
    await api.setFlags([row(1).id], { starred: !row(1).starred });
    await settled();
    expect(reader.summary?.starred).toBe(row(1).starred);
  });

  it('marks as unread with a way back', async () => {
    const { reader, row, undos } = readerOf();
    await reader.open(row(1).id, row(1));
    await reader.setFlags({ seen: false });
    expect(row(1).seen).toBe(false);
    await undos[0]?.();
    expect(row(1).seen).toBe(true);
    expect(reader.summary?.seen).toBe(true);
  });

  it('takes a flag back and tells when the store refuses it', async () => {
    const { api, failures, reader, row, undos } = readerOf();
    await reader.open(row(1).id, row(1));
    const starred = row(1).starred;
    api.failNext('setFlags', new PoplarError('storage-full', 'storage'));
    await reader.setFlags({ starred: !starred });
    expect(reader.summary?.starred).toBe(starred);
    expect(failures.map(({ code }) => code)).toEqual(['storage-full']);
    expect(undos).toEqual([]);
  });
});
