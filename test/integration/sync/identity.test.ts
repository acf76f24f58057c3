/** Messages without a unique-id, and messages that share one: each is fetched, and none is stored twice. */
import { describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { PoplarError } from '../../../web/errors.ts';
import { uidl } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { checkMaildrop } from '../../../web/sync/check.ts';
import { createSocketDial } from '../../support/socket-transport.ts';
import { makeMail, makeMaildrop, PASSWORD, type SyncRig } from './rig.ts';
import { startingRigs } from './starting.ts';

const start = startingRigs();
/** Octets of the message change here, and a repair finds that. */
async function spoil({ store }: SyncRig, name: string): Promise<MessageSummary> {
  const row = (await store.summaries()).find((one) => one.uidl === name);
  if (row === undefined) throw new RangeError('no such message');
  await store.applyFindings([{ id: row.id, digest: null, damaged: true }]);
  const raw = store.raw.bind(store);
  store.raw = async (id) => {
    const octets = await raw(id);
    return id === row.id ? (octets?.fill(7, 200) ?? null) : octets;
  };
  return row;
}
const newestFirst = (count: number) => Array.from({ length: count }, (_, index) => `uid-${count - index}`);

describe('a server without unique-ids', () => {
  const NO_UIDL: Faults = { refuse: { UIDL: 'unknown command' }, capabilities: ['USER', 'PIPELINING'] };
  const NO_TOP: Faults = { ...NO_UIDL, refuse: { ...NO_UIDL.refuse, TOP: 'unknown command' } };

  it('has its messages known by their headers: each is fetched once', async () => {
    const rig = await start(5, NO_UIDL);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 5, skipped: [] });
    rig.maildrop.deliver({ uidl: 'unsaid', raw: makeMail(6) });
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, onServer: 6 });
    expect(rig.retrieved).toEqual([6]);
  });

  it('and without TOP has its messages known by their content: each is stored once', async () => {
    const rig = await start(5, NO_TOP);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 5, skipped: [] });
    rig.maildrop.deliver({ uidl: 'unsaid', raw: makeMail(6) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, onServer: 6 });
    expect(await rig.stored()).toHaveLength(6);
  });

  it('and refuses the header of the first message has the others known by theirs', async () => {
    const refuse = { ...NO_UIDL.refuse, 'TOP 1 0': 'damaged', 'TOP 1 1': 'damaged' };
    const rig = await start(5, { ...NO_UIDL, refuse });
    await rig.fetch();
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0, skipped: [] });
    expect([rig.retrieved, await rig.stored()]).toEqual([[1], expect.objectContaining({ length: 5 })]);
  });

  it('may lose TOP and find it again: no message is stored twice', async () => {
    const rig = await start(3, NO_UIDL);
    await rig.fetch();
    const { refuse } = rig.faults;
    Object.assign(rig.faults, NO_TOP);
    rig.maildrop.deliver({ uidl: 'unsaid', raw: makeMail(4) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, skipped: [] });
    Object.assign(rig.faults, { refuse });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0, skipped: [] });
    expect(await rig.stored()).toHaveLength(4);
  });

  it('only today has everything fetched again by nobody', async () => {
    const rig = await start(3);
    await rig.fetch();
    Object.assign(rig.faults, NO_UIDL);
    rig.commands.length = 0;
    expect((await rig.fetch()).error).toMatchObject({
      code: 'command-refused',
      retryable: true,
      detail: { verb: 'UIDL' },
    });
    expect(rig.retrieved).toEqual([]);
  });

  it('is asked for no message by a check', async () => {
    const rig = await start(2, NO_UIDL);
    await checkMaildrop(
      { dial: createSocketDial(), clock: rig.clock, now: () => 0 },
      { ...rig.account, password: PASSWORD, onStep: () => undefined, signal: new AbortController().signal },
    );
    expect(rig.commands.filter((command) => /^(?:TOP|RETR)/.test(command))).toEqual([]);
  });
});

describe('messages that share a unique-id', () => {
  const twin = (number: number, octets?: number): MaildropMessage => ({
    uidl: 'same',
    raw: makeMail(number, octets),
  });

  it('are all fetched, once', async () => {
    const rig = await start([twin(1), twin(2, 900), twin(1)]);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 3 });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect(rig.retrieved.toSorted()).toEqual([1, 2, 3]);
  });

  it.each([0, 1, 2])(
    'are not lost nor fetched twice when the one at %i vanishes and another comes',
    async (gone) => {
      const messages = [twin(1), twin(2, 900), twin(3, 1500)];
      const rig = await start(messages);
      await rig.fetch();
      const next = await start([...messages.toSpliced(gone, 1), twin(4, 2100)]);
      expect((await next.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 1 });
      expect(next.retrieved).toEqual([3]);
    },
  );

  it('do not hide new mail with the header of what was deleted here for good, listed before that', async () => {
    const rig = await start([twin(1)]);
    await rig.fetch();
    await rig.deleteForGood(...(await rig.stored()));
    const next = await start([twin(1, 900), twin(1)]);
    expect((await next.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 1 });
    expect(next.retrieved).toEqual([1]);
  });
});

