/** From one device to another over one mail server: what the first has fetched, the second does not fetch. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../web/model/account.ts';
import { uidl } from '../../../web/model/ids.ts';
import { writeContents, type MoveContents } from '../../../web/move/move-contents.ts';
import { sealMoveFile } from '../../../web/worker/seal-move-file.ts';
import { makeMail, makeMaildrop, PASSWORD, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const PASSPHRASE = 'four words nobody guesses';
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Devices {
  mail: SyncRig;
  old: Tab;
  fresh: Tab;
  rig: ServiceRig;
  account: Account;
}

/** A device that has fetched four messages, and another one that has nothing. */
async function start(): Promise<Devices> {
  const mail = await SyncRig.start(makeMaildrop(4));
  const [first, second] = [new ServiceRig(mail), new ServiceRig(mail)];
  closers.push(
    () => first.stop(),
    () => second.leave(),
  );
  const old = first.tab();
  const account = await old.api.addAccount(first.draft());
  await old.api.sync(account.id);
  mail.commands.length = 0;
  return { mail, old, fresh: second.tab(), rig: second, account };
}

const fetched = ({ mail }: Devices): number => mail.commands.filter((one) => one.startsWith('RETR')).length;

async function only(tab: Tab): Promise<Account> {
  const accounts = await tab.api.accounts();
  if (accounts.length !== 1 || accounts[0] === undefined) throw new RangeError('not one account');
  return accounts[0].account;
}

