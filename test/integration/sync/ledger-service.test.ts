/** The ledger of a server, from the page's call to the mail server and back. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LedgerFilter, LedgerWindow } from '../../../web/model/server-ledger.ts';
import type { Account } from '../../../web/model/account.ts';
import { uidl, type AccountId } from '../../../web/model/ids.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const never = new AbortController().signal;
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Started {
  mail: SyncRig;
  rig: ServiceRig;
  tab: Tab;
  account: Account;
}

/** Six messages of which the first four were fetched. */
async function start(): Promise<Started> {
  const mail = await SyncRig.start(makeMaildrop(4));
  const rig = new ServiceRig(mail, { isKept: () => Promise.resolve(true) });
  closers.push(() => rig.stop());
  const tab = rig.tab();
  const account = await tab.api.addAccount(rig.draft());
  await tab.api.sync(account.id);
  for (const number of [5, 6]) mail.maildrop.deliver({ uidl: `uid-${number}`, raw: makeMail(number) });
  return { mail, rig, tab, account };
}

const ids = (...numbers: number[]) => numbers.map((number) => uidl(`uid-${number}`));
const said = ({ mail }: Started, verb: string): string[] =>
  mail.commands.filter((command) => command.startsWith(verb));
async function windowOf({ tab, account }: Started, filter: LedgerFilter = 'all'): Promise<LedgerWindow> {
  const found = await tab.api.ledgerWindow(account.id, filter, 0, 100);
  if (found === null) throw new RangeError('no ledger');
  return found;
}
const fates = async (started: Started): Promise<string[]> =>
  (await windowOf(started)).rows.map(({ uidl: name, place, fate }) => `${name} ${place} ${fate.fate}`);

