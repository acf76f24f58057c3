/** Repair over a memory store whose mail is spoiled: what is found, what is left alone, where it may be stopped. */
import { describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { digest } from '../../../web/message/digest.ts';
import type { MessageId } from '../../../web/model/ids.ts';
import { uidl } from '../../../web/model/ids.ts';
import type { RepairProgress } from '../../../web/model/repair.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';
import { MemoryDisk } from '../../../web/store/memory-disk.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { checksum } from '../../../web/sync/checksum.ts';
import { maildropName } from '../../../web/sync/engine.ts';
import { repair, type RepairParts } from '../../../web/sync/repair.ts';
import { createLocalExclusive } from '../../../web/worker/locks.ts';
import { account } from '../store/mail-fixtures.ts';

const [anna, bert] = [account('anna'), account('bert')];

function mail(name: string, octets = 400): NewMessage {
  const head = `From: ${name} <${name}@example.org>\r\nSubject: About ${name}\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\n`;
  const raw = new TextEncoder().encode(head.padEnd(octets, `${name} `));
  const receipt = { hash: checksum(raw), listedOctets: raw.length, unterminated: false };
  return { uidl: uidl(name), raw, digest: digest(raw), receivedAt: 1, folder: 'inbox', receipt };
}

async function device(count: number, octets?: number) {
  const disk = new MemoryDisk();
  const store = new MemoryStore(disk);
  for (const one of [anna, bert]) await store.putAccount(one, null);
  const mails = Array.from({ length: count }, (_, index) => mail(`m${index}`, octets));
  const ids = (await store.addMessages(anna.id, mails)).map(({ id }) => id);
  await store.addMessages(bert.id, [mail('other')]);
  const kept = (index: number) => {
    const found = disk.messages.get(ids[index] as MessageId);
    if (found === undefined) throw new RangeError(`no message ${index}`);
    return found;
  };
  const progress: RepairProgress[] = [];
  let nowMs = 1000;
  const parts: RepairParts = { store, digest, exclusive: createLocalExclusive(), now: () => (nowMs += 10) };
  const run = (signal = new AbortController().signal, given: Partial<RepairParts> = {}) =>
    repair({ ...parts, ...given }, { signal, onProgress: (one) => progress.push(one) });
  return { store, ids, kept, progress, parts, run };
}

describe('repair', () => {
  it('finds nothing where nothing is wrong, and changes nothing', async () => {
    const { store, run, progress } = await device(30);
    const before = await store.summaries();
    const report = await run();
    expect(report).toMatchObject({
      messages: 31,
      rebuilt: 0,
      damagedCount: 0,
      damaged: [],
      unproven: 0,
      mended: 0,
    });
    expect(report.octets).toBe(before.reduce((sum, { octets }) => sum + octets, 0));
    expect(report.durationMs).toBeGreaterThan(0);
    expect(await store.summaries()).toEqual(before);
    expect(progress.at(-1)).toMatchObject({ phase: 'reading', messagesDone: 31, messagesTotal: 31 });
    expect(progress.at(-1)?.octetsDone).toBe(progress.at(-1)?.octetsTotal);
  });

  it('makes rows anew that say something else than their message, flags untouched', async () => {
    const { store, ids, kept, run } = await device(3);
    const before = await store.summaries();
    await store.setFlags([ids[1] as MessageId], { starred: true, seen: true });
    Object.assign(kept(1).summary, { subject: 'spoiled', sentAt: null });
    expect(await run()).toMatchObject({ rebuilt: 1, damagedCount: 0 });
    expect(await store.summary(ids[1] as MessageId)).toEqual({ ...before[1], starred: true, seen: true });
    expect(await run()).toMatchObject({ rebuilt: 0 });
  });

  it('names what is damaged, keeps its row, and takes the mark back when it is whole again', async () => {
    const { store, ids, kept, run } = await device(4);
    const whole = kept(2).raw;
    kept(2).raw = whole.with(399, whole[399] === 1 ? 2 : 1);
    const report = await run();
    expect(report).toMatchObject({ rebuilt: 0, damagedCount: 1 });
    expect(report.damaged).toEqual([
      {
        id: ids[2],
        account: anna.id,
        subject: 'About m2',
        from: 'm2',
        sentAt: Date.UTC(2026, 10, 2, 10),
        octets: 400,
        damage: 'changed',
      },
    ]);
    expect(await store.summary(ids[2] as MessageId)).toMatchObject({ subject: 'About m2', damaged: true });
    expect(await run()).toMatchObject({ damagedCount: 1 });
    kept(2).raw = whole;
    expect(await run()).toMatchObject({ damagedCount: 0 });
    expect((await store.summary(ids[2] as MessageId))?.damaged).toBeUndefined();
  });

  it('tells octets that are lost from octets that are others', async () => {
    const { store, parts, ids, run } = await device(2);
    const inspect: RepairParts['store']['inspect'] = async (...args) => {
      const found = await store.inspect(...args);
      return {
        ...found,
        messages: found.messages.map((one) => (one.id === ids[0] ? { ...one, raw: null } : one)),
      };
    };
    const lossy = Object.assign(Object.create(parts.store) as RepairParts['store'], {
      inspect,
      accounts: () => store.accounts(),
      use: store.use.bind(store),
      applyFindings: store.applyFindings.bind(store),
      mendRecords: () => Promise.resolve(3),
    });
    const report = await run(undefined, { store: lossy });
    expect(report.damaged.map(({ id, damage }) => [id, damage])).toEqual([[ids[0], 'lost']]);
    expect(report.mended).toBe(3);
  });

  it('counts messages from before there were checksums, and cannot call them damaged', async () => {
    const { kept, run } = await device(2);
    kept(0).receipt = null;
    kept(0).raw = kept(0).raw.with(399, 7);
    expect(await run()).toMatchObject({ unproven: 1, damagedCount: 0 });
  });

  it('keeps the row of a message that the header pass cannot read', async () => {
    const { store, run } = await device(2);
    const before = await store.summaries();
    const fails = () => {
      throw new TypeError('unreadable');
    };
    expect(await run(undefined, { digest: fails })).toMatchObject({ rebuilt: 0, messages: 3 });
    expect(await store.summaries()).toEqual(before);
  });

  it('stops between batches, leaves what it has noted, and starts over next time', async () => {
    const { ids, kept, store, parts } = await device(6, 3 * 1024 * 1024);
    for (const index of [0, 5]) kept(index).summary.subject = 'spoiled';
    const control = new AbortController();
    const onProgress = ({ messagesDone }: RepairProgress) => messagesDone > 0 && control.abort();
    await expect(repair(parts, { signal: control.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect((await store.summary(ids[0] as MessageId))?.subject).toBe('About m0');
    expect((await store.summary(ids[5] as MessageId))?.subject).toBe('spoiled');
    expect(
      await repair(parts, { signal: new AbortController().signal, onProgress: () => undefined }),
    ).toMatchObject({
      rebuilt: 1,
    });
  });

  it('waits for a fetch of the account, and can be stopped while it waits', async () => {
    const { parts, progress, run } = await device(2);
    let finish: () => void = () => undefined;
    const fetching = parts.exclusive(
      maildropName(anna),
      new AbortController().signal,
      () => new Promise<void>((resolve) => (finish = resolve)),
    );
    const control = new AbortController();
    const stopped = run(control.signal);
    const waiting = run();
    control.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    expect(progress.every(({ phase }) => phase === 'waiting')).toBe(true);
    finish();
    await fetching;
    expect(await waiting).toMatchObject({ messages: 3 });
  });

  it('keeps what it has noted when a later batch cannot be noted', async () => {
    const { ids, kept, store, run } = await device(6, 3 * 1024 * 1024);
    for (const index of [0, 5]) kept(index).summary.subject = 'spoiled';
    const noting = vi.spyOn(store, 'applyFindings');
    const full = new PoplarError('storage-full', 'storage');
    noting.mockImplementationOnce((found) => MemoryStore.prototype.applyFindings.call(store, found));
    noting.mockRejectedValueOnce(full);
    await expect(run()).rejects.toBe(full);
    expect((await store.summary(ids[0] as MessageId))?.subject).toBe('About m0');
    expect(await run()).toMatchObject({ rebuilt: 1, messages: 7 });
  });

  it('passes on what the store says', async () => {
    const { store, run } = await device(2);
    store.close();
    await expect(run()).rejects.toMatchObject({ code: 'storage-failed' });
  });
});
