/** Nothing may delete on a server that nobody has seen the figures of and agreed to. */
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { Account } from '../../../web/model/account.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { StorageState } from '../../../web/state/storage.svelte.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import RetentionDialog from '../../../web/ui/settings/RetentionDialog.svelte';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';

afterEach(cleanup);

let api: FakeMailApi;
let sync: SyncState;

async function open(persisted = true, account: Account = GENERATED_ACCOUNT): Promise<void> {
  api = new FakeMailApi({});
  const storage = new StorageState({ persisted: () => Promise.resolve(persisted) });
  await storage.load();
  sync = new SyncState(api, { accounts: () => [], online: () => true, askToken: async () => false });
  const accounts = new AccountsState(api);
  const context = statesAsContext({ accounts, storage, sync, toasts: new ToastState() });
  render(RetentionDialog, { context, props: { open: true, account } });
}

const button = (name: string): HTMLButtonElement => screen.getByRole<HTMLButtonElement>('button', { name });
const choose = (name: string): Promise<boolean> => fireEvent.click(screen.getByRole('radio', { name }));
const saved = (): unknown[] => api.calls.filter(([name]) => name === 'setRetention');

describe('the dialog about mail on the server', () => {
  it('offers no deleting before a choice, and keeping has the focus', async () => {
    await open();
    expect(button('Delete').disabled).toBe(true);
    expect(button('Keep everything').autofocus).toBe(true);
    expect(api.count('forecastRemoval')).toBe(0);
  });

  it('says which rule there is, and Enter leaves it so', async () => {
    await open(true, { ...GENERATED_ACCOUNT, retention: { rule: 'after-days', days: 30, confirmedAt: 1 } });
    expect(screen.getByText(/^Now:/).textContent).toBe('Now: Delete after 30 days.');
    expect(button('Leave it so').autofocus).toBe(true);
    expect(button('Keep everything').autofocus).not.toBe(true);
    await fireEvent.click(button('Leave it so'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(saved()).toEqual([]);
  });

  it('shows what a choice would delete before it can be agreed to', async () => {
    await open();
    api.hold('forecastRemoval');
    await choose('Delete after 30 days');
    expect(button('Delete after 30 days').disabled).toBe(true);
    api.release('forecastRemoval');
    expect(
      await screen.findByText(
        /^Would delete 312 messages, 48 MB, the oldest of 3 May 2019, on pop\.demo\.example/,
      ),
    ).toBeTruthy();
    expect(screen.getByText(/2 messages stay because the server says another size/)).toBeTruthy();
    expect(saved()).toEqual([]);
    await fireEvent.click(button('Delete after 30 days'));
    expect(saved()).toEqual([['setRetention', GENERATED_ACCOUNT.id, { rule: 'after-days', days: 30 }]]);
  });

  it('says that it waits for the fetch that runs', async () => {
    await open();
    api.hold('forecastRemoval');
    await choose('Delete after 30 days');
    expect(screen.getByText('Looking at pop.demo.example…')).toBeTruthy();
    const { id: account } = GENERATED_ACCOUNT;
    const none = { messagesDone: 0, messagesTotal: 0, octetsDone: 0, octetsTotal: 0 };
    sync.running.set(account, { account, phase: 'fetching', ...none, startedAt: 0 });
    expect(await screen.findByText('Waiting for the fetch that runs…')).toBeTruthy();
  });

  it('never lets somebody agree to one choice by the figures of another', async () => {
    await open();
    await choose('Delete after a year');
    await screen.findByText(/^Would delete/);
    api.hold('forecastRemoval');
    await choose('Delete once it is here');
    expect(screen.queryByText(/^Would delete/)).toBeNull();
    expect(button('Delete once it is here').disabled).toBe(true);
    await fireEvent.click(button('Delete once it is here'));
    expect(saved()).toEqual([]);
  });

  it('offers nothing when the mailbox cannot be looked at', async () => {
    await open();
    api.failNext('forecastRemoval', new PoplarError('offline', 'page'));
    await choose('Delete once it is here');
    expect(await screen.findByText(/Nothing was changed/)).toBeTruthy();
    expect(button('Delete once it is here').disabled).toBe(true);
    button('Try again').focus();
    await fireEvent.click(button('Try again'));
    await screen.findByText(/^Would delete/);
    expect(button('Delete once it is here').disabled).toBe(false);
    expect((document.activeElement as HTMLInputElement).type).toBe('radio');
  });

  it('says that it is held back while the browser may throw mail away', async () => {
    await open(false);
    await choose('Delete after 7 days');
    expect(await screen.findByText(/^Held back: this browser may throw your mail away/)).toBeTruthy();
  });

  it('keeps everything by its safe button', async () => {
    await open();
    await choose('Delete after 7 days');
    await fireEvent.click(button('Keep everything'));
    expect(saved()).toEqual([['setRetention', GENERATED_ACCOUNT.id, { rule: 'keep' }]]);
  });
});
