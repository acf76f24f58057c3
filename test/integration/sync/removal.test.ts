/** Deleting on the server: every message is here or there after every fault, and nothing is here twice. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { PoplarError } from '../../../web/errors.ts';
import type { ConfirmedRule, RemovalStatus } from '../../../web/model/retention.ts';
import { uidl } from '../../../web/model/ids.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import type { SyncParts } from '../../../web/sync/maildrop-sync.ts';
import { makeMail, makeMaildrop, SyncRig, type Fetched } from './rig.ts';

const DAY = 86_400_000;
const COUNT = 6;
const isKept = (): Promise<boolean> => Promise.resolve(true);
const AT_ONCE: ConfirmedRule = { rule: 'after-download', confirmedAt: 1 };
const AFTER_30: ConfirmedRule = { rule: 'after-days', days: 30, confirmedAt: 1 };

let rig: SyncRig;
afterEach(() => rig.stop());

async function start(faults: Faults = {}, retention: ConfirmedRule | undefined = AT_ONCE): Promise<void> {
  rig = await SyncRig.start(makeMaildrop(COUNT), faults);
  if (retention !== undefined) rig.account.retention = retention;
}

const fetch = (parts: Partial<SyncParts> = {}): Promise<Fetched> =>
  rig.fetch({ parts: { isKept, ...parts } });
const there = (): string[] => rig.maildrop.messages.map((message) => message.uidl);
const deles = (): string[] => rig.commands.filter((command) => command.startsWith('DELE'));
const removal = async (): Promise<RemovalStatus | undefined> =>
  (await rig.store.status(rig.account.id)).removal;
const states = async (): Promise<string[]> =>
  (await rig.store.removals(rig.account.id)).map((one) => one.state).toSorted();

/** All that ever was, here or there, exactly as it was; here each once. */
async function expectNothingLost(count = COUNT): Promise<void> {
  const here = await rig.stored();
  expect(new Set(here).size).toBe(here.length);
  const all = new Set([...here, ...there()]);
  for (let number = 1; number <= count; number++) expect(all).toContain(`uid-${number}`);
  for (const { id, uidl: name } of await rig.store.summaries()) {
    expect(await rig.store.raw(id)).toEqual(makeMail(Number(name.slice(4))));
  }
}

describe('an account without a confirmed rule', () => {
  it('deletes nothing', async () => {
    rig = await SyncRig.start(makeMaildrop(COUNT));
    await fetch();
    await fetch();
    expect(deles()).toEqual([]);
    expect(there()).toHaveLength(COUNT);
    expect(await removal()).toBeUndefined();
  });
});

