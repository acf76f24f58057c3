/** A copy of a large mailbox: whole, in order, and never more than some megabytes of it at once. */
import { describe, expect, it } from 'vitest';
import type { BackupPart } from '../../../web/model/backup.ts';
import { messageId, type MessageId } from '../../../web/model/ids.ts';
import type { Holding } from '../../../web/model/retention.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { checksum } from '../../../web/sync/checksum.ts';
import { BackupDesk } from '../../../web/worker/backup-desk.ts';
import { Mailroom } from '../../../web/worker/mailroom.ts';
import { readMbox } from '../../support/read-mbox.ts';
import { account, message } from '../store/mail-fixtures.ts';
import { FakeTabs } from './fake-tabs.ts';

const anna = account('anna');
const NOW = 1_795_000_000_000;
const PART = 1024 * 1024;

/** `make` gives a message its octets; null: it cannot be read. */
async function deskOver(
  count: number,
  octetsOf: (index: number) => number,
  make: (index: number) => Uint8Array<ArrayBuffer> | null,
) {
  const store = new MemoryStore();
  await store.putAccount(anna, null);
  const holdings = Array.from({ length: count }, (_, index) => ({
    id: messageId(1024 + index),
    uidl: message(`m${index}`, 0).uidl,
    octets: octetsOf(index),
    receivedAt: NOW,
    sentAt: null,
    folder: 'inbox' as const,
    receipt: null,
  }));
  const asked: MessageId[][] = [];
  store.holdings = async () => holdings.toReversed();
  store.raws = async (ids) => {
    asked.push([...ids]);
    return ids.map((id) => make(id - 1024));
  };
  const mailroom = new Mailroom(store, new FakeTabs());
  return { desk: new BackupDesk({ store, mailroom, now: () => NOW }), store, asked };
}

async function* parts(desk: BackupDesk, id: number): AsyncGenerator<BackupPart> {
  for (;;) {
    const part = await desk.readBackup(id);
    yield part;
    if (part.isLast) return;
  }
}

const text = (index: number): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`Subject: ${index}\r\n\r\nFrom ${index}\r\n${`line ${index}\r\n`.repeat(500)}`);

describe('a copy of all mail', () => {
  it('holds 10,000 messages byte for byte, some megabytes at a time', async () => {
    const { desk, asked } = await deskOver(10_000, (index) => text(index).length, text);
    const { id, messages, octets } = await desk.startBackup(anna.id);
    expect(messages).toBe(10_000);
    let [index, seen, largest] = [0, 0, 0];
    for await (const { bytes } of parts(desk, id)) {
      largest = Math.max(largest, bytes.length);
      for (const { raw } of readMbox(bytes)) {
        expect(raw.equals(text(index))).toBe(true);
        index += 1;
        seen += raw.length;
      }
    }
    expect([index, seen]).toEqual([10_000, octets]);
    // The lines between messages come on top.
    expect(largest).toBeLessThan(PART * 1.05);
    expect(asked.length).toBeGreaterThanOrEqual(Math.floor(octets / PART));
  });

  it('has a piece for each message that is larger than a piece', async () => {
    const sizes = [10, PART + 1, PART + 2, 10, 10];
    const { desk } = await deskOver(
      5,
      (index) => sizes[index] ?? 0,
      (index) => new Uint8Array(sizes[index] ?? 0),
    );
    const { id } = await desk.startBackup(anna.id);
    const counts: number[] = [];
    for await (const { messages } of parts(desk, id)) counts.push(messages);
    expect(counts).toEqual([1, 1, 1, 2]);
  });

  it('counts as saved with what is in it, and names what could not be read', async () => {
    const { desk, store } = await deskOver(
      3,
      () => 10,
      (index) => (index === 1 ? null : text(index)),
    );
    const { id } = await desk.startBackup(anna.id);
    expect(await desk.readBackup(id)).toMatchObject({ messages: 2, unreadable: 1, isLast: true });
    await desk.endBackup(id, true);
    expect((await store.status(anna.id)).backup).toEqual({
      at: NOW,
      upTo: 1026,
      without: [1025],
      messages: 2,
    });
  });

  it('leaves out a message whose beginning alone is here, which may be whole later under the same id', async () => {
    const { desk, store } = await deskOver(3, () => 10, text);
    const all = await store.holdings(anna.id);
    store.holdings = async () =>
      all.map((one) => (one.id === 1025 ? { ...one, partial: { octets: 5000, lines: 20 } } : one));
    const { id } = await desk.startBackup(anna.id);
    const { bytes, ...part } = await desk.readBackup(id);
    expect(part).toEqual({ messages: 2, unreadable: 0, damaged: 0, beginnings: 1, isLast: true });
    expect(readMbox(bytes).map(({ raw }) => raw)).toEqual([Buffer.from(text(0)), Buffer.from(text(2))]);
    await desk.endBackup(id, true);
    expect((await store.status(anna.id)).backup).toMatchObject({ upTo: 1026, without: [1025], messages: 2 });
  });

  it('has what is left of damaged messages, and does not count them as saved', async () => {
    const { desk, store } = await deskOver(4, () => 10, text);
    const all = await store.holdings(anna.id);
    const given: Record<number, Partial<Holding>> = {
      1024: { receipt: { hash: checksum(text(0)), listedOctets: 10, unterminated: false } },
      // Nobody has looked yet.
      1025: { receipt: { hash: checksum(text(9)), listedOctets: 10, unterminated: false } },
      1026: { damaged: true },
    };
    store.holdings = async () => all.map((one) => ({ ...one, ...given[one.id] }));
    const { id } = await desk.startBackup(anna.id);
    const { bytes, ...part } = await desk.readBackup(id);
    expect(part).toEqual({ messages: 4, unreadable: 0, damaged: 2, beginnings: 0, isLast: true });
    expect(readMbox(bytes)).toHaveLength(4);
    await desk.endBackup(id, true);
    const backup = { upTo: 1027, without: [1025, 1026], messages: 2 };
    expect((await store.status(anna.id)).backup).toMatchObject(backup);
  });

  it('never counts as saved when it was not read to its end, or nobody says that it is there', async () => {
    const { desk, store } = await deskOver(
      2,
      () => PART,
      () => new Uint8Array(PART),
    );
    const { id } = await desk.startBackup(anna.id);
    await desk.readBackup(id);
    await expect(desk.endBackup(id, true)).rejects.toMatchObject({ code: 'bad-input' });
    await desk.readBackup(id);
    await desk.endBackup(id, false);
    expect(await store.status(anna.id)).not.toHaveProperty('backup');
    await expect(desk.endBackup(id, true)).rejects.toMatchObject({ code: 'not-found' });
    await expect(desk.readBackup(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is dropped when another one of the account begins', async () => {
    const { desk } = await deskOver(1, () => 10, text);
    const first = await desk.startBackup(anna.id);
    const second = await desk.startBackup(anna.id);
    await expect(desk.readBackup(first.id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await desk.readBackup(second.id)).toMatchObject({ isLast: true });
  });

  it('is empty where there is no mail, and then counts for nothing', async () => {
    const { desk, store } = await deskOver(0, () => 0, text);
    const { id } = await desk.startBackup(anna.id);
    expect(await desk.readBackup(id)).toMatchObject({ messages: 0, isLast: true });
    await desk.endBackup(id, true);
    expect(await store.status(anna.id)).not.toHaveProperty('backup');
  });

  it('is of an account that is here', async () => {
    const { desk } = await deskOver(0, () => 0, text);
    await expect(desk.startBackup(account('bert').id)).rejects.toMatchObject({ code: 'not-found' });
  });
});
