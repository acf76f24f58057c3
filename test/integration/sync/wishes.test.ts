/** What people want of single messages on the server: kept, deleted, taken back until QUIT, under every fault. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { uidl } from '../../../web/model/ids.ts';
import type { ConfirmedRule } from '../../../web/model/retention.ts';
import type { WishKind } from '../../../web/model/server-ledger.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import type { SyncParts } from '../../../web/sync/maildrop-sync.ts';
import { wishing } from '../../../web/sync/wishes.ts';
import { makeMail, makeMaildrop, SyncRig, type Fetched } from './rig.ts';

const DAY_MS = 86_400_000;
const COUNT = 4;
const AT_ONCE: ConfirmedRule = { rule: 'after-download', confirmedAt: 1 };
const isKept = (): Promise<boolean> => Promise.resolve(true);

let rig: SyncRig;
afterEach(() => rig.stop());

async function start(faults: Faults = {}, retention?: ConfirmedRule): Promise<void> {
  rig = await SyncRig.start(makeMaildrop(COUNT), faults);
  if (retention !== undefined) rig.account.retention = retention;
}
const fetch = (parts: Partial<SyncParts> = {}): Promise<Fetched> =>
  rig.fetch({ parts: { isKept, ...parts } });
const there = (): string[] => rig.maildrop.messages.map((message) => message.uidl);
/** By somebody else. */
function deleteThere(number: number): void {
  const drop = rig.maildrop.open();
  drop?.markDeleted(number);
  drop?.commit();
}
const said = (verb: string): string[] => rig.commands.filter((command) => command.startsWith(verb));

function wish(kind: WishKind | null, ...numbers: number[]) {
  const wanted = numbers.map((number) => {
    const name = uidl(`uid-${number}`);
    const octets = makeMail(number).length;
    return { uidl: name, wish: kind && { uidl: name, wish: kind, octets, wishedAt: 1 } };
  });
  return rig.store.changeWishes(rig.account.id, wishing(wanted));
}
const wishes = async (): Promise<string[]> =>
  (await rig.store.wishes(rig.account.id)).map((one) => `${one.uidl} ${one.wish}${one.sealed ? '*' : ''}`);
const states = async (): Promise<string[]> =>
  (await rig.store.removals(rig.account.id)).map((one) => `${one.uidl} ${one.state}`).toSorted();

