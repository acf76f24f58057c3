/** The account set-up in a page: live steps, a failure that keeps every field, focus on the first bad field, success. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MaildropFacts } from '../../../web/api/mail-api.ts';
import { PoplarError, type ErrorCode } from '../../../web/errors.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import type { CheckStep } from '../../../web/model/event.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import type { ClockState } from '../../../web/state/clock.svelte.ts';
import { ConnectionState } from '../../../web/state/connection.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { ProxyState } from '../../../web/state/proxy.svelte.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import type { RouteState } from '../../../web/state/route.svelte.ts';
import AddAccount from '../../../web/ui/accounts/AddAccount.svelte';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_NOW } from '../../support/generated-mail.ts';

class SteppedApi extends FakeMailApi {
  step: (step: CheckStep) => void = () => undefined;
  pass: (facts: MaildropFacts) => void = () => undefined;
  fail: (error: unknown) => void = () => undefined;

  override checkAccount(...[draft, onStep]: Parameters<FakeMailApi['checkAccount']>): Promise<MaildropFacts> {
    this.calls.push(['checkAccount', draft]);
    this.step = onStep;
    return new Promise((resolve, reject) => {
      this.pass = resolve;
      this.fail = reject;
    });
  }
}

let api: SteppedApi;
let toasts: ToastState;
const openList = vi.fn();

let accounts: AccountsState;

beforeEach(() => {
  api = new SteppedApi({ accounts: [] });
  toasts = new ToastState();
  openList.mockReset();
  const connection = new ConnectionState(window);
  accounts = new AccountsState(api);
  render(AddAccount, {
    context: statesAsContext({
      proxy: new ProxyState(api),
      accounts,
      clock: { now: GENERATED_NOW } as ClockState,
      connection,
      toasts,
      route: { openList } as unknown as RouteState,
      sync: new SyncState(api, { accounts: () => [], online: () => true, askToken: async () => false }),
    }),
  });
});
afterEach(cleanup);

const field = (label: string): HTMLInputElement => screen.getByLabelText(label);
const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const type = (label: string, value: string) => fireEvent.input(field(label), { target: { value } });
const steps = (): string[] =>
  within(screen.getByRole('list', { name: 'Steps of the check' }))
    .getAllByRole('listitem')
    .map((item) => item.textContent.replace(/\s+/g, ' ').trim());

async function fillAndCheck(): Promise<void> {
  await type('E-mail address', 'ada@example.com');
  await type('Your name', 'Ada');
  await fireEvent.click(button('Use it'));
  await type('Password', 'correct horse');
  await fireEvent.click(button('Check and add'));
}

describe('adding an account', () => {
  it('suggests a host and takes it only by a click', async () => {
    await type('E-mail address', 'ada@example.com');
    expect([field('POP3 server').value, field('POP3 server').placeholder]).toEqual(['', 'pop.example.com']);
    await fireEvent.click(button('Use it'));
    expect(field('POP3 server').value).toBe('pop.example.com');
    expect(screen.queryByRole('button', { name: 'Use it' })).toBeNull();
  });

  it('fills in the server of a provider and says what it wants', async () => {
    await type('E-mail address', 'ada@gmail.com');
    expect([field('POP3 server').value, field('Port').value]).toEqual(['pop.gmail.com', '995']);
    expect(screen.getByText(/Gmail wants an app password here/)).toBeTruthy();
    await type('E-mail address', 'ada@icloud.com');
    expect(field('POP3 server').value).toBe('');
    expect(screen.getByText(/iCloud Mail offers no POP3/)).toBeTruthy();
    expect(screen.queryByText(/app password/)).toBeNull();
  });

  it('lets people begin with less than everything, but for Gmail, which hands its mail out part by part', async () => {
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Everything', hidden: true }).checked).toBe(
      true,
    );
    await fireEvent.click(screen.getByRole('radio', { name: 'The newest 500', hidden: true }));
    expect(screen.getByText('What to fetch: the newest 500')).toBeTruthy();
    await fillAndCheck();
    expect(api.calls.find(([name]) => name === 'checkAccount')?.[1]).toMatchObject({
      fetch: { what: 'newest', count: 500 },
    });
    await type('POP3 server', 'pop.gmail.com');
    expect(screen.queryByRole('radio', { name: 'The newest 500', hidden: true })).toBeNull();
  });

  it('shows what was said with the server when the check has failed', async () => {
    await fillAndCheck();
    const said = { startedAt: 0, endedAt: 900, host: 'pop.example.com', port: 995, security: 'tls' as const };
    const error = { code: 'login-refused' as const, hop: 'login' as const, retryable: false, detail: {} };
    const transcript = { ...said, error: error.code, lines: ['S: +OK ready'] };
    api.step({ hop: 'login', state: 'failed', facts: [], error, transcript });
    api.fail(new PoplarError('login-refused', 'login'));
    expect((await screen.findByRole('region', { name: /Transcript/, hidden: true })).textContent).toBe(
      'S: +OK ready',
    );
    await fireEvent.click(button('Check and add'));
    await vi.waitFor(() => expect(screen.queryByText('What was said with the server')).toBeNull());
  });

  it('puts the focus on the first bad field and asks no server', async () => {
    await type('E-mail address', 'ada@example.com');
    await type('POP3 server', 'https://pop.example.com');
    await fireEvent.click(button('Check and add'));
    await vi.waitFor(() => expect(document.activeElement).toBe(field('POP3 server')));
    expect(field('POP3 server').getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText(/Only the server’s name goes here/)).toBeTruthy();
    expect(api.count('checkAccount')).toBe(0);
  });

  it('lets the port follow the security and warns of none', async () => {
    await fireEvent.click(screen.getByRole('radio', { name: /None/ }));
    expect(field('Port').value).toBe('110');
    expect(screen.getByText(/travel in clear/)).toBeTruthy();
    await fireEvent.click(screen.getByRole('radio', { name: /^TLS/ }));
    expect(field('Port').value).toBe('995');
    expect(screen.queryByText(/travel in clear/)).toBeNull();
  });

  it('goes through the proxy unless somebody looks under Advanced', async () => {
    const advanced = screen.getByText('Advanced').closest('details');
    expect(advanced?.open).toBe(false);
    expect(
      screen.getByRole<HTMLInputElement>('radio', { name: /this site’s proxy/, hidden: true }).checked,
    ).toBe(true);
    await fillAndCheck();
    expect(api.calls.at(-1)?.[1]).not.toHaveProperty('incoming.bridge');
  });

  it('goes through a bridge by its address, without a security of its own', async () => {
    await fireEvent.click(screen.getByRole('radio', { name: /WebSocket bridge/, hidden: true }));
    expect(screen.queryByRole('group', { name: 'Security' })).toBeNull();
    expect(screen.getByText(/Poplar makes no TLS through a bridge/)).toBeTruthy();
    expect(steps()[0]).toBe('Reach the bridge');
    await fillAndCheck();
    await vi.waitFor(() => expect(document.activeElement).toBe(field('Address of the bridge')));
    expect(screen.getByText('Type the address of the bridge.')).toBeTruthy();
    expect(api.count('checkAccount')).toBe(0);
    await type('Address of the bridge', ' wss://bridge.example.org/ ');
    await fireEvent.click(button('Check and add'));
    expect(api.calls.at(-1)).toMatchObject([
      'checkAccount',
      {
        incoming: {
          host: 'pop.example.com',
          port: 110,
          security: 'none',
          bridge: { url: 'wss://bridge.example.org/' },
        },
      },
    ]);
  });

  it('has the bridge of its own site chosen where there is no proxy, but not against a choice', async () => {
    api.failNext('deployment', new PoplarError('proxy-absent', 'proxy'));
    await accounts.loadDeployment();
    await vi.waitFor(() =>
      expect(field('Address of the bridge').value).toMatch(/^ws:\/\/localhost.*\/websockify$/),
    );
    expect(screen.getByText('Advanced').closest('details')?.open).toBe(true);
    await fireEvent.click(screen.getByRole('radio', { name: /this site’s proxy/ }));
    expect(screen.queryByLabelText('Address of the bridge')).toBeNull();
    expect(screen.getByRole('group', { name: 'Security' })).toBeTruthy();
  });

  it('says what was the bridge’s business', async () => {
    await fireEvent.click(screen.getByRole('radio', { name: /WebSocket bridge/, hidden: true }));
    await type('Address of the bridge', 'websockify');
    await fillAndCheck();
    api.step({ hop: 'proxy', state: 'passed', facts: ['ws://localhost/websockify'] });
    for (const hop of ['name', 'connection', 'tls'] as const) {
      api.step({ hop, state: 'skipped', facts: ['by the bridge'] });
    }
    api.step({ hop: 'login', state: 'running', facts: [] });
    await vi.waitFor(() =>
      expect(steps()).toEqual([
        'Bridge reached ws://localhost/websockify',
        'Look up the server’s name by the bridge',
        'Connect to it by the bridge',
        'TLS, if there is any by the bridge',
        'Logging in…',
        'Count the messages',
      ]),
    );
  });

  it('shows the password only on demand', async () => {
    expect(field('Password').type).toBe('password');
    await fireEvent.click(button('Show the password'));
    expect(field('Password').type).toBe('text');
    await fireEvent.click(button('Hide the password'));
    expect(field('Password').type).toBe('password');
  });

  it('shows the steps live, with their facts', async () => {
    await fillAndCheck();
    api.step({ hop: 'proxy', state: 'passed', facts: [] });
    api.step({ hop: 'name', state: 'passed', facts: ['192.0.2.7'] });
    api.step({ hop: 'connection', state: 'running', facts: [] });
    await vi.waitFor(() =>
      expect(steps()).toEqual([
        'Proxy reached',
        'Name found 192.0.2.7',
        'Connecting…',
        'Secure the connection',
        'Log in',
        'Count the messages',
      ]),
    );
  });

  it('stops at the failing step with cause and advice, and keeps every field', async () => {
    await fillAndCheck();
    api.step({ hop: 'proxy', state: 'passed', facts: [] });
    api.step({ hop: 'name', state: 'running', facts: [] });
    const detail = { host: 'pop.example.com', port: 995 };
    api.fail(new PoplarError('name-not-found', 'name', { detail }));
    const panel = await screen.findByRole('alert');
    expect(panel.textContent).toContain('There is no server called pop.example.com');
    expect(panel.textContent).toContain('Check the spelling');
    // The steps above are the road.
    expect(within(panel).queryByRole('list')).toBeNull();
    expect(steps()).toEqual(['Proxy reached', 'Stopped at the server’s name']);
    expect(
      ['E-mail address', 'Your name', 'POP3 server', 'Password'].map((label) => field(label).value),
    ).toEqual(['ada@example.com', 'Ada', 'pop.example.com', 'correct horse']);
    expect(api.count('addAccount')).toBe(0);
  });

  it('moves the focus to the title of the error', async () => {
    await fillAndCheck();
    api.fail(new PoplarError('connection-refused', 'connection'));
    await screen.findByRole('alert');
    await vi.waitFor(() => expect(document.activeElement?.textContent).toContain('accepts no connections'));
  });

  it('takes over the settings that an error advises', async () => {
    await fillAndCheck();
    api.fail(new PoplarError('tls-not-spoken', 'tls', { detail: { host: 'pop.example.com', port: 995 } }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Use STARTTLS, port 110' }));
    expect(field('Port').value).toBe('110');
    expect(screen.getByRole<HTMLInputElement>('radio', { name: /STARTTLS/ }).checked).toBe(true);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  describe('at a certificate that is not trusted', () => {
    const certificate = {
      subject: 'CN=pop.example.com',
      issuer: 'CN=pop.example.com',
      names: 'pop.example.com',
      validFromMs: Date.UTC(2026, 0, 1),
      validToMs: Date.UTC(2036, 0, 1),
      sha256: Array.from({ length: 32 }, (_, n) => n.toString(16).padStart(2, '0').toUpperCase()).join(':'),
    };
    const detail = { host: 'pop.example.com', port: 995, ...certificate };
    const drafts = (): AccountDraft[] =>
      api.calls.filter(([name]) => name === 'checkAccount').map(([, draft]) => draft as AccountDraft);

    async function stopAt(code: ErrorCode): Promise<HTMLElement> {
      await fillAndCheck();
      api.fail(new PoplarError(code, 'tls', { detail }));
      return screen.findByRole('alert');
    }

    it('shows it, says what to compare, and tries again only with it', async () => {
      const panel = await stopAt('certificate-self-signed');
      expect(panel.textContent).toContain('1 January 2026 to 1 January 2036');
      expect(panel.textContent).toContain('itself');
      expect(panel.textContent).toContain('00:01:02:03:04:05:06:07:');
      expect(panel.textContent).toContain('as honest as the proxy is');
      expect(document.activeElement?.textContent).toContain('is self-signed');
      await fireEvent.click(button('Trust this certificate'));
      const { sha256, ...facts } = certificate;
      await vi.waitFor(() => expect(drafts()).toHaveLength(2));
      expect(drafts()[0]?.incoming).not.toHaveProperty('pin');
      expect(drafts()[1]?.incoming).toMatchObject({ pin: sha256, pinned: facts });
      api.pass({ messages: 0, octets: 0 });
      await vi.waitFor(() => expect(api.count('addAccount')).toBe(1));
    });

    it('trusts it at that server alone, and no longer than the person wants', async () => {
      await stopAt('certificate-unknown-issuer');
      await fireEvent.click(button('Trust this certificate'));
      api.fail(new PoplarError('login-refused', 'login', { detail }));
      await screen.findByText(/You trust the certificate of pop.example.com/);
      await type('POP3 server', 'pop.example.net');
      expect(screen.queryByText(/You trust the certificate/)).toBeNull();
      await type('POP3 server', 'pop.example.com');
      await fireEvent.click(button('Stop trusting it'));
      await fireEvent.click(button('Check and add'));
      await vi.waitFor(() => expect(drafts()).toHaveLength(3));
      expect(drafts()[2]?.incoming).not.toHaveProperty('pin');
    });

    it.each<ErrorCode>(['certificate-invalid', 'certificate-not-yet-valid', 'tls-failed'])(
      'offers no trust for %s',
      async (code) => {
        await stopAt(code);
        expect(screen.queryByRole('button', { name: 'Trust this certificate' })).toBeNull();
      },
    );
  });

  it('can be stopped, and nothing is added then', async () => {
    await fillAndCheck();
    await fireEvent.click(button('Stop'));
    api.pass({ messages: 1, octets: 1 });
    await vi.waitFor(() => expect(button('Check and add')).toBeTruthy());
    expect(screen.queryByRole('alert')).toBeNull();
    expect(api.count('addAccount')).toBe(0);
  });

  it('adds after the check has passed, starts to fetch and goes to the mail', async () => {
    await fillAndCheck();
    expect(api.count('addAccount')).toBe(0);
    api.pass({ messages: 312, octets: 48_000_000 });
    await vi.waitFor(() => expect(openList.mock.calls).toEqual([[{ account: null, filter: 'all' }]]));
    const draft = { address: 'ada@example.com', user: 'ada@example.com', password: 'correct horse' };
    expect(api.calls.find(([name]) => name === 'addAccount')?.[1]).toMatchObject(draft);
    expect(api.count('sync')).toBe(1);
    expect(toasts.toasts[0]?.text).toBe('ada@example.com was added: 312 messages, 48 MB on the server');
  });

  it('says so when the account passed but could not be kept', async () => {
    await fillAndCheck();
    api.failNext('addAccount', new PoplarError('storage-full', 'storage'));
    api.pass({ messages: 1, octets: 1 });
    expect((await screen.findByRole('alert')).textContent).toContain('no room left');
    expect(openList).not.toHaveBeenCalled();
    expect(field('Password').value).toBe('correct horse');
  });
});
