import { describe, expect, it } from 'vitest';
import type { Account, AccountStatus } from '../../../web/model/account.ts';
import { accountId, type AccountId } from '../../../web/model/ids.ts';
import { Scheduler } from '../../../web/sync/scheduler.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/settled.ts';
import { account } from '../store/mail-fixtures.ts';

const MINUTE = 60_000;

class Rig {
  readonly clock = new FakeClock();
  readonly accounts: Account[];
  readonly statuses = new Map<AccountId, Partial<AccountStatus>>();
  readonly visits: string[] = [];
  readonly running = new Set<AccountId>();
  /** Visits end only when the test says so. */
  readonly ends = new Map<AccountId, () => void>();
  storeFails = false;
  leavesTrace = true;
  readonly scheduler: Scheduler;

  constructor(names: string[], random = 0) {
    this.clock.advance(1_000 * MINUTE);
    this.accounts = names.map((name) => ({ ...account(name), addedAt: 0 }));
    this.scheduler = new Scheduler({
      clock: this.clock,
      now: () => this.clock.nowMs,
      random: () => random,
      accounts: async () => {
        if (this.storeFails) throw new Error('disk');
        return this.accounts.map((one) => ({
          account: one,
          status: this.statuses.get(one.id) ?? {},
          hasPassword: true,
        }));
      },
      visit: ({ id }) => this.#visit(id),
      isRunning: (id) => this.running.has(id),
    });
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settled();
  }

  async end(name: string): Promise<void> {
    this.ends.get(accountId(name))?.();
    this.ends.delete(accountId(name));
    await settled();
  }

  #visit(id: AccountId): Promise<void> {
    this.visits.push(`${id} ${(this.clock.nowMs - 1_000 * MINUTE) / MINUTE}`);
    this.running.add(id);
    return new Promise((resolve) => {
      this.ends.set(id, () => {
        this.running.delete(id);
        if (this.leavesTrace) this.statuses.set(id, { ...this.statuses.get(id), triedAt: this.clock.nowMs });
        resolve();
      });
    });
  }
}

describe('the scheduler', () => {
  it('visits each account when it is due, and again and again', async () => {
    const rig = new Rig(['anna', 'bert']);
    rig.accounts[1] = { ...account('bert'), addedAt: 0, checkEvery: 5 };
    await rig.scheduler.wake('opened');
    await rig.end('anna');
    await rig.end('bert');
    for (let minute = 0; minute < 16; minute++) {
      await rig.pass(MINUTE);
      await rig.end('anna');
      await rig.end('bert');
    }
    expect(rig.visits).toEqual(['anna 0', 'bert 0', 'bert 5', 'bert 10', 'anna 15', 'bert 15']);
  });

  it('never visits an account twice at a time', async () => {
    const rig = new Rig(['anna']);
    await rig.scheduler.wake('opened');
    await rig.pass(60 * MINUTE);
    await rig.scheduler.wake('seen');
    expect(rig.visits).toEqual(['anna 0']);
    await rig.end('anna');
    await rig.pass(15 * MINUTE);
    expect(rig.visits).toEqual(['anna 0', 'anna 75']);
  });

  it('leaves an account alone that is fetched for another reason, and goes on from there', async () => {
    const rig = new Rig(['anna']);
    rig.running.add(accountId('anna'));
    await rig.scheduler.wake('opened');
    expect(rig.visits).toEqual([]);
    expect(rig.clock.pending).toBe(0);
    rig.running.clear();
    rig.statuses.set(accountId('anna'), { triedAt: rig.clock.nowMs });
    await rig.scheduler.wake('timer');
    await rig.pass(15 * MINUTE);
    expect(rig.visits).toEqual(['anna 15']);
  });

  it('follows a change of the interval at once', async () => {
    const rig = new Rig(['anna']);
    rig.statuses.set(accountId('anna'), { triedAt: rig.clock.nowMs });
    await rig.scheduler.wake('opened');
    rig.accounts[0] = { ...account('anna'), checkEvery: 5 };
    await rig.scheduler.wake('timer');
    await rig.pass(5 * MINUTE);
    expect(rig.visits).toEqual(['anna 5']);
  });

  it('sets no alarm for who fetches by hand', async () => {
    const rig = new Rig(['anna']);
    rig.accounts[0] = { ...account('anna'), checkEvery: 0 };
    await rig.scheduler.wake('opened');
    expect(rig.clock.pending).toBe(0);
    expect(rig.visits).toEqual([]);
  });

  it('spreads visits by the clock, but does not make a person wait', async () => {
    const rig = new Rig(['anna'], 0.5);
    rig.statuses.set(accountId('anna'), { triedAt: rig.clock.nowMs });
    await rig.scheduler.wake('opened');
    await rig.pass(10 * MINUTE);
    await rig.pass(5 * MINUTE + 9_000);
    expect(rig.visits).toEqual([]);
    await rig.pass(1_000);
    expect(rig.visits).toHaveLength(1);
    await rig.end('anna');
    await rig.pass(MINUTE);
    await rig.scheduler.wake('seen');
    expect(rig.visits).toHaveLength(2);
  });

  it('does not repeat a visit at once that left no trace', async () => {
    const rig = new Rig(['anna']);
    rig.leavesTrace = false;
    await rig.scheduler.wake('opened');
    await rig.end('anna');
    expect(rig.visits).toHaveLength(1);
    await rig.pass(29_000);
    expect(rig.visits).toHaveLength(1);
    await rig.pass(1_000);
    expect(rig.visits).toHaveLength(2);
  });

  it('survives a store that fails', async () => {
    const rig = new Rig(['anna']);
    rig.storeFails = true;
    await rig.scheduler.wake('opened');
    expect(rig.visits).toEqual([]);
    rig.storeFails = false;
    await rig.scheduler.wake('seen');
    expect(rig.visits).toEqual(['anna 0']);
  });

  it('wakes up when a machine that slept does', async () => {
    const rig = new Rig(['anna']);
    rig.statuses.set(accountId('anna'), { triedAt: rig.clock.nowMs });
    await rig.scheduler.wake('opened');
    await rig.pass(8 * 60 * MINUTE);
    expect(rig.visits).toEqual(['anna 480']);
  });
});
