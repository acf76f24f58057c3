/** Mail that comes by itself: the whole service with a real server and a clock whose hands the test turns. */
import { afterEach, describe, expect, it } from 'vitest';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig } from './service-rig.ts';

const MINUTE = 60_000;
const rigs: ServiceRig[] = [];
async function start(): Promise<ServiceRig> {
  const rig = new ServiceRig(await SyncRig.start(makeMaildrop(1)), { random: () => 0 });
  rigs.push(rig);
  return rig;
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

const logins = (rig: ServiceRig): number =>
  rig.mail.commands.filter((command) => /^(?:PASS|AUTH)/.test(command)).length;

describe('automatic visits', () => {
  it('fetch what came meanwhile, and tell the page when the next one is', async () => {
    const rig = await start();
    const tab = rig.tab();
    const account = await tab.api.addAccount(rig.draft());
    rig.clock.advance(MINUTE);
    const first = tab.next('sync-finished');
    await tab.api.wake('opened');
    expect((await first).result.fetched).toBe(1);
    const [info] = await tab.api.accounts();
    expect(info?.nextVisitAt).toBe(rig.clock.nowMs + 15 * MINUTE);
    expect(info?.status).toMatchObject({ triedAt: rig.clock.nowMs, trouble: null });
    expect(info?.status.rules).toEqual({ loginDelayS: null, keepsDays: 'for-good' });
    await tab.api.setAccountOptions(account.id, { checkEvery: 5, recent: false });
    rig.mail.maildrop.deliver({ uidl: 'later', raw: makeMail(2) });
    const second = tab.next('sync-finished');
    await passUntil(rig, tab, 5 * MINUTE);
    expect((await second).result.fetched).toBe(1);
    expect(logins(rig)).toBe(2);
  });

  it('stop at a refused password, which stays where it is, and go on with another', async () => {
    const rig = await start();
    const tab = rig.tab();
    const account = await tab.api.addAccount(rig.draft({ password: 'wrong' }));
    rig.clock.advance(MINUTE);
    const failed = tab.next('sync-failed');
    await tab.api.wake('opened');
    expect(await failed).toMatchObject({ error: { code: 'login-refused' }, automatic: true });
    expect(await tab.api.accounts()).toMatchObject([{ hasPassword: true, nextVisitAt: null }]);
    expect(await tab.store.password(account.id)).toBe('wrong');
    const before = logins(rig);
    rig.clock.advance(600 * MINUTE);
    await tab.api.wake('seen');
    await tab.api.accounts();
    expect(logins(rig)).toBe(before);
    await tab.api.setPassword(account.id, 'correct horse', true);
    const finished = tab.next('sync-finished');
    await tab.api.wake('seen');
    expect((await finished).result.fetched).toBe(1);
  });

  it('leave an account alone whose password would have to be asked for', async () => {
    const rig = await start();
    const tab = rig.tab();
    await tab.api.addAccount(rig.draft({ rememberPassword: false }));
    rig.clock.advance(MINUTE);
    const other = rig.tab();
    await other.api.wake('opened');
    expect(await other.api.accounts()).toMatchObject([{ hasPassword: false, nextVisitAt: null }]);
    expect(rig.mail.commands).toEqual([]);
    expect(other.events.filter(({ type }) => type === 'sync-failed')).toEqual([]);
  });

  it('wait for a mailbox that is in use, a little longer each time', async () => {
    const rig = await start();
    const tab = rig.tab();
    await tab.api.addAccount(rig.draft());
    rig.clock.advance(MINUTE);
    rig.mail.faults.greeting = '-ERR [IN-USE] another program is here\r\n';
    let passedS = 0;
    for (const waitS of [30, 60, 120]) {
      rig.clock.advance(passedS * 1000);
      passedS = waitS;
      const failed = tab.next('sync-failed');
      await tab.api.wake('seen');
      expect((await failed).error.code).toBe('maildrop-in-use');
      const [info] = await tab.api.accounts();
      expect(info?.nextVisitAt).toBe(rig.clock.nowMs + waitS * 1000);
    }
  });

  it('are not repeated by a second tab, and its focus is enough', async () => {
    const rig = await start();
    const [first, second] = [rig.tab(), rig.tab()];
    await first.api.addAccount(rig.draft());
    rig.clock.advance(MINUTE);
    const finished = second.next('sync-finished');
    await first.api.wake('opened');
    await second.api.wake('opened');
    await finished;
    expect(logins(rig)).toBe(1);
    const again = second.next('sync-finished');
    rig.clock.advance(MINUTE);
    await second.api.wake('seen');
    await again;
    expect(logins(rig)).toBe(2);
  });

  it('refuse an interval that is not offered', async () => {
    const rig = await start();
    const { api } = rig.tab();
    const { id } = await api.addAccount(rig.draft());
    await expect(api.setAccountOptions(id, { checkEvery: 1 as 5, recent: false })).rejects.toMatchObject({
      code: 'bad-input',
    });
  });
});

/** Lets the clock run once the service has set its alarm anew. */
async function passUntil(rig: ServiceRig, tab: ReturnType<ServiceRig['tab']>, ms: number): Promise<void> {
  await tab.api.wake('seen');
  await tab.api.accounts();
  rig.clock.advance(ms);
}