describe('the ledger', () => {
  it('lists the server on demand, deletes nothing, and is there in windows', async () => {
    const started = await start();
    const { tab, account } = started;
    expect(await tab.api.ledgerWindow(account.id, 'all', 0, 10)).toBeNull();
    await tab.api.listServer(account.id, never);
    expect(await fates(started)).toEqual([
      'uid-6 not-here stays',
      'uid-5 not-here stays',
      'uid-4 here stays',
      'uid-3 here stays',
      'uid-2 here stays',
      'uid-1 here stays',
    ]);
    const { figures, rows, onlyHere, held } = await windowOf(started);
    expect(figures).toMatchObject({
      all: { messages: 6 },
      'not-here': { messages: 2 },
      going: { messages: 0 },
    });
    expect(rows[3]?.head).toMatchObject({ subject: 'Message 3', from: { address: 's3@example.org' } });
    expect([rows[0]?.head, onlyHere, held]).toEqual(['not-asked', 0, null]);
    const middle = await tab.api.ledgerWindow(account.id, 'all', 2, 2);
    expect(middle?.rows.map((row) => row.uidl)).toEqual(['uid-4', 'uid-3']);
    expect(await tab.api.ledgerIds(account.id, 'not-here', 0, 10)).toEqual(['uid-6', 'uid-5']);
    expect(said(started, 'DELE')).toEqual([]);
  });

  it('looks at headers of what is not here over the session that is open, and again over another one', async () => {
    const started = await start();
    const { mail, rig, tab, account } = started;
    await tab.api.listServer(account.id, never);
    const logins = said(started, 'UIDL').length;
    await tab.api.readLedgerHeads(account.id, ids(6), never);
    expect((await windowOf(started)).rows[0]?.head).toMatchObject({ subject: 'Message 6' });
    expect(said(started, 'UIDL')).toHaveLength(logins);
    // What is known is not asked for again.
    const tops = said(started, 'TOP').length;
    await tab.api.readLedgerHeads(account.id, ids(6, 4), never);
    expect(said(started, 'TOP')).toHaveLength(tops);

    rig.clock.advance(10_000);
    mail.maildrop.deliver({ uidl: 'uid-7', raw: makeMail(7) });
    await tab.api.readLedgerHeads(account.id, ids(5), never);
    expect(said(started, 'UIDL')).toHaveLength(logins + 1);
    const { rows } = await windowOf(started);
    expect(
      rows.map(({ uidl: name, head }) => [name, typeof head === 'string' ? head : head.subject]),
    ).toEqual([
      ['uid-7', 'not-asked'],
      ...[6, 5, 4, 3, 2, 1].map((number) => [`uid-${number}`, `Message ${number}`]),
    ]);
  });

  it('shows sizes only where the server has no TOP', async () => {
    const started = await start();
    const { mail, tab, account } = started;
    mail.faults.refuse = { TOP: 'what?' };
    await tab.api.listServer(account.id, never);
    await tab.api.readLedgerHeads(account.id, ids(5, 6), never);
    const { rows, hidesHeaders } = await windowOf(started);
    expect([hidesHeaders, rows[0]?.head, rows[1]?.head]).toEqual([true, 'none', 'none']);
  });

  it.each([
    // Numbers are worth nothing in another session.
    ['another listing', (tab: Tab, id: AccountId) => tab.api.listServer(id, never)],
    // And that server has a TOP.
    ['a fetch', (tab: Tab, id: AccountId) => tab.api.sync(id)],
  ])('asks no headers of a session that %s has ended in between', async (_name, come) => {
    const started = await start();
    const { mail, rig, tab, account } = started;
    await tab.api.listServer(account.id, never);
    await windowOf(started);
    rig.clock.advance(10_000);
    mail.faults.refuse = { RETR: 'later' };
    const { holdings } = tab.store;
    let coming: Promise<unknown> | null = null;
    tab.store.holdings = async (id) => {
      tab.store.holdings = holdings;
      const before = mail.commands.length;
      coming = come(tab, account.id);
      await vi.waitFor(() => expect(mail.commands.slice(before)).toContain('CAPA'));
      return tab.store.holdings(id);
    };
    const reading = tab.api.readLedgerHeads(account.id, ids(6), never);
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await coming;
    expect(said(started, 'TOP')).toEqual([]);
    expect(await windowOf(started)).toMatchObject({
      hidesHeaders: false,
      rows: { 0: { head: 'not-asked' } },
    });
  });

  it('makes way for a fetch, which needs not wait until nobody scrolls any more', async () => {
    const started = await start();
    const { tab, account } = started;
    await tab.api.listServer(account.id, never);
    await tab.api.sync(account.id);
    expect((await windowOf(started)).rows.map(({ place }) => place)).toEqual(Array<string>(6).fill('here'));
  });

  it('of before is still there when the server cannot be reached, and says so', async () => {
    const started = await start();
    const { mail, rig, tab, account } = started;
    await tab.api.listServer(account.id, never);
    const { asOf } = await windowOf(started);
    rig.clock.advance(60_000);
    mail.faults.refuse = { AUTH: '[AUTH] no', PASS: '[AUTH] no', USER: '[AUTH] no', APOP: '[AUTH] no' };
    await expect(tab.api.listServer(account.id, never)).rejects.toMatchObject({ code: 'login-refused' });
    const after = await windowOf(started);
    expect([after.asOf, after.figures.all.messages]).toEqual([asOf, 6]);
  });

  it('is called off when nobody waits for it any more', async () => {
    const started = await start();
    const { mail, tab, account } = started;
    mail.faults.stallAt = ['UIDL'];
    const control = new AbortController();
    const listing = tab.api.listServer(account.id, control.signal);
    control.abort();
    await expect(listing).rejects.toMatchObject({ code: 'cancelled' });
    delete mail.faults.stallAt;
    await tab.api.listServer(account.id, never);
    expect((await windowOf(started)).figures.all.messages).toBe(6);
  });
});

