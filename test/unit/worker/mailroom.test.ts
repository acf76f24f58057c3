import { describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { Account } from '../../../web/model/account.ts';
import type { MailEvent } from '../../../web/model/event.ts';
import { accountId, messageId, uidl } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { MemoryDisk } from '../../../web/store/memory-disk.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { Mailroom } from '../../../web/worker/mailroom.ts';
import { FakeTabs } from './fake-tabs.ts';
import { makeSummary } from './summaries.ts';

const A = accountId('a');
const account: Account = {
  id: A,
  address: 'a@example.test',
  displayName: '',
  incoming: { host: 'pop.example.test', port: 995, security: 'tls' },
  user: 'a',
  demo: false,
  addedAt: 0,
};
const all = { folder: 'inbox', account: null, filter: 'all' } as const;
const trash = { ...all, folder: 'trash' } as const;

async function storeWith(
  count: number,
  disk = new MemoryDisk(),
): Promise<{ store: MemoryStore; added: MessageSummary[] }> {
  const store = new MemoryStore(disk);
  await store.putAccount(account, null);
  const { id: _id, account: _account, uidl: _uidl, octets: _octets, ...rest } = makeSummary(0);
  const { folder, receivedAt, seen: _seen, starred: _starred, ...digest } = rest;
  const batch = Array.from({ length: count }, (_, index) => ({
    uidl: uidl(`u${index}`),
    raw: new Uint8Array(1),
    digest,
    receivedAt,
    folder,
  }));
  return { store, added: await store.addMessages(A, batch) };
}

/** A tab: its mailroom, what it hears, and its line to the other tabs. */
function tab(store: MemoryStore, others: FakeTabs[] = []) {
  const tabs = new FakeTabs(others);
  const room = new Mailroom(store, tabs);
  const events: MailEvent[] = [];
  room.subscribe((event) => events.push(event));
  return { room, tabs, events };
}

describe('Mailroom', () => {
  it('lists what the store has', async () => {
    const { store } = await storeWith(3);
    expect((await tab(store).room.list()).window(all, 0, 10)).toMatchObject({ total: 3, unread: 3 });
  });

  it('gives every reader the error of a store that cannot be read', async () => {
    const { store } = await storeWith(1);
    store.close();
    const { room } = tab(store);
    await expect(room.list()).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(room.list()).rejects.toBeInstanceOf(PoplarError);
  });

  it('tells of new mail once it is in the list, here and in the other tabs', async () => {
    const disk = new MemoryDisk();
    const { store } = await storeWith(0, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    await Promise.all([here.room.list(), there.room.list()]);
    const { added } = await storeWith(2, disk);
    here.room.added(A, added);
    for (const { room, events } of [here, there]) {
      expect(events).toEqual([{ type: 'messages-added', account: A, count: 2 }]);
      expect((await room.list()).window(all, 0, 10).total).toBe(2);
    }
  });

  it('changes flags in the store, here and in the other tabs, and tells only what changed', async () => {
    const disk = new MemoryDisk();
    const { store, added } = await storeWith(2, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    await Promise.all([here.room.list(), there.room.list()]);
    const ids = added.map(({ id }) => id);
    await here.room.flag(ids.slice(0, 1), { seen: true });
    await there.room.flag([...ids, messageId(999)], { seen: true });
    for (const { room, events } of [here, there]) {
      expect(events).toEqual(ids.map((id) => ({ type: 'messages-changed', ids: [id] })));
      expect((await room.list()).window(all, 0, 10).unread).toBe(0);
    }
    expect((await store.summaries()).every(({ seen }) => seen)).toBe(true);
  });

  it('removes the mail of an account here and in the other tabs', async () => {
    const disk = new MemoryDisk();
    const { store } = await storeWith(2, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    await Promise.all([here.room.list(), there.room.list()]);
    here.room.removed(A);
    for (const { room, events } of [here, there]) {
      expect(events).toEqual([{ type: 'messages-removed', account: A }]);
      expect((await room.list()).window(all, 0, 10).total).toBe(0);
    }
  });

  it('moves messages in the store, here and in the other tabs, and tells where they were', async () => {
    const disk = new MemoryDisk();
    const { store, added } = await storeWith(3, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    await Promise.all([here.room.list(), there.room.list()]);
    const [first = messageId(0), second = messageId(0)] = added.map(({ id }) => id);
    expect(await here.room.move([first, messageId(999)], 'trash')).toEqual([{ id: first, from: 'inbox' }]);
    expect(await there.room.move([first, second], 'trash')).toEqual([{ id: second, from: 'inbox' }]);
    for (const { room, events } of [here, there]) {
      expect(events).toEqual([first, second].map((id) => ({ type: 'messages-moved', ids: [id] })));
      const list = await room.list();
      expect([list.window(all, 0, 10).total, list.window(trash, 0, 10).total]).toEqual([1, 2]);
    }
  });

  it('hides messages in this tab alone, and stores nothing of it', async () => {
    const disk = new MemoryDisk();
    const { store, added } = await storeWith(2, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    await Promise.all([here.room.list(), there.room.list()]);
    const ids = added.slice(0, 1).map(({ id }) => id);
    await here.room.setHidden(ids, true);
    expect([here.events, there.events]).toEqual([[{ type: 'messages-moved', ids }], []]);
    expect((await here.room.list()).window(all, 0, 10).total).toBe(1);
    expect((await there.room.list()).window(all, 0, 10).total).toBe(2);
    expect((await tab(new MemoryStore(disk)).room.list()).window(all, 0, 10).total).toBe(2);
    // Moved in the other tab it is wanted again, here as well.
    await there.room.move(ids, 'trash');
    expect((await here.room.list()).window(trash, 0, 10).total).toBe(1);
  });

  it('deletes for good, here and in the other tabs, only what is in Trash by then', async () => {
    const disk = new MemoryDisk();
    const { store, added } = await storeWith(2_500, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    await Promise.all([here.room.list(), there.room.list()]);
    const ids = added.map(({ id }) => id);
    await here.room.move(ids, 'trash');
    await there.room.move(ids.slice(0, 1), 'inbox');
    await here.room.deleteForGood(ids);
    for (const { room, events } of [here, there]) {
      const deleted = events.flatMap((event) => (event.type === 'messages-deleted' ? event.ids : []));
      expect(deleted).toEqual(ids.slice(1));
      expect((await room.list()).window(trash, 0, 10).total).toBe(0);
      expect((await room.list()).ids(all)).toEqual(ids.slice(0, 1));
    }
  });

  it('reads all rows anew after a repair, here and in the other tabs', async () => {
    const disk = new MemoryDisk();
    const { store, added } = await storeWith(3, disk);
    const here = tab(store);
    const there = tab(new MemoryStore(disk), [here.tabs]);
    const before = (await here.room.list()).window(all, 0, 10).version;
    await there.room.list();
    const first = added[0]?.id ?? messageId(0);
    await store.applyFindings([{ id: first, digest: null, damaged: true }]);
    here.room.rebuilt();
    for (const { room, events } of [here, there]) {
      const list = await room.list();
      expect([list.get(first)?.damaged, list.window(all, 0, 10).total, list.counts()[0]?.total]).toEqual([
        true,
        3,
        3,
      ]);
      expect(list.window(all, 0, 10).version).toBeGreaterThan(before);
      expect(events).toEqual([{ type: 'list-rebuilt' }]);
    }
  });

  it('heals a list that could not be read, and loses nothing that was told meanwhile', async () => {
    const { store } = await storeWith(2);
    const reading = vi.spyOn(store, 'summaries');
    reading.mockRejectedValueOnce(new PoplarError('storage-failed', 'storage'));
    const { room, tabs } = tab(store);
    await expect(room.list()).rejects.toMatchObject({ code: 'storage-failed' });
    room.rebuilt();
    tabs.hear({ type: 'added', account: A, summaries: [makeSummary(77)] });
    expect((await room.list()).window(all, 0, 10).total).toBe(3);
    expect(reading).toHaveBeenCalledTimes(2);
  });

  it('passes on what the other tabs tell', async () => {
    const { store } = await storeWith(0);
    const { room, tabs, events } = tab(store);
    await room.list();
    tabs.hear({ type: 'told', event: { type: 'accounts-changed' } });
    tabs.hear({ type: 'cancel', account: A });
    expect(events).toEqual([{ type: 'accounts-changed' }]);
    expect(tabs.posted).toEqual([]);
  });

  it('keeps changes that come while the list is being loaded, and applies them after', async () => {
    const { store, added } = await storeWith(2);
    const { room, tabs, events } = tab(store);
    const first = added[0]?.id ?? messageId(0);
    tabs.hear({ type: 'flagged', ids: [first], patch: { starred: true } });
    tabs.hear({ type: 'added', account: A, summaries: [...added, makeSummary(77)] });
    expect(events).toEqual([]);
    const list = await room.list();
    expect([list.get(first)?.starred, list.window(all, 0, 10).total]).toEqual([true, 3]);
    expect(events.map(({ type }) => type)).toEqual(['messages-changed', 'messages-added']);
  });

  it('keeps changes of its own back too until the list is loaded', async () => {
    const { store } = await storeWith(2);
    const { room, tabs, events } = tab(store);
    room.added(A, [makeSummary(77)]);
    expect([events, tabs.posted.length]).toEqual([[], 1]);
    expect((await room.list()).window(all, 0, 10).total).toBe(3);
    expect(events).toEqual([{ type: 'messages-added', account: A, count: 1 }]);
  });

  it('says nothing of messages that are in the list already', async () => {
    const { store, added } = await storeWith(2);
    const { room, events } = tab(store);
    await room.list();
    room.added(A, added);
    expect(events).toEqual([]);
  });

  describe('before its list is loaded', () => {
    /** Holds the reading of all summaries until it is told to go on. */
    function slowly(store: MemoryStore): { store: MemoryStore; goOn: () => void; isAsked: () => boolean } {
      let goOn: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (goOn = resolve));
      const read = store.summaries.bind(store);
      let asked = false;
      store.summaries = async () => {
        asked = true;
        await held;
        return read();
      };
      return { store, goOn: () => goOn(), isAsked: () => asked };
    }

    it('gives the first rows, and the same once it is', async () => {
      const { store, added } = await storeWith(250);
      await store.setFlags([added[3]?.id ?? messageId(0)], { seen: true });
      const slow = slowly(store);
      const { room, events } = tab(slow.store);
      const early = [await room.window(all, 0, 50), await room.window({ ...all, account: A }, 50, 50)];
      expect(early).toMatchObject([
        { total: 250, unread: 249, offset: 0 },
        { total: 250, unread: 249, offset: 50 },
      ]);
      const loading = room.list();
      expect((await room.window(all, 0, 50)).rows).toEqual(early[0]?.rows);
      slow.goOn();
      const list = await loading;
      expect(early.map(({ rows }) => rows)).toEqual([
        list.window(all, 0, 50).rows,
        list.window(all, 50, 50).rows,
      ]);
      expect(events).toEqual([]);
    });

    it.each([
      { what: 'rows further down', query: all, offset: 60 },
      { what: 'the unread ones', query: { ...all, filter: 'unread' } as const, offset: 0 },
    ])('lets $what wait until it is', async ({ query, offset }) => {
      const { store } = await storeWith(120);
      const slow = slowly(store);
      const { room } = tab(slow.store);
      const window = room.window(query, offset, 50);
      slow.goOn();
      expect((await window).rows).toHaveLength(50);
      expect(slow.isAsked()).toBe(true);
    });

    it('shows no first rows that have changed since', async () => {
      const { store, added } = await storeWith(2);
      const slow = slowly(store);
      const { room, tabs } = tab(slow.store);
      const id = added[0]?.id ?? messageId(0);
      const window = room.window(all, 0, 50);
      tabs.hear({ type: 'flagged', ids: [id], patch: { seen: true } });
      slow.goOn();
      expect((await window).unread).toBe(1);
    });

    it('tells when another tab has changed the store meanwhile and its word of it says nothing new', async () => {
      const disk = new MemoryDisk();
      const { store } = await storeWith(2, disk);
      const slow = slowly(store);
      const { room, tabs, events } = tab(slow.store);
      expect((await room.window(all, 0, 50)).total).toBe(2);
      const { added } = await storeWith(3, disk);
      expect(added).toHaveLength(1);
      slow.goOn();
      expect((await room.list()).window(all, 0, 50).total).toBe(3);
      tabs.hear({ type: 'added', account: A, summaries: added });
      expect(events).toEqual([{ type: 'messages-changed', ids: [] }]);
    });
  });
});