describe('a server that renames one message', () => {
  const kept = makeMaildrop(4).slice(1);
  const again = { uidl: 'again', raw: makeMail(1) };

  it.each([
    { name: 'has it here under its new name', lists: [...kept, again], expected: 'again' },
    // One of the others has gone, so that what is new may be what is here.
    {
      name: 'and lists the old name beside it: it is a copy',
      lists: [...makeMaildrop(3), again],
      expected: 'uid-1',
    },
  ])('$name', async ({ lists, expected }) => {
    const rig = await start(4);
    await rig.fetch();
    const id = (await rig.store.summaries()).find(({ uidl: name }) => name === 'uid-1')?.id;
    const next = await start(lists);
    for (let visit = 0; visit < 2; visit += 1) {
      const { result } = await next.fetch({ parts: { store: rig.store } });
      expect([result?.fetched, next.retrieved]).toEqual([0, [4]]);
    }
    const rows = await rig.store.summaries();
    expect([rows.length, rows.find((row) => row.id === id)?.uidl]).toEqual([4, expected]);
  });
});

describe('a server that renames all its messages', () => {
  const renamed = (_number: number, uid: string): string => `new-${uid}`;

  it('has them recognised by their headers: only what is new is fetched', async () => {
    const rig = await start(40);
    await rig.fetch();
    Object.assign(rig.faults, { uidlOf: renamed });
    rig.maildrop.deliver({ uidl: 'uid-41', raw: makeMail(41) });
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, onServer: 41 });
    expect(rig.retrieved).toEqual([41]);
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect(rig.commands.filter((command) => command.startsWith('TOP'))).toEqual([]);
  });

  it('has what is here recognised also where it is older than what is wanted by now', async () => {
    const rig = await start(130);
    await rig.fetch();
    rig.account.fetch = { what: 'newest', count: 100 };
    await rig.fetch();
    await rig.deleteForGood('uid-7');
    Object.assign(rig.faults, { uidlOf: renamed });
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect((await rig.stored()).every((name) => name.startsWith('new-'))).toBe(true);
    expect((await rig.store.status(rig.account.id)).leftOut?.messages).toBe(0);
    rig.account.fetch = { what: 'all' };
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect(rig.retrieved).toEqual([]);
  });

  it('has them recognised though much has come since', async () => {
    const rig = await start(40);
    await rig.fetch();
    Object.assign(rig.faults, { uidlOf: renamed });
    for (let number = 41; number <= 90; number += 1)
      rig.maildrop.deliver({ uidl: `uid-${number}`, raw: makeMail(number) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 50, onServer: 90 });
    expect(rig.retrieved).toHaveLength(90);
  });

  it.each([4, 12])('and adds to the headers of all %i has none stored twice nor again', async (count) => {
    const rig = await start(count);
    await rig.fetch();
    await rig.deleteForGood('uid-2');
    const status = new TextEncoder().encode('Status: RO\r\n');
    const moved = makeMaildrop(count).map(({ uidl: name, raw }) => {
      return { uidl: `new-${name}`, raw: Buffer.concat([status, raw]) };
    });
    const next = await start(moved);
    expect((await next.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 0 });
    next.commands.length = 0;
    expect((await next.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 0 });
    expect([next.retrieved, await rig.stored()]).toEqual([
      [],
      expect.objectContaining({ length: count - 1 }),
    ]);
    expect(await rig.store.deletions(rig.account.id)).toMatchObject([{ uidl: 'new-uid-2' }]);
  });

  it.each([
    { count: 4, faults: {} },
    { count: 40, faults: {} },
    { count: 40, faults: { instead: { TOP: '-ERR no\r\n' } } },
  ])('has what was deleted here of $count come again by a wish under its new name', async (given) => {
    const rig = await start(given.count);
    await rig.fetch();
    await rig.deleteForGood('uid-2');
    Object.assign(rig.faults, given.faults, { uidlOf: renamed });
    const wish = { uidl: uidl('new-uid-2'), wish: 'fetch', octets: 300, wishedAt: 1 } as const;
    await rig.store.changeWishes(rig.account.id, () => ({ put: [wish], result: null }));
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1 });
    expect(await rig.stored()).toContain('new-uid-2');
    expect(await rig.store.wishes(rig.account.id)).toEqual([]);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
  });

  it('has what is deleted on it by a rule, and by a wish, found under the new names', async () => {
    const rig = await start(40);
    const isKept = (): Promise<boolean> => Promise.resolve(true);
    await rig.fetch();
    const wish = { uidl: uidl('uid-7'), wish: 'keep', octets: 300, wishedAt: 1 } as const;
    await rig.store.changeWishes(rig.account.id, () => ({ put: [wish], result: null }));
    Object.assign(rig.faults, { uidlOf: renamed });
    rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
    expect((await rig.fetch({ parts: { isKept } })).error).toBeNull();
    expect(rig.maildrop.messages.map((message) => message.uidl)).toEqual(['uid-7']);
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ gone: 39, held: {} });
    expect(rig.retrieved).toHaveLength(40);
    expect((await rig.store.wishes(rig.account.id)).map((one) => one.uidl)).toEqual(['new-uid-7']);
  });

  it.each([40, 4])('has deletions of %i followed to their new names, and none counted', async (count) => {
    const rig = await start(count);
    await rig.fetch();
    const { id } = rig.account;
    const asked = { octets: 300, hash: '', decidedAt: 1, state: 'asked' } as const;
    const names = ['uid-3', 'of-no-copy-here'].map((name) => ({ ...asked, uidl: uidl(name) }));
    await rig.store.putRemovals(id, names);
    Object.assign(rig.faults, { uidlOf: renamed });
    for (let visit = 0; visit < 2; visit += 1) {
      expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
      expect(await rig.store.removals(id)).toMatchObject([{ uidl: 'new-uid-3', state: 'stayed' }]);
      expect((await rig.store.status(id)).removal).toMatchObject({ gone: 0 });
    }
  });

  it('has nothing told to be unknown that no listing can tell any more', async () => {
    const rig = await start(4);
    await rig.fetch();
    const { id } = rig.account;
    const removal = {
      octets: 300,
      hash: '',
      decidedAt: 1,
      state: 'unknown',
      uidl: uidl('of-no-copy-here'),
    } as const;
    const status = { gone: 0, goneAt: null, unknown: 1, refused: 0, held: {} };
    await rig.store.putRemovals(id, [removal], { removal: status });
    Object.assign(rig.faults, { uidlOf: renamed });
    expect((await rig.fetch()).error).toBeNull();
    expect((await rig.store.status(id)).removal).toMatchObject({ gone: 0, unknown: 0 });
  });

  it('has what is lost on this device come again, and the others recognised', async () => {
    const rig = await start(40);
    await rig.fetch();
    const [lost] = (await rig.store.summaries()).filter((row) => row.uidl === uidl('uid-7'));
    const [raw, raws] = [rig.store.raw.bind(rig.store), rig.store.raws.bind(rig.store)];
    const detail = { reason: 'damaged' };
    rig.store.raw = (id) =>
      id === lost?.id ? Promise.reject(new PoplarError('storage-failed', 'storage', { detail })) : raw(id);
    rig.store.raws = async (ids) =>
      (await raws(ids)).map((one, place) => (ids[place] === lost?.id ? null : one));
    Object.assign(rig.faults, { uidlOf: renamed });
    const { result, error } = await rig.fetch();
    expect([result?.fetched, error]).toEqual([1, null]);
    expect(rig.retrieved.slice(40)).toEqual([7]);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
  });

  it.each([40, 4])('has what is damaged here made whole by what comes, of %i messages', async (count) => {
    const rig = await start(count);
    await rig.fetch();
    const row = await spoil(rig, 'uid-3');
    await rig.store.move([row.id], 'trash');
    Object.assign(rig.faults, { uidlOf: renamed });
    for (let visit = 0; visit < 2; visit += 1) expect((await rig.fetch()).error).toBeNull();
    const rows = await rig.store.summaries();
    expect(rows).toHaveLength(count);
    const healed = rows.find(({ id }) => id === row.id);
    expect(healed).toMatchObject({ uidl: 'new-uid-3', folder: 'trash', octets: row.octets });
    expect(healed).not.toHaveProperty('damaged');
  });

  it('does so not where it lists what is damaged by its own name: what comes is another one', async () => {
    const rig = await start(4);
    await rig.fetch();
    const row = await spoil(rig, 'uid-1');
    const next = await start([...makeMaildrop(3), { uidl: 'again', raw: makeMail(1) }]);
    expect((await next.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 1 });
    expect(await rig.store.summary(row.id)).toMatchObject({ uidl: 'uid-1', damaged: true });
  });

  it('is not taken for one that lists other messages: a few headers are enough', async () => {
    const rig = await start(40);
    await rig.fetch();
    const others = Array.from({ length: 50 }, (_, n) => ({ uidl: `other-${n}`, raw: makeMail(n + 41) }));
    const next = await start(others);
    expect((await next.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 50 });
    expect(next.commands.filter((command) => command.startsWith('TOP'))).toHaveLength(18);
  });

  it('and has no TOP has each looked at once more, and none stored twice', async () => {
    const rig = await start(12);
    await rig.fetch();
    Object.assign(rig.faults, { uidlOf: renamed, refuse: { TOP: 'what' } });
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0, skipped: [] });
    expect(rig.retrieved).toHaveLength(12);
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect([rig.retrieved, await rig.stored()]).toEqual([[], newestFirst(12).map((name) => `new-${name}`)]);
  });
});
