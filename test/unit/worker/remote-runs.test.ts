import { describe, expect, it } from 'vitest';
import type { Account } from '../../../web/model/account.ts';
import type { MailEvent, SyncProgress } from '../../../web/model/event.ts';
import { accountId, type AccountId } from '../../../web/model/ids.ts';
import { maildropName } from '../../../web/sync/engine.ts';
import { createLocalExclusive } from '../../../web/worker/locks.ts';
import { RemoteRuns } from '../../../web/worker/remote-runs.ts';
import { FakeTabs } from './fake-tabs.ts';

const A = accountId('a');
const account: Account = {
  id: A,
  address: 'a@example.test',
  displayName: '',
  incoming: { host: 'pop.example.test', port: 995, security: 'tls' },
  user: 'a',
  demo: false,
  addedAt: 0,
};
const progress = (phase: SyncProgress['phase']): SyncProgress => ({
  account: A,
  phase,
  messagesDone: 1,
  messagesTotal: 2,
  octetsDone: 3,
  octetsTotal: 4,
  startedAt: 5,
});
const result = { account: A, fetched: 1, fetchedOctets: 2, onServer: 3, skipped: [], finishedAt: 4 };
const settle = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

/** This tab, and another one that holds the lock of the maildrop. */
function surroundings({ locksReach = true } = {}) {
  const tabs = new FakeTabs();
  const exclusive = createLocalExclusive();
  const told: MailEvent[] = [];
  const cancelled: AccountId[] = [];
  const runs = new RemoteRuns({
    tabs,
    exclusive: locksReach ? exclusive : null,
    account: async (id) => (id === A ? account : null),
    cancelHere: async (id) => void cancelled.push(id),
    tellHere: (event) => told.push(event),
  });
  let freeLock: () => void = () => undefined;
  void exclusive(
    maildropName(account),
    new AbortController().signal,
    () => new Promise<void>((resolve) => (freeLock = resolve)),
  );
  const tell = (event: MailEvent) => tabs.hear({ type: 'told', event });
  return { tabs, runs, told, cancelled, tell, freeLock: () => freeLock() };
}

describe('a fetch in another tab', () => {
  it('is known from its first step to its end', async () => {
    const { runs, told, tell, freeLock } = surroundings();
    tell({ type: 'sync-progress', progress: progress('login') });
    tell({ type: 'sync-progress', progress: progress('fetching') });
    expect(runs.running()).toEqual([progress('fetching')]);
    const joined = runs.join(A);
    await settle();
    tell({ type: 'sync-finished', result });
    await joined;
    expect([runs.running(), runs.join(A)]).toEqual([[], null]);
    freeLock();
    await settle();
    expect(told).toEqual([]);
  });

  it('is over when it failed', async () => {
    const { runs, tell } = surroundings();
    tell({ type: 'sync-progress', progress: progress('login') });
    const joined = runs.join(A);
    const error = { code: 'login-refused', hop: 'login', retryable: false, detail: {} } as const;
    tell({ type: 'sync-failed', account: A, error });
    await joined;
    expect(runs.running()).toEqual([]);
  });

  it('cannot be joined while it only waits for the maildrop', () => {
    const { runs, tell } = surroundings();
    tell({ type: 'sync-progress', progress: progress('waiting') });
    expect(runs.join(A)).toBeNull();
  });

  it('is over when its lock is free and it said nothing: its tab was closed', async () => {
    const { runs, told, tell, freeLock } = surroundings();
    tell({ type: 'sync-progress', progress: progress('fetching') });
    const joined = runs.join(A);
    await settle();
    expect(told).toEqual([]);
    freeLock();
    await joined;
    expect(told).toMatchObject([{ type: 'sync-failed', account: A, error: { code: 'cancelled' } }]);
    expect(runs.running()).toEqual([]);
  });

  it('is not mistaken for one that ran before it', async () => {
    const { runs, told, tell, freeLock } = surroundings();
    tell({ type: 'sync-progress', progress: progress('fetching') });
    tell({ type: 'sync-finished', result });
    tell({ type: 'sync-progress', progress: progress('login') });
    await settle();
    freeLock();
    await settle();
    expect(told).toHaveLength(1);
    expect(runs.running()).toEqual([]);
  });

  it('is believed to run until it says otherwise where locks do not reach over tabs', async () => {
    const { runs, told, tell, freeLock } = surroundings({ locksReach: false });
    tell({ type: 'sync-progress', progress: progress('fetching') });
    freeLock();
    await settle();
    expect([told, runs.running().length]).toEqual([[], 1]);
  });

  it('is asked to stop, and one here stops when another tab asks', () => {
    const { tabs, runs, cancelled } = surroundings();
    runs.cancel(A);
    expect(tabs.posted).toEqual([{ type: 'cancel', account: A }]);
    tabs.hear({ type: 'cancel', account: A });
    expect(cancelled).toEqual([A]);
  });
});
