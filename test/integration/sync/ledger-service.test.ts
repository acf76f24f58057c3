/** The ledger of a server, from the page's call to the mail server and back. */
import { describe, expect, it, vi } from 'vitest';
import type { AccountId } from '../../../web/model/ids.ts';
import { fates, ids, never, said, start, windowOf } from './ledger-rig.ts';
import { makeMail } from './rig.ts';
import type { Tab } from './service-rig.ts';

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