describe('what people want of messages', () => {
  async function listed(): Promise<Started> {
    const started = await start();
    await started.tab.api.listServer(started.account.id, never);
    return started;
  }

  it('is done with the next fetch: deleted, kept from a rule, deleted without a copy', async () => {
    const started = await listed();
    const { mail, tab, account } = started;
    const { api } = tab;
    expect(await api.changeLedger(account.id, { uidls: ids(1, 2, 5) }, 'delete')).toMatchObject({
      changed: { messages: 2 },
      leftOut: { messages: 1, octets: makeMail(5).length },
    });
    await api.changeLedger(account.id, { uidls: ids(5) }, 'delete-without-copy');
    await api.changeLedger(account.id, { uidls: ids(3) }, 'keep');
    await api.setRetention(account.id, { rule: 'after-download' });
    expect(await fates(started)).toEqual([
      'uid-6 not-here stays',
      'uid-5 not-here goes',
      'uid-4 here goes',
      'uid-3 here kept',
      'uid-2 here goes',
      'uid-1 here goes',
    ]);
    await api.sync(account.id);
    expect(mail.maildrop.messages.map((one) => one.uidl)).toEqual(['uid-3']);
    // The listing of before is shown without what has gone since.
    expect(await fates(started)).toEqual(['uid-3 here kept']);
    expect((await windowOf(started)).onlyHere).toBe(4);
    expect(said(started, 'RETR 5')).toEqual([]);
  });

  it('is meant for all that a filter shows, but for some', async () => {
    const started = await listed();
    const { tab, account } = started;
    const { changed } = await tab.api.changeLedger(account.id, { filter: 'all', except: ids(2, 6) }, 'keep');
    expect(changed.messages).toBe(4);
    const { rows } = await windowOf(started, 'kept');
    expect(rows.map((row) => row.uidl)).toEqual(['uid-5', 'uid-4', 'uid-3', 'uid-1']);
    const taken = await tab.api.changeLedger(account.id, { filter: 'kept', except: ids(1) }, 'none');
    expect(taken.changed.messages).toBe(3);
    expect((await windowOf(started)).figures.kept.messages).toBe(1);
  });

  it('is put back as it was by undo, each message as it was', async () => {
    const started = await listed();
    const { mail, tab, account } = started;
    const { api } = tab;
    await api.changeLedger(account.id, { uidls: ids(1) }, 'keep');
    const { undo } = await api.changeLedger(account.id, { uidls: ids(1, 2) }, 'delete');
    expect(await api.undoLedgerChange(account.id, undo)).toBe(0);
    expect((await windowOf(started, 'kept')).rows.map((row) => row.uidl)).toEqual(['uid-1']);
    await expect(api.undoLedgerChange(account.id, undo)).rejects.toMatchObject({ code: 'not-found' });
    await api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(6);
  });

  it('is heard of in other tabs, and too late once QUIT is on its way', async () => {
    const started = await listed();
    const { mail, rig, account } = started;
    const other = rig.tab();
    await other.api.accounts();
    const heard = other.next('server-ledger-changed');
    const { undo } = await started.tab.api.changeLedger(account.id, { uidls: ids(1, 2) }, 'delete');
    expect(await heard).toMatchObject({ account: account.id });
    mail.faults.dropAt = ['QUIT'];
    await other.api.sync(account.id);
    expect((await fates(started)).slice(-2)).toEqual(['uid-2 here leaving', 'uid-1 here leaving']);
    expect(await started.tab.api.undoLedgerChange(account.id, undo)).toBe(2);
  });

  it('brings again what was here once, and undo forgets that', async () => {
    const started = await listed();
    const { tab, account } = started;
    await tab.store.addUidls(account.id, ids(5));
    const again = await tab.api.changeLedger(account.id, { uidls: ids(4, 5) }, 'fetch');
    expect(again).toMatchObject({ changed: { messages: 1 }, leftOut: { messages: 1 } });
    await tab.api.undoLedgerChange(account.id, again.undo);
    expect((await tab.store.knownUidls(account.id)).has(uidl('uid-5'))).toBe(true);
    await tab.api.changeLedger(account.id, { uidls: ids(5) }, 'fetch');
    await tab.api.sync(account.id);
    expect((await tab.store.summaries()).map((row) => row.uidl).toSorted()).toEqual(ids(1, 2, 3, 4, 5, 6));
  });

  it('and undo of that leaves deleted here what was deleted here for good', async () => {
    const started = await listed();
    const { mail, tab, account } = started;
    const { api, store } = tab;
    const gone = (await store.summaries()).filter((row) => row.uidl === uidl('uid-3')).map(({ id }) => id);
    await api.move(gone, 'trash');
    await api.deleteForGood(gone);
    await api.setRetention(account.id, { rule: 'when-deleted' });
    const { undo } = await api.changeLedger(account.id, { uidls: ids(3) }, 'fetch');
    await api.undoLedgerChange(account.id, undo);
    await api.sync(account.id);
    expect(mail.maildrop.messages.map((one) => one.uidl)).not.toContain('uid-3');
    expect((await store.summaries()).map((row) => row.uidl)).not.toContain('uid-3');
  });

  it('brings again what is damaged here, and nothing of it is deleted there before', async () => {
    const started = await listed();
    const { mail, rig, tab, account } = started;
    const { api, store } = tab;
    const row = (await store.summaries()).find((one) => one.uidl === uidl('uid-3'));
    const kept = row && rig.disk.messages.get(row.id);
    if (kept === undefined) throw new RangeError('no mail');
    kept.raw = kept.raw.with(kept.raw.length - 1, 7);
    await api.repair(() => undefined, never);
    expect((await fates(started))[3]).toBe('uid-3 damaged stays');
    expect((await windowOf(started)).figures['not-here'].messages).toBe(3);
    const deleting = await api.changeLedger(account.id, { uidls: ids(3) }, 'delete');
    expect(deleting).toMatchObject({ changed: { messages: 0 }, leftOut: { messages: 1 } });
    const change = await api.changeLedger(account.id, { uidls: ids(3, 4) }, 'fetch');
    expect(change).toMatchObject({ changed: { messages: 1 }, leftOut: { messages: 1 } });
    expect((await fates(started))[3]).toBe('uid-3 damaged comes');
    await api.changeLedger(account.id, { uidls: ids(3) }, 'none');
    expect((await fates(started))[3]).toBe('uid-3 damaged stays');
    await api.changeLedger(account.id, { uidls: ids(3) }, 'fetch');
    const told = tab.next('messages-changed');
    await api.sync(account.id);
    expect(await told).toMatchObject({ ids: [row?.id], whole: true });
    expect((await fates(started))[3]).toBe('uid-3 here stays');
    expect(Buffer.compare(await api.source(kept.summary.id), makeMail(3))).toBe(0);
    expect([said(started, 'DELE'), mail.retrieved.filter((number) => number === 3)]).toEqual([[], [3, 3]]);
    expect(await store.summaries()).toHaveLength(6);
  });

  it('is waited for where the server lists it no more, and that is said', async () => {
    const started = await listed();
    const { mail, tab, account } = started;
    await tab.store.addUidls(account.id, ids(5));
    await tab.api.changeLedger(account.id, { uidls: ids(5, 6) }, 'fetch');
    mail.faults.refuse = { 'RETR 5': 'later' };
    await tab.api.sync(account.id);
    expect((await windowOf(started)).awaited).toBe(0);
    const drop = mail.maildrop.open();
    drop?.markDeleted(5);
    drop?.commit();
    await tab.api.listServer(account.id, never);
    expect([await windowOf(started), await tab.store.wishes(account.id)]).toMatchObject([
      { awaited: 1, onlyHere: 0, figures: { all: { messages: 5 } } },
      [{ uidl: 'uid-5', wish: 'fetch' }],
    ]);
  });

  it('brings what the choice of the newest leaves out', async () => {
    const mail = await SyncRig.start(makeMaildrop(103));
    const rig = new ServiceRig(mail, { isKept: () => Promise.resolve(true) });
    closers.push(() => rig.stop());
    const tab = rig.tab();
    const account = await tab.api.addAccount(rig.draft());
    const choice = { what: 'newest', count: 100 } as const;
    await tab.api.setAccountOptions(account.id, {
      checkEvery: 0,
      recent: false,
      fetch: choice,
      headsAbove: null,
    });
    await tab.api.sync(account.id);
    expect(mail.retrieved).toHaveLength(100);
    await tab.api.listServer(account.id, never);
    const change = await tab.api.changeLedger(account.id, { uidls: ids(2) }, 'fetch');
    expect(change.changed.messages).toBe(1);
    expect(
      (await windowOf({ mail, rig, tab, account }, 'not-here')).rows.map(({ fate }) => fate.fate),
    ).toEqual(['stays', 'comes', 'stays']);
    await tab.api.sync(account.id);
    expect(mail.retrieved.slice(100)).toEqual([2]);
    expect(await tab.store.wishes(account.id)).toEqual([]);
  });

  it('is not said to be done where the server gives no unique-ids, and nobody is asked about it', async () => {
    const mail = await SyncRig.start(makeMaildrop(2), {
      refuse: { UIDL: 'what' },
      capabilities: ['USER', 'TOP'],
    });
    const rig = new ServiceRig(mail, { isKept: () => Promise.resolve(true) });
    closers.push(() => rig.stop());
    const { api, store } = rig.tab();
    const { id } = await api.addAccount(rig.draft());
    await api.sync(id);
    mail.maildrop.deliver({ uidl: 'uid-3', raw: makeMail(3) });
    await api.listServer(id, never);
    for (const action of ['delete', 'delete-without-copy'] as const) {
      expect(await api.changeLedger(id, { filter: 'all', except: [] }, action)).toMatchObject({
        changed: { messages: 0 },
        leftOut: { messages: 0 },
        nameless: 3,
      });
    }
    expect(await store.wishes(id)).toEqual([]);
  });

  it('cannot be said of a server that was not listed', async () => {
    const { tab, account } = await start();
    await expect(tab.api.changeLedger(account.id, { uidls: ids(1) }, 'keep')).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
