/** The rule of an account, from the page's call to the mail server and back: tried, confirmed, acted upon, taken back. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Account } from '../../../web/model/account.ts';
import type { Retention } from '../../../web/model/retention.ts';
import { readMbox } from '../../support/read-mbox.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const AT_ONCE = { rule: 'after-download' } as const;
const THIRTY = { rule: 'after-days', days: 30 } as const;
const never = new AbortController().signal;
const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  kept: () => boolean = () => true,
): Promise<{ mail: SyncRig; rig: ServiceRig; tab: Tab; account: Account }> {
  const mail = await SyncRig.start(makeMaildrop(4));
  const rig = new ServiceRig(mail, { isKept: () => Promise.resolve(kept()) });
  closers.push(() => rig.stop());
  const tab = rig.tab();
  const account = await tab.api.addAccount(rig.draft());
  await tab.api.sync(account.id);
  return { mail, rig, tab, account };
}

const deles = (mail: SyncRig): string[] => mail.commands.filter((command) => command.startsWith('DELE'));
const entry = async ({ api }: Tab) => (await api.accounts())[0];

describe('a rule that deletes on the server', () => {
  it('is tried on the real maildrop without deleting or changing anything', async () => {
    const { mail, tab, account } = await start();
    mail.maildrop.deliver({ uidl: 'uid-5', raw: makeMail(5) });
    const octets = [1, 2, 3, 4].reduce((sum, number) => sum + makeMail(number).length, 0);
    const figures = { messages: 4, octets, oldestAt: Date.UTC(2026, 10, 2, 10) };
    const none = { messages: 0, octets: 0, oldestAt: null };
    const held = { 'not-here': 1 };
    expect(await tab.api.forecastRemoval(account.id, AT_ONCE, never)).toEqual({
      due: figures,
      later: none,
      held,
    });
    expect(await tab.api.forecastRemoval(account.id, THIRTY, never)).toEqual({
      due: none,
      later: figures,
      held,
    });
    expect(deles(mail)).toEqual([]);
    expect((await entry(tab))?.account.retention).toBeUndefined();
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(5);
  });

  it('tries what deleting there what is deleted here would be: what is in Trash, and what was', async () => {
    const { mail, tab, account } = await start();
    const [first, second] = await tab.api.ids({ folder: 'inbox', account: null, filter: 'all' });
    if (first === undefined || second === undefined) throw new Error('nothing was fetched');
    await tab.api.move([first, second], 'trash');
    await tab.api.deleteForGood([second]);
    const { due, later, held } = await tab.api.forecastRemoval(account.id, { rule: 'when-deleted' }, never);
    expect([due.messages, later.messages, held]).toEqual([2, 0, {}]);
    expect(deles(mail)).toEqual([]);
    await tab.api.setRetention(account.id, { rule: 'when-deleted' });
    await tab.api.move([first], 'inbox');
    await tab.api.sync(account.id);
    expect(deles(mail)).toHaveLength(1);
    expect(mail.maildrop.messages).toHaveLength(3);
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(3);
    expect(mail.retrieved).toHaveLength(4);
  });

  it('counts from the next fetch after somebody has agreed, and no more once it is taken back', async () => {
    const { mail, tab, account } = await start();
    await tab.api.setRetention(account.id, AT_ONCE);
    expect(mail.maildrop.messages).toHaveLength(4);
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(0);
    expect((await entry(tab))?.status.removal).toMatchObject({ gone: 4 });
    await tab.api.setRetention(account.id, { rule: 'keep' });
    expect((await entry(tab))?.account).not.toHaveProperty('retention');
    mail.maildrop.deliver({ uidl: 'uid-5', raw: makeMail(5) });
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(1);
    expect(await tab.store.summaries()).toHaveLength(5);
  });

  it('is taken back at once, also while a visit runs that would delete, in whichever tab', async () => {
    const { mail, rig, tab, account } = await start();
    await tab.api.setRetention(account.id, AT_ONCE);
    const other = rig.tab();
    await other.api.accounts();
    mail.maildrop.deliver({ uidl: 'uid-5', raw: makeMail(5) });
    for (const { api } of [tab, other]) {
      mail.faults.stallAt = ['RETR 5'];
      mail.commands.length = 0;
      const visit = api.sync(account.id);
      await vi.waitFor(() => expect(mail.commands).toContain('RETR 5'));
      await tab.api.setRetention(account.id, { rule: 'keep' });
      await visit;
      expect((await entry(tab))?.account.retention).toBeUndefined();
      delete mail.faults.stallAt;
      await tab.api.setRetention(account.id, AT_ONCE);
    }
    expect([deles(mail), mail.maildrop.messages.length]).toEqual([[], 5]);
  });

  it('waits until the browser has promised to keep the mail', async () => {
    let kept = false;
    const { mail, tab, account } = await start(() => kept);
    await tab.api.setRetention(account.id, AT_ONCE);
    await tab.api.sync(account.id);
    expect(deles(mail)).toEqual([]);
    expect((await entry(tab))?.status.removal).toMatchObject({ gone: 0, held: { 'may-be-cleared': 4 } });
    kept = true;
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(0);
  });

  it('deletes what a saved copy holds although the browser promises nothing, and nothing that came later', async () => {
    const { mail, tab, account } = await start(() => false);
    await tab.api.setRetention(account.id, AT_ONCE);
    const { id, messages } = await tab.api.startBackup(account.id);
    mail.maildrop.deliver({ uidl: 'uid-5', raw: makeMail(5) });
    await tab.api.sync(account.id);
    const { bytes, isLast } = await tab.api.readBackup(id);
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages).toHaveLength(5);
    await tab.api.endBackup(id, true);
    expect((await entry(tab))?.status.backup).toMatchObject({ messages: 4, without: [] });
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages.map(({ uidl }) => uidl)).toEqual(['uid-5']);
    expect((await entry(tab))?.status.removal).toMatchObject({ gone: 4, held: { 'may-be-cleared': 1 } });
    // What went is in the file as it was.
    expect([messages, isLast]).toEqual([4, true]);
    const raws = readMbox(bytes).map(({ raw }) => raw.toString());
    const sent = [1, 2, 3, 4].map((number) => Buffer.from(makeMail(number)).toString());
    expect(raws.toSorted()).toEqual(sent.toSorted());
  });

  it('survives other changes of the account', async () => {
    const { tab, account } = await start();
    await tab.api.setRetention(account.id, THIRTY);
    await tab.api.setAccountOptions(account.id, { checkEvery: 60, recent: false });
    expect((await entry(tab))?.account.retention).toMatchObject(THIRTY);
  });

  it('is refused when it is none that is offered', async () => {
    const { tab, account } = await start();
    for (const odd of [{ rule: 'after-days', days: 0 }, { rule: 'all' }, { rule: 'after-days' }]) {
      await expect(tab.api.setRetention(account.id, odd as unknown as Retention)).rejects.toMatchObject({
        code: 'bad-input',
      });
    }
    expect((await entry(tab))?.account.retention).toBeUndefined();
  });

  it('says where a trial fails', async () => {
    const { mail, tab, account } = await start();
    mail.faults.refuse = { AUTH: '[AUTH] no', PASS: '[AUTH] no', USER: '[AUTH] no', APOP: '[AUTH] no' };
    await expect(tab.api.forecastRemoval(account.id, AT_ONCE, never)).rejects.toMatchObject({
      code: 'login-refused',
      detail: { user: 'nora' },
    });
  });
});
