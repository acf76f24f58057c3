/** What people want of messages on a server, from the page's call to the mail server and back. */
import { describe, expect, it } from 'vitest';
import { uidl } from '../../../web/model/ids.ts';
import { fates, ids, listed, never, said, serviceOver, start, windowOf } from './ledger-rig.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';

describe('what people want of messages', () => {
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

  it('is told from the start when it is held back', async () => {
    let isKept = false;
    const started = await listed(() => isKept);
    const { tab, account } = started;
    const ask = (action: 'delete' | 'delete-without-copy', ...numbers: number[]) =>
      tab.api.changeLedger(account.id, { uidls: ids(...numbers) }, action);
    expect(await ask('delete', 1, 2)).toMatchObject({ changed: { messages: 2 }, held: 2 });
    expect(await ask('delete-without-copy', 5)).toMatchObject({ changed: { messages: 1 }, held: 0 });
    isKept = true;
    expect(await ask('delete', 1, 3)).toMatchObject({ changed: { messages: 2 }, held: 0 });
    await tab.api.setAccountOptions(account.id, { recent: true });
    expect(await ask('delete', 4)).toMatchObject({ changed: { messages: 1 }, held: 1 });
    expect(await windowOf(started, 'going')).toMatchObject({
      held: 'recent',
      rows: [5, 4, 3, 2, 1].map(() => ({ fate: { fate: 'stays', why: 'recent', asked: true } })),
    });
  });

  it('is shown to whoever asks while it is still looked up what becomes of them', async () => {
    let isKept: () => boolean | Promise<boolean> = () => true;
    const started = await listed(() => isKept());
    const { tab, account } = started;
    expect((await fates(started)).at(-1)).toBe('uid-1 here stays');
    let goOn: (kept: boolean) => void = () => undefined;
    const looking = new Promise<void>((begun) => {
      isKept = () => {
        begun();
        return new Promise((resolve) => (goOn = resolve));
      };
    });
    const change = tab.api.changeLedger(account.id, { uidls: ids(1) }, 'delete');
    await looking;
    const seen = fates(started);
    // What was asked for before this has been heard.
    await tab.api.accounts();
    goOn(true);
    expect((await seen).at(-1)).toBe('uid-1 here goes');
    await change;
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

  it('is too late to undo once the server has deleted it', async () => {
    const { mail, tab, account } = await listed();
    const { undo } = await tab.api.changeLedger(account.id, { uidls: ids(1, 2) }, 'delete');
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(4);
    expect(await tab.api.undoLedgerChange(account.id, undo)).toBe(2);
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
    const rig = serviceOver(mail);
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
    expect((await windowOf({ tab, account }, 'not-here')).rows.map(({ fate }) => fate.fate)).toEqual([
      'stays',
      'comes',
      'stays',
    ]);
    await tab.api.sync(account.id);
    expect(mail.retrieved.slice(100)).toEqual([2]);
    expect(await tab.store.wishes(account.id)).toEqual([]);
  });

  it('is not said to be done where the server gives no unique-ids, and nobody is asked about it', async () => {
    const mail = await SyncRig.start(makeMaildrop(2), {
      refuse: { UIDL: 'what' },
      capabilities: ['USER', 'TOP'],
    });
    const rig = serviceOver(mail);
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
