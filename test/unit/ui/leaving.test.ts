/** Accounts that leave: what the dialog says and does, what is left in the settings and among the folders. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { closeAccount } from '../../../web/model/closed-account.ts';
import { accountId } from '../../../web/model/ids.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import type { ClockState } from '../../../web/state/clock.svelte.ts';
import { ConnectionState } from '../../../web/state/connection.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { MoveState } from '../../../web/state/move.svelte.ts';
import { RouteState } from '../../../web/state/route.svelte.ts';
import { StorageState } from '../../../web/state/storage.svelte.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import { TranscriptsState } from '../../../web/state/transcripts.svelte.ts';
import { AccountForm } from '../../../web/ui/accounts/account-form.svelte.ts';
import FolderChips from '../../../web/ui/mailbox/FolderChips.svelte';
import FolderPane from '../../../web/ui/mailbox/FolderPane.svelte';
import AccountList from '../../../web/ui/settings/AccountList.svelte';
import { lossWords } from '../../../web/ui/settings/leaving-words.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, GENERATED_NOW, generateSummaries } from '../../support/generated-mail.ts';

const second = { ...GENERATED_ACCOUNT, id: accountId('second'), address: 'second@example.test' };
let api: FakeMailApi;
let accounts: AccountsState;
let toasts: ToastState;
let context: Map<unknown, unknown>;
const hashes: string[] = [];

beforeEach(async () => {
  api = new FakeMailApi({ rows: generateSummaries(3), accounts: [GENERATED_ACCOUNT, second] });
  accounts = new AccountsState(api);
  toasts = new ToastState();
  hashes.length = 0;
  context = statesAsContext({
    accounts,
    clock: { now: GENERATED_NOW } as ClockState,
    connection: new ConnectionState(window),
    move: new MoveState(api),
    route: new RouteState({
      hash: () => '#/settings',
      mark: () => null,
      push: (hash) => hashes.push(hash),
      replace: () => undefined,
      back: () => undefined,
      listen: () => () => undefined,
    }),
    storage: new StorageState(null),
    sync: new SyncState(api, { accounts: () => [], online: () => true, askToken: async () => false }),
    toasts,
    transcripts: new TranscriptsState(api),
  });
  accounts.start();
  await accounts.refresh();
});
afterEach(cleanup);

async function ask(): Promise<ReturnType<typeof within>> {
  render(AccountList, { context });
  const [button] = screen.getAllByRole('button', { name: 'Remove from this device' });
  if (button === undefined) throw new Error('there is no account to remove');
  await fireEvent.click(button);
  return within(await screen.findByRole('dialog'));
}

describe('the dialog before an account leaves', () => {
  it('keeps the mail unless told otherwise, and says what stays', async () => {
    const dialog = await ask();
    await dialog.findByText(/Stays on this device/);
    await fireEvent.click(dialog.getByText('Remove, keep its mail'));
    await screen.findByText(/No longer fetched since/);
    expect([api.count('closeAccount'), api.count('removeAccount')]).toEqual([1, 0]);
    await vi.waitFor(() =>
      expect(toasts.toasts.map(({ text }) => text)).toEqual([
        `${GENERATED_ACCOUNT.address} is no longer fetched; its mail is still here`,
      ]),
    );
  });

  it('says how many messages are nowhere else before they go', async () => {
    api.goneThere = 2;
    const dialog = await ask();
    await fireEvent.click(await dialog.findByRole('radio', { name: 'Remove its mail too' }));
    await dialog.findByText(
      /^2 of them were deleted on .* lost for good\. A copy of all mail, saved in the settings first, keeps them\.$/,
    );
    await fireEvent.click(dialog.getByText('Remove with its mail'));
    await vi.waitFor(() => expect(screen.queryByText(GENERATED_ACCOUNT.address)).toBeNull());
    expect([api.count('closeAccount'), api.count('removeAccount')]).toEqual([0, 1]);
  });

  it('begins with keeping each time it opens', async () => {
    const dialog = await ask();
    await fireEvent.click(await dialog.findByRole('radio', { name: 'Remove its mail too' }));
    await fireEvent.click(dialog.getByText('Keep the account'));
    const [button] = screen.getAllByRole('button', { name: 'Remove from this device' });
    await fireEvent.click(button as HTMLElement);
    const again = within(await screen.findByRole('dialog'));
    await again.findByText(/Stays on this device/);
    expect((again.getByRole('radio', { name: /^Keep its mail here/ }) as HTMLInputElement).checked).toBe(
      true,
    );
  });

  it('gives the focus back when nothing was done', async () => {
    render(AccountList, { context });
    const [button] = screen.getAllByRole('button', { name: 'Remove from this device' });
    button?.focus();
    await fireEvent.click(button as HTMLElement);
    await fireEvent.click(await screen.findByText('Keep the account'));
    await vi.waitFor(() => expect(document.activeElement).toBe(button));
  });

  it.each([
    ['Keep its mail here', 'Remove, keep its mail', GENERATED_ACCOUNT.address],
    ['Remove its mail too', 'Remove with its mail', second.address],
  ])('%s: the focus goes on in the list of accounts', async (choice, action, name) => {
    const dialog = await ask();
    await fireEvent.click(await dialog.findByRole('radio', { name: new RegExp(`^${choice}`) }));
    await dialog.findByText(/ this device: /);
    await fireEvent.click(dialog.getByText(action));
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe('H3'));
    expect(document.activeElement?.textContent).toContain(name);
  });

  it('lets the account go also when what is here cannot be read', async () => {
    api.failNext('forecastAccountRemoval', new PoplarError('storage-failed', 'storage'));
    const dialog = await ask();
    await dialog.findByText(/did not do its work/);
    await fireEvent.click(dialog.getByRole('radio', { name: 'Remove its mail too' }));
    await fireEvent.click(dialog.getByText('Remove with its mail'));
    await vi.waitFor(() => expect(api.count('removeAccount')).toBe(1));
  });

  it('stays open and says why when it did not work', async () => {
    const dialog = await ask();
    await dialog.findByText(/Stays on this device/);
    api.failNext('closeAccount', new PoplarError('storage-full', 'storage'));
    await fireEvent.click(dialog.getByText('Remove, keep its mail'));
    await dialog.findByText(/no room left/);
    expect(accounts.open).toHaveLength(2);
  });
});

describe('a closed account', () => {
  it('is marked among the folders of a phone, for eyes and for screen readers', () => {
    render(FolderChips, { context });
    expect(screen.getAllByRole('img', { name: 'No longer fetched' })).toHaveLength(1);
    const chip = screen.getByRole('link', {
      name: new RegExp(`No longer fetched ${GENERATED_ACCOUNT.address}`),
    });
    expect(chip.querySelector('svg')).toBeTruthy();
  });

  beforeEach(async () => {
    api.accountList = [closeAccount(GENERATED_ACCOUNT, Date.UTC(2026, 10, 3, 12)), second];
    await accounts.refresh();
  });

  it('stands in the settings with what is here of it, and can go with its mail', async () => {
    render(AccountList, { context });
    expect(screen.getByText(/No longer fetched since 3 November 2026\. 3 messages/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Remove with its mail' }));
    const dialog = within(await screen.findByRole('dialog'));
    await dialog.findByText(/Leaves this device/);
    expect(dialog.queryByRole('radio')).toBeNull();
    await fireEvent.click(dialog.getByText('Remove with its mail'));
    await vi.waitFor(() => expect(api.count('removeAccount')).toBe(1));
  });

  it('is taken up by the form, filled in as it was', async () => {
    render(AccountList, { context });
    await fireEvent.click(screen.getByRole('button', { name: 'Use again…' }));
    expect(hashes).toEqual(['#/add-account']);
    const form = new AccountForm('https://mail.example/', accounts.takingUp);
    form.password = 'secret';
    const { address, displayName, incoming, user } = GENERATED_ACCOUNT;
    expect(form.draft(GENERATED_NOW)).toMatchObject({
      address,
      displayName,
      incoming,
      user,
      password: 'secret',
    });
  });

  it('is marked among the folders, and no "Get mail" means it', () => {
    render(FolderPane, { context });
    // Its address stands on two lines.
    const name = GENERATED_ACCOUNT.address.replace('@', ' @');
    const folder = screen.getByRole('link', { name: new RegExp(`${name} No longer fetched`) });
    expect(folder.title).toContain('(no longer fetched)');
    expect(screen.getByRole('link', { name: /second/ }).title).not.toContain('no longer');
    expect(accounts.open.map(({ account }) => account.id)).toEqual([second.id]);
  });
});

describe('what is lost with an account', () => {
  it.each([
    [{ messages: 3, octets: 9, goneThere: 0 }, /still has can be fetched again/],
    [{ messages: 3, octets: 9, goneThere: 1 }, /^1 of them was deleted on h /],
    [{ messages: 3, octets: 9, goneThere: 3 }, /^All of them were deleted on h /],
  ])('%j', (forecast, words) => {
    expect(lossWords(forecast, 'h')).toMatch(words);
  });
});
