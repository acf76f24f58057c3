import { describe, expect, it } from 'vitest';
import { account } from '../store/mail-fixtures.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { Scheduler } from '../../../web/sync/scheduler.ts';
import { createLocalExclusive } from '../../../web/worker/locks.ts';
import { Mailroom } from '../../../web/worker/mailroom.ts';
import { ScheduleDesk } from '../../../web/worker/schedule-desk.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/settled.ts';
import { FakeTabs } from './fake-tabs.ts';

/** Tabs of one browser; each says by its name when it visits. */
function makeBrowser({ locksReach = true } = {}) {
  const visits: string[] = [];
  const exclusive = createLocalExclusive();
  const all: FakeTabs[] = [];
  const clock = new FakeClock();
  clock.advance(1e9);
  const open = (name: string) => {
    const tabs = new FakeTabs([...all]);
    all.push(tabs);
    const mailroom = new Mailroom(new MemoryStore(), tabs);
    const scheduler = new Scheduler({
      clock,
      now: () => clock.nowMs,
      random: () => 0,
      accounts: async () => [
        { account: account('anna'), status: { triedAt: clock.nowMs - 61_000 }, hasPassword: true },
      ],
      visit: async () => void visits.push(name),
      isRunning: () => false,
    });
    const own = locksReach ? exclusive : createLocalExclusive();
    const desk = new ScheduleDesk({
      scheduler,
      exclusive: own,
      exclusiveOverTabs: locksReach,
      tabs,
      mailroom,
    });
    return { desk, mailroom };
  };
  return { open, visits, clock };
}

describe('automatic visits over several tabs', () => {
  it('are made by the first tab alone, whichever is seen', async () => {
    const { open, visits, clock } = makeBrowser();
    const [first, second] = [open('first'), open('second')];
    await first.desk.wake('opened');
    await second.desk.wake('opened');
    await settled();
    expect(visits).toEqual(['first']);
    clock.advance(31_000);
    await second.desk.wake('seen');
    await settled();
    expect(visits).toEqual(['first', 'first']);
  });

  it('are made by each tab where locks do not reach over tabs', async () => {
    const { open, visits } = makeBrowser({ locksReach: false });
    const [first, second] = [open('first'), open('second')];
    await first.desk.wake('opened');
    await second.desk.wake('opened');
    await settled();
    expect(visits).toEqual(['first', 'second']);
  });

  it('are not made before the page has asked for it', async () => {
    const { open, visits } = makeBrowser();
    open('first').mailroom.tell({ type: 'accounts-changed' });
    await settled();
    expect(visits).toEqual([]);
  });
});
