/** Accounts as the page knows them: read, followed, added, removed. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';

const draft: AccountDraft = {
  address: 'ada@example.com',
  displayName: '',
  incoming: { host: 'pop.example.com', port: 995, security: 'tls' },
  user: 'ada',
  password: 'secret',
  rememberPassword: true,
  demo: false,
};

let api: FakeMailApi;
let accounts: AccountsState;
let stop = (): void => undefined;

beforeEach(() => {
  api = new FakeMailApi();
  accounts = new AccountsState(api);
});
afterEach(() => stop());

async function started(): Promise<void> {
  stop = accounts.start();
  await vi.waitFor(() => expect(accounts.entries).not.toBeNull());
}

describe('the accounts', () => {
  it('are shown although their mail cannot be counted: it is repaired in the settings', async () => {
    api.failNext('counts', new PoplarError('storage-failed', 'storage'));
    await accounts.refresh();
    expect(accounts.entries).not.toBeNull();
    expect(accounts.error?.code).toBe('storage-failed');
    await accounts.refresh();
    expect(accounts.error).toBeNull();
  });

  it('are unknown, not none, until they are read', async () => {
    api.accountList = [];
    expect(accounts.entries).toBeNull();
    await started();
    expect(accounts.entries).toEqual([]);
  });

  it('say why they could not be read, and recover', async () => {
    api.failNext('accounts', new PoplarError('storage-blocked', 'storage'));
    await accounts.refresh();
    expect([accounts.entries, accounts.error?.code]).toEqual([null, 'storage-blocked']);
    await accounts.refresh();
    expect([accounts.entries?.length, accounts.error]).toEqual([1, null]);
  });

  it('are there as soon as adding is done', async () => {
    await started();
    const account = await accounts.add(draft);
    expect(accounts.find(account.id)?.address).toBe('ada@example.com');
  });

  it('pass on why one could not be added', async () => {
    await started();
    api.failNext('addAccount', new PoplarError('storage-full', 'storage'));
    await expect(accounts.add(draft)).rejects.toMatchObject({ code: 'storage-full' });
    expect(accounts.entries).toHaveLength(1);
  });

  it('go when they are removed, here or elsewhere', async () => {
    await started();
    await accounts.remove(GENERATED_ACCOUNT.id);
    expect(accounts.entries).toEqual([]);
    api.accountList = [GENERATED_ACCOUNT];
    api.emit({ type: 'accounts-changed' });
    await vi.waitFor(() => expect(accounts.entries).toHaveLength(1));
  });

  it('read once for any number of events during a reading, and once after it', async () => {
    await started();
    const before = api.count('accounts');
    api.hold('accounts');
    for (let i = 0; i < 100; i += 1)
      api.emit({ type: 'messages-added', account: GENERATED_ACCOUNT.id, count: 1 });
    expect(api.count('accounts')).toBe(before + 1);
    api.releaseAll('accounts');
    await accounts.refresh();
    expect(api.count('accounts')).toBeLessThanOrEqual(before + 3);
  });

  it('do not read anything for mere progress', async () => {
    await started();
    const before = api.count('accounts');
    const progress = {
      phase: 'fetching',
      messagesDone: 1,
      messagesTotal: 2,
      octetsDone: 1,
      octetsTotal: 2,
      startedAt: 0,
    } as const;
    api.emit({ type: 'sync-progress', progress: { account: GENERATED_ACCOUNT.id, ...progress } });
    expect(api.count('accounts')).toBe(before);
  });

  it('are followed no longer after the stop', async () => {
    await started();
    stop();
    const before = api.count('accounts');
    api.emit({ type: 'accounts-changed' });
    expect(api.count('accounts')).toBe(before);
  });
});

describe('the deployment', () => {
  it('is loading, then ready', async () => {
    expect(accounts.deployment.state).toBe('loading');
    await accounts.loadDeployment();
    expect(accounts.deployment).toMatchObject({ state: 'ready', deployment: { version: '0.1.0' } });
  });

  it('says why the proxy did not answer, and can be asked again', async () => {
    api.failNext('deployment', new PoplarError('proxy-unreachable', 'proxy'));
    await accounts.loadDeployment();
    expect(accounts.deployment).toMatchObject({ state: 'failed', error: { code: 'proxy-unreachable' } });
    const again = accounts.askProxyAgain();
    expect(accounts.deployment.state).toBe('loading');
    await again;
    expect(accounts.deployment.state).toBe('ready');
    await accounts.askProxyAgain();
    expect(api.count('deployment')).toBe(2);
  });
});