/** The store, with something done by somebody else right before the wishes are sealed: between DELE and QUIT. */
function whenMarked(act: () => Promise<unknown>): MailStore {
  return new Proxy(rig.store, {
    get: (target, name) => {
      if (name === 'changeWishes') {
        return async (...args: Parameters<MailStore['changeWishes']>) => {
          if (rig.commands.at(-1)?.startsWith('DELE')) await act();
          return target.changeWishes(...args);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

describe('a message that is asked to be deleted', () => {
  it('goes with the next fetch, alone, without any rule', async () => {
    await start();
    await fetch();
    await wish('delete', 2);
    expect((await fetch()).error).toBeNull();
    expect(there()).toEqual(['uid-1', 'uid-3', 'uid-4']);
    expect(await states()).toEqual(['uid-2 gone']);
    expect(await wishes()).toEqual([]);
    expect(await rig.stored()).toHaveLength(COUNT);
    expect(await rig.store.status(rig.account.id)).toMatchObject({ maildropCount: COUNT - 1 });
  });

  it('needs the same proof as by a rule', async () => {
    await start();
    await fetch();
    await wish('delete', 2);
    rig.faults.refuse = { TOP: 'what?' };
    await fetch();
    expect([said('DELE'), there().length]).toEqual([[], COUNT]);
    expect(await wishes()).toEqual(['uid-2 delete']);
  });

  it('is held back while the browser may throw the mail away, and still wanted', async () => {
    await start();
    await fetch();
    await wish('delete', 2);
    await fetch({ isKept: () => Promise.resolve(false) });
    expect(said('DELE')).toEqual([]);
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ held: { 'may-be-cleared': 1 } });
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-3', 'uid-4']);
  });

  it.each([
    ['is taken back', (): Promise<unknown> => wish(null, 2)],
    ['somebody else has done', async () => deleteThere(2)],
  ])('is not said to have been refused, or held back, once that %s', async (_name, act) => {
    await start({ refuse: { DELE: 'read-only' } });
    await fetch();
    await wish('delete', 2, 3);
    await fetch();
    await wish(null, 3);
    await fetch({ isKept: () => Promise.resolve(false) });
    const said = async () => (await rig.store.status(rig.account.id)).removal;
    expect(await said()).toMatchObject({ refused: 0, held: { 'may-be-cleared': 1 } });
    await fetch();
    expect(await said()).toMatchObject({ refused: 1, held: {} });
    await act();
    await fetch();
    expect(await said()).toMatchObject({ refused: 0, held: {} });
  });

  it('stays when it is not here, unless somebody agreed to lose it; then it is not fetched first', async () => {
    await start({ refuse: { 'RETR 2': 'later', 'RETR 3': 'later' } });
    await fetch();
    delete rig.faults.refuse;
    await wish('delete-without-copy', 3);
    expect((await fetch()).result?.fetched).toBe(1);
    expect(there()).toEqual(['uid-1', 'uid-2', 'uid-4']);
    expect(said('RETR 3')).toHaveLength(1);
    expect(await wishes()).toEqual([]);
  });

  it('is not another one that the server gave its unique-id', async () => {
    await start({ refuse: { RETR: 'later' } });
    await fetch();
    await wish('delete-without-copy', 4);
    deleteThere(4);
    rig.maildrop.deliver({ uidl: 'uid-4', raw: makeMail(40) });
    await fetch();
    expect(there()).toContain('uid-4');
    expect(said('DELE')).toEqual([]);
  });
});

describe('a message that is to be kept', () => {
  it('stays whatever the rule says, until that is taken back', async () => {
    await start();
    await fetch();
    await wish('keep', 2, 3);
    rig.account.retention = AT_ONCE;
    await fetch();
    expect(there()).toEqual(['uid-2', 'uid-3']);
    await wish(null, 3);
    await fetch();
    expect(there()).toEqual(['uid-2']);
  });
});

describe('taken back between DELE and QUIT', () => {
  it('a wish leaves its message there; the others go', async () => {
    await start();
    await fetch();
    await wish('delete', 1, 2);
    await fetch({ store: whenMarked(() => wish(null, 1)) });
    expect(there()).toEqual(['uid-1', 'uid-3', 'uid-4']);
    expect(said('RSET')).toHaveLength(1);
    expect(await states()).toEqual(['uid-1 taken-back', 'uid-2 gone']);
    expect(await wishes()).toEqual([]);
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ gone: 1, refused: 0 });
  });

  it('a rule leaves there what somebody wants to keep', async () => {
    await start({}, AT_ONCE);
    await fetch({ store: whenMarked(() => wish('keep', 4)) });
    expect(there()).toEqual(['uid-4']);
    expect(await wishes()).toEqual(['uid-4 keep']);
  });

  it('all of them leave everything there', async () => {
    await start();
    await fetch();
    await wish('delete', 1, 2);
    await fetch({ store: whenMarked(() => wish(null, 1, 2)) });
    expect(there()).toHaveLength(COUNT);
  });

  it('nothing goes where the server cannot take it back, and it is asked again for the rest', async () => {
    await start();
    await fetch();
    await wish('delete', 1, 2);
    rig.faults.refuse = { RSET: 'what?' };
    await fetch({ store: whenMarked(() => wish(null, 1)) });
    expect(there()).toHaveLength(COUNT);
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-3', 'uid-4']);
    expect(await wishes()).toEqual([]);
  });
});

describe('a fault while what was asked for is deleted', () => {
  const points: [string, Faults, string[]][] = [
    ['cut before DELE', { dropAt: ['TOP'] }, ['uid-2 delete']],
    ['cut at DELE', { dropAt: ['DELE 2'] }, ['uid-2 delete']],
    ['-ERR at DELE', { refuse: { DELE: 'read-only' } }, ['uid-2 delete']],
    // From QUIT on it is too late to take it back, and the next listing tells.
    ['cut at QUIT', { dropAt: ['QUIT'] }, ['uid-2 delete*']],
    ['-ERR at QUIT', { refuse: { QUIT: 'some stay' } }, ['uid-2 delete*']],
  ];
  it.each(points)('%s: the wish stands until it is done', async (_name, faults, standing) => {
    await start();
    await fetch();
    await wish('delete', 2);
    Object.assign(rig.faults, faults);
    await fetch();
    expect(await wishes()).toEqual(standing);
    if (standing[0]?.endsWith('*')) expect((await wish(null, 2)).tooLate).toEqual(['uid-2']);
    for (const name of ['dropAt', 'refuse'] as const) delete rig.faults[name];
    await fetch();
    expect(there()).toEqual(['uid-1', 'uid-3', 'uid-4']);
    expect(await wishes()).toEqual([]);
    expect(await rig.stored()).toHaveLength(COUNT);
  });

  it('cut between DELE and QUIT it can still be taken back', async () => {
    await start();
    await fetch();
    await wish('delete', 2);
    rig.faults.dropAt = ['DELE 2'];
    await fetch();
    await wish(null, 2);
    delete rig.faults.dropAt;
    await fetch();
    expect(there()).toHaveLength(COUNT);
  });
});

describe('a message that is damaged here', () => {
  async function spoil(...numbers: number[]): Promise<void> {
    const rows = (await rig.store.summaries()).filter(({ uidl }) =>
      numbers.some((number) => uidl === `uid-${number}`),
    );
    const lost = new Set(rows.map(({ id }) => id));
    const { raws } = rig.store;
    rig.store.raws = async (ids) =>
      (await raws.call(rig.store, ids)).map((raw, place) => {
        const id = ids[place];
        return id !== undefined && lost.has(id) ? null : raw;
      });
    await rig.store.applyFindings(rows.map(({ id }) => ({ id, digest: null, damaged: true })));
  }
  const damaged = async (): Promise<string[]> =>
    (await rig.store.holdings(rig.account.id)).flatMap((one) => (one.damaged ? one.uidl : []));

  it('comes again when that is asked for, in its place and alone', async () => {
    await start();
    await fetch();
    await spoil(2, 3);
    await wish('fetch', 1, 2);
    const { result } = await fetch();
    expect(result).toMatchObject({ fetched: 0, skipped: [] });
    expect(rig.retrieved.slice(COUNT)).toEqual([2]);
    expect(await damaged()).toEqual(['uid-3']);
    expect(await rig.damaged()).toEqual([]);
    expect(await rig.stored()).toHaveLength(COUNT);
    expect(await wishes()).toEqual([]);
  });

  it('stays on the server, by a rule and for the asking, until it is whole here; then it goes', async () => {
    await start();
    await fetch();
    await spoil(2, 3);
    await wish('delete', 3);
    rig.account.retention = AT_ONCE;
    await fetch();
    expect(there()).toEqual(['uid-2', 'uid-3']);
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ held: { 'not-read-back': 2 } });
    await wish('fetch', 2);
    // What has just come goes once it was read back.
    await fetch();
    expect(there()).toEqual(['uid-3']);
    expect(await rig.stored()).toHaveLength(COUNT);
  });

  it('is wanted until it has come, whatever breaks', async () => {
    await start();
    await fetch();
    await spoil(2);
    await wish('fetch', 2);
    rig.faults.refuse = { 'RETR 2': 'later' };
    expect((await fetch()).result?.skipped).toMatchObject([{ uidl: 'uid-2' }]);
    expect(await wishes()).toEqual(['uid-2 fetch']);
    delete rig.faults.refuse;
    // A server that hangs up at it each time is not asked for ever.
    rig.faults.dropAt = ['RETR 2'];
    expect((await fetch()).result?.skipped).toMatchObject([{ uidl: 'uid-2' }]);
    expect([await damaged(), await wishes()]).toEqual([['uid-2'], ['uid-2 fetch']]);
    delete rig.faults.dropAt;
    await fetch();
    expect([await damaged(), await wishes()]).toEqual([[], []]);
  });

  it('is waited for while the server does not list it, and for no longer than 30 days', async () => {
    await start();
    await fetch();
    await spoil(4);
    await wish('fetch', 4);
    deleteThere(4);
    for (const days of [0, 20]) {
      rig.clock.advance(days * DAY_MS);
      await fetch();
      expect(await wishes()).toEqual(['uid-4 fetch']);
    }
    // A listing that showed it again begins anew; the next one does not.
    rig.maildrop.deliver({ uidl: 'uid-4', raw: makeMail(4) });
    rig.faults.refuse = { 'RETR 4': 'later' };
    await fetch();
    deleteThere(4);
    for (const days of [5, 29]) {
      rig.clock.advance(days * DAY_MS);
      await fetch();
      expect(await wishes()).toEqual(['uid-4 fetch']);
    }
    rig.clock.advance(DAY_MS);
    await fetch();
    expect([await wishes(), await damaged()]).toEqual([[], ['uid-4']]);
  });

  it('is not replaced by another one that the server gave its unique-id', async () => {
    await start();
    await fetch();
    await spoil(4);
    await wish('fetch', 4);
    deleteThere(4);
    rig.maildrop.deliver({ uidl: 'uid-4', raw: makeMail(40) });
    await fetch();
    expect(await damaged()).toEqual(['uid-4']);
    expect((await rig.store.summaries()).map(({ subject }) => subject)).toContain('Message 4');
    expect(await wishes()).toEqual([]);
  });
});

describe('a message that is forgotten', () => {
  it('is fetched again, once, and nothing that is here is', async () => {
    await start();
    await rig.store.addUidls(rig.account.id, [uidl('uid-2')]);
    await fetch();
    expect(await rig.stored()).toEqual(expect.not.arrayContaining(['uid-2']));
    const all = [1, 2, 3, 4].map((number) => uidl(`uid-${number}`));
    expect((await rig.store.forgetUidls(rig.account.id, all)).uidls).toEqual(['uid-2']);
    expect((await fetch()).result?.fetched).toBe(1);
    expect((await fetch()).result?.fetched).toBe(0);
    expect((await rig.stored()).toSorted()).toEqual(all);
  });
});
