/** The first screen offers what there is; the settings remove an account only after saying what that means. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import { accountId } from '../../../web/model/ids.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import type { ClockState } from '../../../web/state/clock.svelte.ts';
import { ConnectionState } from '../../../web/state/connection.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { MoveState } from '../../../web/state/move.svelte.ts';
import { RepairState } from '../../../web/state/repair.svelte.ts';
import type { RouteState } from '../../../web/state/route.svelte.ts';
import { ProxyState } from '../../../web/state/proxy.svelte.ts';
import { SettingsState } from '../../../web/state/settings.svelte.ts';
import { StorageState } from '../../../web/state/storage.svelte.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import { TranscriptsState } from '../../../web/state/transcripts.svelte.ts';
import FirstScreen from '../../../web/ui/accounts/FirstScreen.svelte';
import SettingsPage from '../../../web/ui/settings/SettingsPage.svelte';
import { deploymentOf } from '../../support/deployment.ts';
import { FakeMailApi, type FakeMailOptions } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, GENERATED_NOW, generateSummaries } from '../../support/generated-mail.ts';

const demo: AccountDraft = {
  address: 'demo@poplar.example',
  displayName: 'Demo',
  incoming: { host: '127.0.0.1', port: 1110, security: 'none' },
  user: 'demo',
  password: 'demo',
  rememberPassword: true,
  demo: true,
};
const withDemo = deploymentOf({ demo });

const route = { openMail: vi.fn(), openAddAccount: vi.fn() };
let api: FakeMailApi;
let accounts: AccountsState;
let proxy: ProxyState;

function statesOf(options: FakeMailOptions): Map<unknown, unknown> {
  api = new FakeMailApi(options);
  accounts = new AccountsState(api);
  proxy = new ProxyState(api);
  return statesAsContext({
    accounts,
    clock: { now: GENERATED_NOW } as ClockState,
    connection: new ConnectionState(window),
    repair: new RepairState(api),
    route: route as unknown as RouteState,
    move: new MoveState(api),
    proxy,
    settings: new SettingsState(null, document.documentElement),
    storage: new StorageState({
      estimate: () => Promise.resolve({ usage: 48_000_000, quota: 1_000_000_000 }),
    }),
    sync: new SyncState(api, { accounts: () => [], online: () => true, askToken: async () => false }),
    toasts: new ToastState(),
    transcripts: new TranscriptsState(api),
  });
}

beforeEach(() => {
  route.openMail.mockReset();
  route.openAddAccount.mockReset();
});
afterEach(cleanup);

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('the first screen', () => {
  it('offers the demo mailbox only when there is one', async () => {
    const context = statesOf({ accounts: [] });
    render(FirstScreen, { context });
    await accounts.loadDeployment();
    expect(screen.queryByRole('button', { name: 'Try the demo mailbox' })).toBeNull();
    expect(button('Add your account')).toBeTruthy();
  });

  it('opens the demo mailbox with one click: added, fetching, in the mail', async () => {
    const context = statesOf({ accounts: [], deployment: withDemo });
    render(FirstScreen, { context });
    await accounts.loadDeployment();
    await fireEvent.click(await screen.findByRole('button', { name: 'Try the demo mailbox' }));
    await vi.waitFor(() => expect(api.count('sync')).toBe(1));
    expect(api.calls.find(([name]) => name === 'addAccount')).toEqual(['addAccount', demo]);
    expect(route.openMail).toHaveBeenCalledTimes(1);
  });

  it('adds the demo mailbox once, however often it is clicked', async () => {
    const context = statesOf({ accounts: [], deployment: withDemo });
    render(FirstScreen, { context });
    await accounts.loadDeployment();
    const demoButton = await screen.findByRole('button', { name: 'Try the demo mailbox' });
    demoButton.click();
    demoButton.click();
    await vi.waitFor(() => expect(route.openMail).toHaveBeenCalled());
    expect(api.count('addAccount')).toBe(1);
  });

  it('says that the proxy does not answer, and asks it again', async () => {
    const context = statesOf({ accounts: [], deployment: withDemo });
    api.failNext('deployment', new PoplarError('proxy-unreachable', 'proxy'));
    render(FirstScreen, { context });
    await accounts.loadDeployment();
    expect((await screen.findByRole('alert')).textContent).toContain('The proxy does not answer');
    await fireEvent.click(button('Try again'));
    expect(await screen.findByRole('button', { name: 'Try the demo mailbox' })).toBeTruthy();
  });

  it('is calm where no proxy of Poplar is beside the page', async () => {
    const context = statesOf({ accounts: [], deployment: new PoplarError('proxy-absent', 'proxy') });
    render(FirstScreen, { context });
    await accounts.loadDeployment();
    expect(await screen.findByText(/No proxy of Poplar is beside this page/)).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Try the demo mailbox' })).toBeNull();
    expect(screen.queryByText(/The proxy passes bytes on/)).toBeNull();
    await fireEvent.click(button('Add your account'));
    expect(route.openAddAccount).toHaveBeenCalledTimes(1);
  });

  it('says why the demo mailbox could not be added', async () => {
    const context = statesOf({ accounts: [], deployment: withDemo });
    api.failNext('addAccount', new PoplarError('storage-blocked', 'storage'));
    render(FirstScreen, { context });
    await accounts.loadDeployment();
    await fireEvent.click(await screen.findByRole('button', { name: 'Try the demo mailbox' }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'does not let Poplar open its mail store',
    );
    expect(route.openMail).not.toHaveBeenCalled();
  });
});

describe('the settings', () => {
  async function open(): Promise<void> {
    const context = statesOf({ rows: generateSummaries(3) });
    await accounts.refresh();
    await accounts.loadDeployment();
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
  }

  it('remove an account only after saying what goes and what stays, the safe button focused', async () => {
    await open();
    await fireEvent.click(button('Remove from this device'));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(/3 messages/);
    expect(dialog.textContent).toMatch(/Nothing changes on the\s+server/);
    const safe = within(dialog).getByText('Keep the account').closest('button');
    await vi.waitFor(() => expect(document.activeElement).toBe(safe));
    await fireEvent.click(within(dialog).getByText('Keep the account'));
    expect(api.count('removeAccount')).toBe(0);
    await fireEvent.click(button('Remove from this device'));
    const again = within(await screen.findByRole('dialog'));
    await fireEvent.click(await again.findByRole('radio', { name: 'Remove its mail too' }));
    await again.findByText(/Leaves this device/);
    await fireEvent.click(again.getByText('Remove with its mail'));
    await vi.waitFor(() => expect(screen.getByText('There is no account on this device yet.')).toBeTruthy());
    expect(api.count('removeAccount')).toBe(1);
  });

  it('tell every control from all others by its name and the groups it is in', async () => {
    const second = { ...GENERATED_ACCOUNT, id: accountId('second'), address: 'second@example.test' };
    const context = statesOf({ accounts: [GENERATED_ACCOUNT, second] });
    await accounts.refresh();
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
    const groups = (element: Element): string[] => {
      const group = element.parentElement?.closest('[role=group], [role=radiogroup]');
      if (!group) return [];
      const named = document.getElementById(group.getAttribute('aria-labelledby') ?? '')?.textContent;
      return [...groups(group), (named ?? group.getAttribute('aria-label') ?? '').trim()];
    };
    const controls = [...screen.getAllByRole('button'), ...screen.getAllByRole('link')];
    const names = controls.map((control) => [...groups(control), control.textContent?.trim()].join(' / '));
    expect(names).toContain('second@example.test / Mail on the server / Change…');
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  });

  it('change the appearance at once', async () => {
    await open();
    await fireEvent.click(screen.getByRole('radio', { name: 'Dark' }));
    await fireEvent.click(screen.getByRole('radio', { name: 'Compact' }));
    expect({ ...document.documentElement.dataset }).toEqual({ theme: 'dark', density: 'compact' });
  });

  it('say what the proxy can see and which it is', async () => {
    await open();
    expect(screen.getByText(/With TLS in the proxy it can read your mail/)).toBeTruthy();
    expect(screen.getByText(/Poplar 0\.1\.0/)).toBeTruthy();
    expect(screen.getByText(/the ports 110 and 995 of any mail server/)).toBeTruthy();
    expect(screen.queryByText('Access token')).toBeNull();
  });

  it('change and forget the access token of the proxy', async () => {
    const context = statesOf({ deployment: deploymentOf({ needsToken: true, hasToken: true }) });
    const stop = accounts.start();
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
    await fireEvent.click(await screen.findByRole('button', { name: 'Change' }));
    expect(proxy.asking).toEqual({ wrong: false });
    await fireEvent.click(button('Forget'));
    expect(await screen.findByText(/None was entered yet/)).toBeTruthy();
    expect(api.count('forgetProxyToken')).toBe(1);
    await vi.waitFor(() => expect(document.activeElement?.textContent.trim()).toBe('Enter'));
    stop();
  });

  it('say how much space is used', async () => {
    await open();
    expect(await screen.findByText(/^About 48 MB used/)).toBeTruthy();
  });

  it('show what was said with the server, once it is asked for, and copy it', async () => {
    const context = statesOf({});
    await accounts.refresh();
    api.transcriptList = [
      {
        startedAt: GENERATED_NOW,
        endedAt: GENERATED_NOW + 1500,
        host: 'pop.example.org',
        port: 995,
        security: 'tls',
        error: 'login-refused',
        lines: ['S: +OK ready', 'C: USER ‹user›'],
      },
    ];
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
    expect(api.count('transcripts')).toBe(0);
    const details = screen.getByText('What was said with the server').closest('details');
    if (details !== null) details.open = true;
    await fireEvent(details as Element, new Event('toggle'));
    const transcript = await screen.findByRole('region', { name: /Transcript/ });
    expect(transcript.textContent).toBe('S: +OK ready\nC: USER ‹user›');
    expect(screen.getByText(/Safe to share/)).toBeTruthy();
    await fireEvent.click(button('Copy it'));
    expect(writeText.mock.calls[0]?.[0]).toBe(
      `Poplar with pop.example.org, port 995, TLS\n${new Date(GENERATED_NOW).toISOString()}, 1.5 s, login-refused\n\nS: +OK ready\nC: USER ‹user›\n`,
    );
    expect(await screen.findByText('Copied')).toBeTruthy();
  });

  it('choose how often mail is fetched, and say when that is', async () => {
    const context = statesOf({});
    const stop = accounts.start();
    await accounts.refresh();
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
    expect(screen.getByText('in 13 min')).toBeTruthy();
    expect(screen.getByRole<HTMLInputElement>('radio', { name: '15 min' }).checked).toBe(true);
    await fireEvent.click(screen.getByRole('radio', { name: 'By hand' }));
    expect(await screen.findByText('only when you get mail')).toBeTruthy();
    expect(api.calls.find(([name]) => name === 'setAccountOptions')).toEqual([
      'setAccountOptions',
      GENERATED_ACCOUNT.id,
      { checkEvery: 0 },
    ]);
    stop();
  });

  it('let people choose what Gmail hands out, and no other provider', async () => {
    const incoming = { ...GENERATED_ACCOUNT.incoming, host: 'pop.gmail.com' };
    const other = { ...GENERATED_ACCOUNT, id: accountId('other') };
    const context = statesOf({ accounts: [{ ...GENERATED_ACCOUNT, incoming }, other] });
    const stop = accounts.start();
    await accounts.refresh();
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
    expect(screen.getByText(/hands it to no other mail program/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('radio', { name: 'Last 30 days' }));
    expect(await screen.findByText(/read on several devices/)).toBeTruthy();
    expect(api.calls.find(([name]) => name === 'setAccountOptions')?.[2]).toEqual({ recent: true });
    stop();
  });

  it('show the certificate that is trusted, and stop trusting it', async () => {
    const facts = { subject: 'CN=a', issuer: 'CN=b', names: 'a.example', validFromMs: 0, validToMs: 1 };
    const incoming = { ...GENERATED_ACCOUNT.incoming, pin: 'AA:BB', pinned: facts };
    const context = statesOf({ accounts: [{ ...GENERATED_ACCOUNT, incoming }] });
    render(SettingsPage, { context, props: { onkeys: () => undefined } });
    accounts.start();
    await fireEvent.click(await screen.findByText('The certificate you trust, and no other'));
    expect(screen.getByText('AA:BB')).toBeTruthy();
    await fireEvent.click(button('Stop trusting it'));
    await vi.waitFor(() => expect(screen.queryByText('AA:BB')).toBeNull());
    expect(api.calls.find(([name]) => name === 'trustCertificate')).toEqual([
      'trustCertificate',
      GENERATED_ACCOUNT.id,
      null,
    ]);
    expect(document.activeElement?.textContent).toContain(GENERATED_ACCOUNT.address);
  });
});
