/** Accounts on their way out: closed with their mail left here, taken up again, or gone with all of it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { accountId, messageId, uidl, type MessageId } from '../../../web/model/ids.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const all = { folder: 'inbox', account: null, filter: 'all' } as const;
const DAY = 86_400_000;
const rigs: ServiceRig[] = [];
async function start(
  messages: number,
  faults?: Faults,
  parts?: ConstructorParameters<typeof ServiceRig>[1],
): Promise<ServiceRig> {
  const rig = new ServiceRig(await SyncRig.start(makeMaildrop(messages), faults), parts);
  rigs.push(rig);
  return rig;
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

async function firstId(tab: Tab): Promise<MessageId> {
  return (await tab.api.list(all, 0, 1)).rows[0]?.id ?? messageId(-1);
}

const retrieved = (rig: ServiceRig): number =>
  rig.mail.commands.filter((command) => command.startsWith('RETR')).length;

describe('closing an account', () => {
  it('leaves its mail here, in all tabs, and never visits the server again', async () => {
    const rig = await start(4);
    const [tab, other] = [rig.tab(), rig.tab()];
    await other.api.counts();
    const { id } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(id);
    const told = other.next('account-closed');
    await tab.api.closeAccount(id);
    await told;
    const visits = rig.mail.commands.length;
    for (const { api } of [tab, other]) {
      expect(await api.accounts()).toMatchObject([
        { account: { closedAt: rig.clock.nowMs }, hasPassword: false, nextVisitAt: null },
      ]);
      expect((await api.list(all, 0, 9)).total).toBe(4);
      expect(await api.transcripts(id)).toEqual([]);
      await expect(api.sync(id)).rejects.toMatchObject({ code: 'account-closed' });
      await expect(api.setPassword(id, 'x', true)).rejects.toMatchObject({ code: 'account-closed' });
      await expect(api.closeAccount(id)).rejects.toMatchObject({ code: 'account-closed' });
    }
    expect((await tab.api.content(await firstId(tab))).subject).toMatch(/^Message/);
    expect([rig.mail.commands.length, rig.mail.maildrop.messages.length]).toEqual([visits, 4]);
  });

  it('forgets a password that was given for this visit, in the other tab too', async () => {
    const rig = await start(1);
    const [tab, other] = [rig.tab(), rig.tab()];
    const account = await tab.api.addAccount(rig.draft({ rememberPassword: false }));
    await other.api.setPassword(account.id, 'for this visit', false);
    const told = other.next('account-closed');
    await tab.api.closeAccount(account.id);
    await told;
    await tab.store.putAccount(account, null);
    for (const { api } of [tab, other])
      expect(await api.accounts()).toMatchObject([{ account, hasPassword: false }]);
  });

  it('ends a fetch that runs in another tab first, and keeps what that had', async () => {
    const rig = await start(50, { stallInRetr: { nth: 30, afterOctets: 10 } });
    const [tab, other] = [rig.tab(), rig.tab()];
    const { id } = await tab.api.addAccount(rig.draft());
    const added = tab.next('messages-added');
    const fetching = other.api.sync(id);
    await added;
    await tab.api.closeAccount(id);
    await fetching;
    const here = (await tab.store.summaries()).length;
    expect(here).toBeGreaterThan(0);
    const { clock, ...status } = await tab.store.status(id);
    expect(status).toEqual(await tab.store.status(accountId('never-seen')));
    // What is here counts from the time that was noted with it.
    expect(clock?.sightAt).toBe(rig.clock.nowMs);
    expect((await tab.api.list(all, 0, 1)).total).toBe(here);
  });

  it('keeps in mind that the clock has jumped: what came before is not deleted too early once it is taken up again', async () => {
    const rig = await start(3, {}, { isKept: () => Promise.resolve(true) });
    const { api } = rig.tab();
    const { id } = await api.addAccount(rig.draft());
    await api.setAccountOptions(id, { checkEvery: 0 });
    await api.sync(id);
    rig.clock.advance(400 * DAY);
    await api.sync(id);
    await api.closeAccount(id);
    rig.clock.advance(DAY);
    await api.addAccount(rig.draft());
    await api.setRetention(id, { rule: 'after-days', days: 7 });
    await api.sync(id);
    expect(rig.mail.maildrop.messages).toHaveLength(3);
    rig.clock.advance(7 * DAY);
    await api.sync(id);
    expect(rig.mail.maildrop.messages).toHaveLength(0);
  });

  it('is taken back by adding the same maildrop: only what is new is fetched', async () => {
    const rig = await start(4);
    const tab = rig.tab();
    const first = await tab.api.addAccount(rig.draft());
    await tab.api.sync(first.id);
    await tab.api.setFlags([await firstId(tab)], { starred: true });
    const removal = { uidl: uidl('uid-1'), octets: 1, hash: '', decidedAt: 1, state: 'unknown' } as const;
    await tab.store.putRemovals(first.id, [removal]);
    await tab.api.closeAccount(first.id);
    rig.mail.maildrop.deliver({ uidl: 'new', raw: makeMail(99) });
    const before = retrieved(rig);
    const again = await tab.api.addAccount(rig.draft({ displayName: 'Nora again' }));
    expect(again).toEqual({ ...first, displayName: 'Nora again' });
    await tab.api.sync(again.id);
    expect([retrieved(rig) - before, (await tab.api.list(all, 0, 9)).total]).toEqual([1, 5]);
    expect((await tab.api.list({ ...all, filter: 'starred' }, 0, 9)).total).toBe(1);
    expect(await tab.store.removals(first.id)).toEqual([{ ...removal, state: 'stayed' }]);
    await expect(tab.api.addAccount(rig.draft())).rejects.toMatchObject({ code: 'account-exists' });
  });
});

describe('removing an account', () => {
  it('takes its mail along, in this tab and the others, and leaves the server alone', async () => {
    const rig = await start(4);
    const [tab, other] = [rig.tab(), rig.tab()];
    await other.api.counts();
    const { id } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(id);
    const message = await firstId(tab);
    await tab.api.content(message);
    const removed = other.next('messages-removed');
    await tab.api.removeAccount(id);
    await removed;
    for (const { api } of [tab, other]) {
      expect([await api.accounts(), await api.counts(), (await api.list(all, 0, 9)).total]).toEqual([
        [],
        [],
        0,
      ]);
      await expect(api.content(message)).rejects.toMatchObject({ code: 'not-found' });
    }
    expect(rig.mail.maildrop.messages).toHaveLength(4);
  });

  it('ends a fetch that runs, and nothing is stored behind it', async () => {
    const rig = await start(50, { stallInRetr: { nth: 30, afterOctets: 10 } });
    const tab = rig.tab();
    const { id } = await tab.api.addAccount(rig.draft());
    const added = tab.next('messages-added');
    const fetching = tab.api.sync(id);
    await added;
    await tab.api.removeAccount(id);
    await fetching;
    expect([await tab.store.summaries(), await tab.api.counts()]).toEqual([[], []]);
  });

  it('takes a closed one too', async () => {
    const rig = await start(2);
    const tab = rig.tab();
    const { id } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(id);
    await tab.api.closeAccount(id);
    await tab.api.removeAccount(id);
    expect([await tab.api.accounts(), await tab.store.summaries()]).toEqual([[], []]);
  });

  it('is told before: how much goes, and how much of it is no longer on the server', async () => {
    const rig = await start(5);
    const tab = rig.tab();
    const { id } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(id);
    const [gone, asked, stayed, elsewhere] = (await tab.store.summaries()).map(({ uidl }) => uidl);
    if (!gone || !asked || !stayed || !elsewhere) throw new Error('five messages were to be here');
    const removal = { octets: 1, hash: '', decidedAt: 1 };
    await tab.store.putRemovals(id, [
      { ...removal, uidl: gone, state: 'gone' },
      { ...removal, uidl: asked, state: 'asked' },
      { ...removal, uidl: stayed, state: 'stayed' },
    ]);
    const octets = rig.mail.maildrop.messages.reduce((sum, { raw }) => sum + raw.length, 0);
    expect(await tab.api.forecastAccountRemoval(id)).toEqual({ messages: 5, octets, goneThere: 1 });
    await expect(tab.api.forecastAccountRemoval(accountId('nobody'))).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