describe('a move file', () => {
  it('tells what it holds without changing anything', async () => {
    const { old, fresh, account } = await start();
    await old.api.setRetention(account.id, { rule: 'after-days', days: 30 });
    const file = await old.api.saveMove(PASSPHRASE, true);
    const { accounts } = await fresh.api.readMove(file, PASSPHRASE);
    expect(accounts).toEqual([
      {
        address: 'nora@example.org',
        host: account.incoming.host,
        user: 'nora',
        known: 4,
        hasPassword: true,
        rule: { rule: 'after-days', days: 30 },
        isHere: false,
      },
    ]);
    expect(await fresh.api.accounts()).toEqual([]);
  });

  it('makes an account that fetches only what is new', async () => {
    const devices = await start();
    const { mail, old, fresh } = devices;
    const file = await old.api.saveMove(PASSPHRASE, true);
    expect(await fresh.api.takeMove(file, PASSPHRASE, 'new-only')).toMatchObject({ merged: [], learnt: 4 });
    const { id } = await only(fresh);
    await fresh.api.sync(id);
    expect(fetched(devices)).toBe(0);
    mail.maildrop.deliver({ uidl: 'uid-5', raw: makeMail(5) });
    await fresh.api.sync(id);
    expect(fetched(devices)).toBe(1);
    expect((await fresh.store.summaries()).map((row) => row.uidl)).toEqual(['uid-5']);
  });

  it('fetches everything again where somebody wants that', async () => {
    const devices = await start();
    const { old, fresh } = devices;
    const file = await old.api.saveMove(PASSPHRASE, true);
    expect(await fresh.api.takeMove(file, PASSPHRASE, 'everything')).toMatchObject({ learnt: 0 });
    await fresh.api.sync((await only(fresh)).id);
    expect(fetched(devices)).toBe(4);
  });

  it('brings settings and a password, and a rule that nobody has agreed to here yet', async () => {
    const devices = await start();
    const { mail, old, fresh, account } = devices;
    await old.api.setAccountOptions(account.id, { checkEvery: 60, recent: false });
    await old.api.setRetention(account.id, { rule: 'after-download' });
    const file = await old.api.saveMove(PASSPHRASE, true);
    await fresh.api.takeMove(file, PASSPHRASE, 'everything');
    const moved = await only(fresh);
    expect(moved).toMatchObject({ checkEvery: 60, user: 'nora', formerRule: { rule: 'after-download' } });
    expect(moved).not.toHaveProperty('retention');
    expect(await fresh.store.password(moved.id)).toBe(PASSWORD);
    await fresh.api.sync(moved.id);
    expect(mail.maildrop.messages).toHaveLength(4);
    // A choice made here ends what was elsewhere.
    await fresh.api.setRetention(moved.id, { rule: 'keep' });
    expect(await only(fresh)).not.toHaveProperty('formerRule');
  });

  it('counts as not fetched what the other device has the beginning of alone', async () => {
    const devices = await start();
    const { mail, old, fresh, account } = devices;
    mail.maildrop.deliver({ uidl: 'large', raw: makeMail(5, 200_000) });
    await old.api.setAccountOptions(account.id, {
      headsAbove: 100_000,
      fetch: { what: 'newest', count: 500 },
    });
    await old.api.sync(account.id);
    expect(await old.store.knownUidls(account.id)).toContain('large');
    const file = await old.api.saveMove(PASSPHRASE, true);
    expect(await fresh.api.takeMove(file, PASSPHRASE, 'new-only')).toMatchObject({ learnt: 4 });
    const moved = await only(fresh);
    expect(moved).toMatchObject({ headsAbove: 100_000, fetch: { what: 'newest', count: 500 } });
    await fresh.api.setAccountOptions(moved.id, { headsAbove: null });
    await fresh.api.sync(moved.id);
    expect((await fresh.store.summaries()).map((row) => [row.uidl, row.partial])).toEqual([
      ['large', undefined],
    ]);
  });

  it('counts as not fetched what is damaged on the other device', async () => {
    const { old, fresh, mail } = await start();
    const [row] = await old.store.summaries();
    if (row === undefined) throw new RangeError('no mail');
    await old.store.applyFindings([{ id: row.id, digest: null, damaged: true }]);
    await fresh.api.takeMove(await old.api.saveMove(PASSPHRASE, true), PASSPHRASE, 'new-only');
    mail.commands.length = 0;
    await fresh.api.sync((await only(fresh)).id);
    expect((await fresh.store.summaries()).map(({ uidl }) => uidl)).toEqual([row.uidl]);
  });

  it('holds no password unless somebody wants that, nor one that is not kept', async () => {
    const { old, fresh, account } = await start();
    const { accounts } = await fresh.api.readMove(await old.api.saveMove(PASSPHRASE, false), PASSPHRASE);
    expect(accounts[0]?.hasPassword).toBe(false);
    await old.api.setPassword(account.id, PASSWORD, false);
    const again = await fresh.api.readMove(await old.api.saveMove(PASSPHRASE, true), PASSPHRASE);
    expect(again.accounts[0]?.hasPassword).toBe(false);
    await fresh.api.takeMove(await old.api.saveMove(PASSPHRASE, true), PASSPHRASE, 'new-only');
    expect((await fresh.api.accounts())[0]?.hasPassword).toBe(false);
  });

  it('teaches an account that is here already, and changes nothing else of it', async () => {
    const devices = await start();
    const { old, fresh, rig } = devices;
    const file = await old.api.saveMove(PASSPHRASE, true);
    const here = await fresh.api.addAccount(rig.draft({ displayName: 'N.' }));
    await fresh.store.addUidls(here.id, [uidl('uid-1')]);
    expect((await fresh.api.readMove(file, PASSPHRASE)).accounts[0]?.isHere).toBe(true);
    expect(await fresh.api.takeMove(file, PASSPHRASE, 'new-only')).toEqual({
      added: [],
      merged: [here.id],
      learnt: 3,
    });
    expect(await only(fresh)).toEqual(here);
    // Twice is no more than once.
    expect((await fresh.api.takeMove(file, PASSPHRASE, 'new-only')).learnt).toBe(0);
    await fresh.api.sync(here.id);
    expect(fetched(devices)).toBe(0);
  });

  it('leaves out the demo mailbox', async () => {
    const { old, fresh, rig } = await start();
    await old.api.addAccount(rig.draft({ demo: true, user: 'demo' }));
    const { accounts } = await fresh.api.readMove(await old.api.saveMove(PASSPHRASE, true), PASSPHRASE);
    expect(accounts.map(({ user }) => user)).toEqual(['nora']);
  });

  it('is refused with another passphrase, and nothing is changed', async () => {
    const { old, fresh } = await start();
    const file = await old.api.saveMove(PASSPHRASE, true);
    await expect(fresh.api.takeMove(file, 'another one altogether', 'new-only')).rejects.toMatchObject({
      code: 'file-sealed',
    });
    expect(await fresh.api.accounts()).toEqual([]);
  });

  const account = {
    address: 'a@example.org',
    displayName: '',
    incoming: { host: 'pop.example.org', port: 995, security: 'tls' as const },
    user: 'a',
    options: { checkEvery: 15, recent: false },
    rule: { rule: 'on-full-moon' },
    password: null,
    known: [],
  } satisfies MoveContents['accounts'][number];
  const sealed = (accounts: MoveContents['accounts']) =>
    sealMoveFile(crypto.subtle, writeContents({ madeAt: 1, accounts }), PASSPHRASE);

  it('shows no rule that this version does not know', async () => {
    const { fresh } = await start();
    const { accounts } = await fresh.api.readMove(await sealed([account]), PASSPHRASE);
    expect(accounts[0]?.rule).toBeNull();
  });

  it.each([
    ['a line break in a user name', { user: 'a\r\nDELE 1' }],
    ['an address that is none', { address: 'a' }],
    ['a port that is none', { incoming: { ...account.incoming, port: 0 } }],
    [
      'a fingerprint that is none',
      {
        incoming: {
          ...account.incoming,
          pin: 'AB',
          pinned: { subject: '', issuer: '', names: '', validFromMs: 1, validToMs: 2 },
        },
      },
    ],
    ['an interval that is none', { options: { checkEvery: 0.001, recent: false } }],
    ['a password that breaks a line', { password: 'a\nb' }],
  ])('is refused whole for %s', async (_name, patch) => {
    const { fresh } = await start();
    const file = await sealed([account, { ...account, ...patch }]);
    await expect(fresh.api.takeMove(file, PASSPHRASE, 'new-only')).rejects.toMatchObject({
      code: 'file-damaged',
    });
    expect(await fresh.api.accounts()).toEqual([]);
  });
});