describe('delete after download', () => {
  it('removes what is here, read back and compared, in one batch right before QUIT', async () => {
    await start();
    const { result, error } = await fetch();
    expect([error, result?.fetched]).toEqual([null, COUNT]);
    expect(there()).toEqual([]);
    const last = rig.commands.slice(-(COUNT + 1));
    expect(last.map((command) => command.split(' ')[0])).toEqual([
      ...Array<string>(COUNT).fill('DELE'),
      'QUIT',
    ]);
    expect(await removal()).toMatchObject({ gone: COUNT, refused: 0, unknown: 0, held: {} });
    expect(await rig.store.status(rig.account.id)).toMatchObject({ maildropCount: 0, maildropOctets: 0 });
    expect(await states()).toEqual(Array<string>(COUNT).fill('gone'));
    await expectNothingLost();
  });

  it.each([[undefined], [() => Promise.resolve(false)]])(
    'is held back while the browser may throw the mail away',
    async (promise) => {
      await start();
      await rig.fetch({ parts: promise === undefined ? {} : { isKept: promise } });
      expect(deles()).toEqual([]);
      expect(await removal()).toMatchObject({ gone: 0, held: { 'may-be-cleared': COUNT } });
      await fetch();
      expect(there()).toEqual([]);
      await expectNothingLost();
    },
  );

  it('is forgotten after some months, but for what is here still and what the server lists again', async () => {
    await start();
    const [back] = makeMaildrop(1);
    await fetch();
    if (back !== undefined) rig.maildrop.deliver(back);
    const rows = await rig.store.summaries();
    const ids = rows.filter((one) => one.uidl !== uidl('uid-3')).map(({ id }) => id);
    await rig.store.move(ids, 'trash');
    await rig.store.removeMessages(ids, headerIdentity);
    for (let month = 0; month < 4; month += 1) {
      rig.clock.advance(25 * DAY);
      await fetch({ isKept: () => Promise.resolve(false) });
    }
    const journal = await rig.store.removals(rig.account.id);
    expect(journal.map((one) => one.uidl).toSorted()).toEqual(['uid-1', 'uid-3']);
    // One has come back.
    expect(await removal()).toMatchObject({ gone: COUNT - 1 });
  });

  it('leaves what could not be fetched', async () => {
    await start({ refuse: { 'RETR 3': 'damaged' } });
    await fetch();
    expect(there()).toEqual(['uid-3']);
    expect(await removal()).toMatchObject({ gone: COUNT - 1, held: { 'not-here': 1 } });
    await expectNothingLost();
  });

  it('leaves what LIST says is larger than what came', async () => {
    await start({ listOctets: (number, octets) => (number === 2 ? octets + 5_000 : octets) });
    await fetch();
    expect(there()).toEqual(['uid-2']);
    expect(await removal()).toMatchObject({ held: { size: 1 } });
  });

  it.each([4, 30])('finds all of %i messages of which LIST always says too little', async (count) => {
    rig = await SyncRig.start(makeMaildrop(count), { listOctets: (_number, octets) => octets - 20 });
    rig.account.retention = { rule: 'after-days', days: 7, confirmedAt: 1 };
    for (const days of [0, 3, 3]) {
      rig.clock.advance(days * DAY);
      await fetch();
      expect(await removal()).toMatchObject({ gone: 0, held: {} });
    }
    rig.clock.advance(DAY);
    await fetch();
    expect(there()).toEqual([]);
    await expectNothingLost(count);
  });

  it('leaves what cannot be read back as it came', async () => {
    await start();
    await fetch({ isKept: () => Promise.resolve(false) });
    const damaged = (await rig.store.summaries()).find((one) => one.uidl === uidl('uid-4'))?.id;
    const raw = async (id: Parameters<MailStore['raw']>[0]) => {
      const bytes = await rig.store.raw(id);
      if (id === damaged && bytes !== null) bytes[bytes.length - 4] = 0;
      return bytes;
    };
    const store = new Proxy(rig.store, {
      get: (target, name) => {
        if (name === 'raw') return raw;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await fetch({ store });
    expect(there()).toEqual(['uid-4']);
    expect(await removal()).toMatchObject({ gone: COUNT - 1, held: { 'not-read-back': 1 } });
  });

  it('leaves another message that the server gave the unique-id and size of one that is here', async () => {
    const octets = makeMail(1).length;
    await start();
    await fetch({ isKept: () => Promise.resolve(false) });
    const other = new Uint8Array(makeMail(1));
    other.set(new TextEncoder().encode('From: Robber 1'), 0);
    expect(other).toHaveLength(octets);
    const drop = rig.maildrop.open();
    drop?.markDeleted(1);
    drop?.commit();
    rig.maildrop.deliver({ uidl: 'uid-1', raw: other });
    await fetch();
    expect(rig.maildrop.messages.map(({ raw }) => raw)).toEqual([other]);
    expect(await removal()).toMatchObject({ gone: COUNT - 1, held: { header: 1 } });
  });

  it('leaves everything where there are no unique-ids, or no TOP', async () => {
    await start({ refuse: { TOP: 'what?' } });
    await fetch();
    expect(there()).toHaveLength(COUNT);
    expect(await removal()).toMatchObject({ held: { header: COUNT } });
    await rig.stop();
    await start({ refuse: { UIDL: 'what?' }, capabilities: ['TOP'] });
    expect((await fetch()).error).toBeNull();
    expect(there()).toHaveLength(COUNT);
    expect(await removal()).toMatchObject({ held: { 'no-unique-id': COUNT } });
  });

  it('never deletes by number from another session: new mail in front changes nothing', async () => {
    await start();
    await fetch({ isKept: () => Promise.resolve(false) });
    rig.faults.refuse = { 'RETR 1': 'not now' };
    const shifted = [{ uidl: 'uid-7', raw: makeMail(7) }, ...rig.maildrop.messages];
    const drop = rig.maildrop.open();
    for (let number = 1; number <= COUNT; number++) drop?.markDeleted(number);
    drop?.commit();
    for (const message of shifted) rig.maildrop.deliver(message);
    await fetch();
    expect(there()).toEqual(['uid-7']);
    await expectNothingLost(7);
  });
});

describe('delete after 30 days', () => {
  it('counts from when a message was first kept here, whatever its Date', async () => {
    await start({}, AFTER_30);
    await fetch();
    rig.clock.advance(29 * DAY);
    rig.maildrop.deliver({ uidl: 'uid-7', raw: makeMail(7) });
    await fetch();
    expect(there()).toHaveLength(COUNT + 1);
    rig.clock.advance(DAY);
    await fetch();
    expect(there()).toEqual(['uid-7']);
    await expectNothingLost(7);
  });

  it('is held back for a week after the clock has jumped a year, and counts anew from there', async () => {
    await start({}, AFTER_30);
    await fetch();
    rig.clock.advance(365 * DAY);
    await fetch();
    rig.clock.advance(6 * DAY);
    await fetch();
    rig.clock.advance(23 * DAY);
    await fetch();
    expect(deles()).toEqual([]);
    rig.clock.advance(DAY);
    await fetch();
    expect(there()).toEqual([]);
    await expectNothingLost();
  });

  it.each([-365, 365])(
    'counts anew also what came under a clock that was %i days off, in a visit that did not come to its end',
    async (days) => {
      await start({}, AFTER_30);
      await fetch();
      rig.maildrop.deliver({ uidl: 'uid-7', raw: makeMail(7) });
      rig.clock.nowMs += days * DAY;
      const breaks = (): never => {
        throw new PoplarError('storage-failed', 'storage');
      };
      expect((await rig.fetch({ parts: { isKept }, onAdded: breaks })).error?.code).toBe('storage-failed');
      expect(await rig.stored()).toContain('uid-7');
      rig.clock.nowMs -= days * DAY;
      for (const wait of [0, 8, 21]) {
        rig.clock.advance(wait * DAY);
        await fetch();
      }
      expect(there()).toContain('uid-7');
      await expectNothingLost(7);
    },
  );

  it('deletes nothing under a clock that went back a year', async () => {
    await start();
    await fetch({ isKept: () => Promise.resolve(false) });
    const now = (): number => rig.clock.nowMs - 365 * DAY;
    await fetch({ now });
    expect(deles()).toEqual([]);
    expect(await removal()).toMatchObject({ held: { clock: COUNT } });
  });
});

describe('a fault while messages are deleted', () => {
  const pipelining = ['UIDL', 'TOP', 'PIPELINING'];
  const oneByOne = ['UIDL', 'TOP'];
  const points: [string, Faults][] = [
    ['cut at TOP before anything is asked', { dropAt: ['TOP'] }],
    ['cut at the first DELE', { dropAt: ['DELE 6'] }],
    ['cut in the middle of DELE', { dropAt: ['DELE 3'] }],
    ['cut between DELE and QUIT', { dropAt: ['DELE 1'] }],
    ['cut after QUIT before its reply', { dropAt: ['QUIT'] }],
    ['-ERR at one DELE', { refuse: { 'DELE 2': 'not that one' } }],
    ['-ERR at every DELE', { refuse: { DELE: 'read-only' } }],
    ['-ERR at QUIT', { refuse: { QUIT: 'some messages were not removed' } }],
    ['garbage at DELE', { instead: { 'DELE 4': '\u0001\u0002\r\n' } }],
    ['garbage at QUIT', { instead: { QUIT: 'what\r\n' } }],
  ];
  const cases = points.flatMap(([name, faults]) =>
    [pipelining, oneByOne].map(
      (capabilities) =>
        [
          `${name}, ${capabilities === pipelining ? 'pipelined' : 'one by one'}`,
          { ...faults, capabilities },
        ] as const,
    ),
  );

  it.each(cases)('%s: loses nothing, doubles nothing, and the next visit ends it', async (_name, faults) => {
    await start({ ...faults });
    const { result, error } = await fetch();
    // What was fetched is here whatever became of the rest.
    expect([error, result?.fetched]).toEqual([null, COUNT]);
    await expectNothingLost();
    const before = there();
    const status = await removal();
    const journal = await rig.store.removals(rig.account.id);
    // Nothing is called gone that is there.
    for (const one of journal) if (one.state === 'gone') expect(before).not.toContain(one.uidl);
    expect(status?.gone ?? 0).toBe(journal.filter(({ state }) => state === 'gone').length);

    for (const name of ['dropAt', 'refuse', 'instead'] as const) delete rig.faults[name];
    const retrieved = rig.retrieved.length;
    const next = await fetch();
    expect([next.error, next.result?.fetched]).toEqual([null, 0]);
    expect(rig.retrieved).toHaveLength(retrieved);
    expect(there()).toEqual([]);
    expect(await states()).toEqual(Array<string>(COUNT).fill('gone'));
    expect(await removal()).toMatchObject({ gone: COUNT, refused: 0, unknown: 0 });
    await expectNothingLost();
  });

  it('a visit cut at every seventh octet of its answers loses nothing', async () => {
    await start();
    await fetch({ isKept: () => Promise.resolve(false) });
    let octets = 0;
    let rounds = 0;
    // From the greeting on, a little further each time, until a visit comes to its end.
    while (there().length > 0) {
      rig.faults.dropAfterOctets = octets += 7;
      rounds += 1;
      await fetch();
      await expectNothingLost();
    }
    expect(rounds).toBeGreaterThan(50);
    delete rig.faults.dropAfterOctets;
    await fetch();
    expect(await states()).toEqual(Array<string>(COUNT).fill('gone'));
  });

  it('says that the outcome is unknown until the next listing', async () => {
    await start({ dropAt: ['QUIT'] });
    await fetch();
    expect(await removal()).toMatchObject({ gone: 0, unknown: COUNT });
    expect(await states()).toEqual(Array<string>(COUNT).fill('unknown'));
  });

  it('asks the server for nothing when the journal cannot be written', async () => {
    await start();
    const store = new Proxy(rig.store, {
      get: (target, name) => {
        if (name === 'putRemovals') return () => Promise.reject(new Error('the disk is full'));
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const { error } = await fetch({ store });
    expect(error).not.toBeNull();
    expect(deles()).toEqual([]);
    await expectNothingLost();
  });

  it('picks up after a device that died between asking and hearing', async () => {
    await start();
    await fetch({ isKept: () => Promise.resolve(false) });
    const asked = { uidl: uidl('uid-1'), octets: 1, hash: '', decidedAt: 1, state: 'asked' } as const;
    const vanished = { ...asked, uidl: uidl('uid-9') };
    await rig.store.putRemovals(rig.account.id, [asked, vanished]);
    delete rig.account.retention;
    await fetch();
    expect(await states()).toEqual(['gone', 'stayed']);
    expect(there()).toHaveLength(COUNT);
  });

  it('knows messages that share a unique-id by their sizes, whichever the server lists first', async () => {
    const [large, small] = [makeMail(1, 900), makeMail(2)].map((raw) => ({ uidl: 'same', raw }));
    if (large === undefined || small === undefined) throw new RangeError('no twins');
    rig = await SyncRig.start([large, small]);
    await fetch();
    const asked = { uidl: uidl('same'), octets: 900, hash: '', decidedAt: 1, state: 'asked' } as const;
    await rig.store.putRemovals(rig.account.id, [asked]);
    const other = await SyncRig.start([small, large]);
    expect((await other.fetch({ parts: { store: rig.store } })).result).toMatchObject({ fetched: 0 });
    await other.stop();
    expect(await states()).toEqual(['stayed']);
  });
});
