/** Fetching as the page sees it: started, followed, failed, asked for a password. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError, type ErrorCode } from '../../../web/errors.ts';
import type { SyncProgress, SyncResult } from '../../../web/model/event.ts';
import { accountId } from '../../../web/model/ids.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';

const [ada, bob] = [accountId('ada'), accountId('bob')];

const progress: SyncProgress = {
  account: ada,
  phase: 'fetching',
  messagesDone: 1,
  messagesTotal: 3,
  octetsDone: 10,
  octetsTotal: 30,
  startedAt: 0,
};
const result: SyncResult = {
  account: ada,
  fetched: 3,
  fetchedOctets: 30,
  onServer: 3,
  skipped: [],
  finishedAt: 0,
};

let api: FakeMailApi;
let online: boolean;
let sync: SyncState;
let stop: () => void;
let asked: boolean[];
let answer: boolean;

beforeEach(() => {
  api = new FakeMailApi();
  online = true;
  answer = true;
  asked = [];
  sync = new SyncState(api, {
    accounts: () => [ada, bob],
    online: () => online,
    askToken: async (wrong) => {
      asked.push(wrong);
      return answer;
    },
  });
  stop = sync.start();
});

function fail(code: ErrorCode, account = ada): void {
  api.emit({ type: 'sync-failed', account, error: { code, hop: 'login', retryable: false, detail: {} } });
}

describe('a fetch that nobody asked for', () => {
  const quiet = (retryable: boolean): void =>
    api.emit({
      type: 'sync-failed',
      account: ada,
      error: { code: retryable ? 'maildrop-in-use' : 'login-refused', hop: 'login', retryable, detail: {} },
      automatic: true,
    });

  it('fails without a word where it will be tried again, unless it goes on', () => {
    for (let times = 1; times <= 3; times++) {
      quiet(true);
      expect(sync.errors.size).toBe(0);
    }
    quiet(true);
    expect(sync.errors.get(ada)?.code).toBe('maildrop-in-use');
  });

  it('is counted anew once it went well', () => {
    for (let times = 1; times <= 3; times++) quiet(true);
    api.emit({ type: 'sync-finished', result });
    quiet(true);
    expect(sync.errors.size).toBe(0);
  });

  it('tells that the password was refused, and opens no dialog', () => {
    quiet(false);
    expect(sync.errors.get(ada)?.code).toBe('login-refused');
    expect(sync.askingFor).toBeNull();
  });
});

describe('fetching', () => {
  it('asks for one account or for all', async () => {
    await sync.getMail(ada);
    await sync.getMail('all');
    expect(api.calls.filter(([name]) => name === 'sync')).toEqual([
      ['sync', ada],
      ['sync', ada],
      ['sync', bob],
    ]);
  });

  it('is running from its first progress to its end', () => {
    api.emit({ type: 'sync-progress', progress });
    expect([sync.busy, sync.running.get(ada)?.messagesDone]).toEqual([true, 1]);
    api.emit({ type: 'sync-finished', result });
    expect([sync.busy, sync.results.get(ada)?.fetched]).toEqual([false, 3]);
  });

  it('that already runs elsewhere is picked up', async () => {
    api.running = () => Promise.resolve([{ ...progress, account: bob }]);
    const other = new SyncState(api, {
      accounts: () => [],
      online: () => true,
      askToken: async () => false,
    });
    other.start();
    await vi.waitFor(() => expect(other.running.get(bob)?.phase).toBe('fetching'));
  });

  it('offline only says so', async () => {
    online = false;
    await sync.getMail('all');
    expect(api.count('sync')).toBe(0);
    expect([...sync.errors.values()].map((error) => error.code)).toEqual(['offline', 'offline']);
  });

  it('keeps its error until it is tried again', async () => {
    fail('connection-lost');
    expect(sync.errors.get(ada)).toBeInstanceOf(PoplarError);
    api.hold('sync');
    void sync.getMail(ada);
    expect(sync.errors.has(ada)).toBe(false);
  });

  it('never throws: a call that fails is an error of the account', async () => {
    api.failNext('sync', new PoplarError('worker-failed', 'page'));
    await sync.getMail(ada);
    expect(sync.errors.get(ada)?.code).toBe('worker-failed');
    api.failNext('cancelSync', new PoplarError('worker-failed', 'page'));
    await sync.cancel(bob);
    expect(sync.errors.get(bob)?.code).toBe('worker-failed');
  });

  it('that was stopped is over, and no error', () => {
    api.emit({ type: 'sync-progress', progress });
    fail('cancelled');
    expect([sync.busy, sync.errors.size]).toEqual([false, 0]);
  });

  it('leaves nothing of an account that was removed', () => {
    api.emit({ type: 'sync-progress', progress });
    fail('connection-lost', bob);
    api.emit({ type: 'messages-removed', account: ada });
    api.emit({ type: 'messages-removed', account: bob });
    expect([sync.running.size, sync.errors.size, sync.results.size]).toEqual([0, 0, 0]);
  });

  it('says when the fetches under way could not be asked for', async () => {
    api.failNext('running', new PoplarError('worker-failed', 'page'));
    const other = new SyncState(api, {
      accounts: () => [],
      online: () => true,
      askToken: async () => false,
    });
    other.start();
    await vi.waitFor(() => expect(other.error?.code).toBe('worker-failed'));
  });

  it('is followed no longer after the stop', () => {
    stop();
    api.emit({ type: 'sync-progress', progress });
    expect(sync.busy).toBe(false);
  });
});

describe('the password', () => {
  it.each(['password-needed', 'login-refused'] as const)(
    'is asked for after %s of a fetch started here',
    async (code) => {
      api.hold('sync');
      void sync.getMail(ada);
      fail(code);
      expect(sync.askingFor).toBe(ada);
    },
  );

  it.each([
    'login-temporary',
    'maildrop-in-use',
    'login-delay',
    'server-refused',
    'connection-lost',
  ] as const)('is not asked for after %s', (code) => {
    api.hold('sync');
    void sync.getMail(ada);
    fail(code);
    expect(sync.askingFor).toBeNull();
  });

  it('is not asked for out of the blue, when the fetch was started elsewhere', () => {
    fail('password-needed');
    expect([sync.askingFor, sync.errors.get(ada)?.code]).toEqual([null, 'password-needed']);
  });

  it('is asked for one account at a time', () => {
    api.hold('sync');
    void sync.getMail('all');
    fail('password-needed', ada);
    fail('password-needed', bob);
    expect(sync.askingFor).toBe(ada);
  });

  it('is asked for no longer once the fetch is tried again', () => {
    api.hold('sync');
    void sync.getMail(ada);
    fail('password-needed');
    void sync.getMail(ada);
    expect(sync.askingFor).toBeNull();
  });
});

describe('a fetch that the proxy refuses for want of an access token', () => {
  it.each([
    ['proxy-token-needed', false],
    ['proxy-token-wrong', true],
  ] as const)('asks for it after %s, and goes on', async (code, wrong) => {
    api.hold('sync');
    void sync.getMail(ada);
    answer = true;
    fail(code);
    await vi.waitFor(() => expect(api.count('sync')).toBe(2));
    expect(asked).toEqual([wrong]);
    expect(sync.errors.size).toBe(0);
  });

  it('stays refused when the person would rather not', async () => {
    api.hold('sync');
    void sync.getMail(ada);
    answer = false;
    fail('proxy-token-needed');
    await Promise.resolve();
    expect([asked.length, api.count('sync')]).toEqual([1, 1]);
    expect(sync.errors.get(ada)?.code).toBe('proxy-token-needed');
  });

  it('asks nobody who did not start it', () => {
    fail('proxy-token-needed');
    expect(asked).toEqual([]);
  });
});
