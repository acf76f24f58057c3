/** The page around the mail: who is welcomed when, and what follows an account that is gone. */
import { cleanup, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeMailApi, type FakeMailOptions } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, generateSummaries } from '../../support/generated-mail.ts';
import { openApp, plainContent, press } from '../../support/open-app.ts';
import { settled } from '../../support/settled.ts';

afterEach(() => {
  for (const meta of document.querySelectorAll('meta')) meta.remove();
});

function open(
  { hash = '#/inbox', ...options }: FakeMailOptions & { hash?: string },
  prepare: (api: FakeMailApi) => void = () => undefined,
) {
  const api = new FakeMailApi({ content: plainContent, ...options });
  prepare(api);
  const online = new EventTarget() as EventTarget & { navigator: { onLine: boolean } };
  online.navigator = { onLine: true };
  const { states, container } = openApp(api, { hash, around: { online: online as unknown as Window } });
  return { api, states, online, app: () => container.querySelector('.app')?.className ?? '' };
}

describe('the first moment', () => {
  it('shows neither mailbox nor welcome before it is known which', async () => {
    const { api, app } = open({ accounts: [] }, (held) => {
      held.hold('accounts');
      held.hold('list');
    });
    await settled();
    expect(app()).toContain('unknown');
    await api.release('accounts');
    await settled();
    expect(app()).not.toContain('unknown');
    expect(screen.getByRole('button', { name: 'Add your account' })).toBeTruthy();
  });

  it('shows cached mail without waiting for the accounts', async () => {
    const { app } = open({ rows: generateSummaries(3) }, (held) => held.hold('accounts'));
    await settled();
    expect(app()).not.toContain('unknown');
  });
});

describe('the keyboard', () => {
  it('is in the list when the first mail has come', async () => {
    const { api, states } = open({ rows: [] });
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Inbox' }));
    const [account] = api.accountList;
    if (account === undefined) throw new TypeError('no account');
    api.deliver(generateSummaries(2));
    await settled();
    expect(states.mailbox.total).toBe(2);
    expect(document.activeElement).toBe(screen.getByRole('listbox', { name: 'Messages' }));
  });

  it('is at the name of a list that is empty', async () => {
    open({ rows: generateSummaries(2) });
    await settled();
    await press('g', '#');
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Trash' }));
  });

  it('begins a form at its heading', async () => {
    open({ accounts: [] });
    await settled();
    expect(document.title).toBe('Poplar');
    screen.getByRole('button', { name: 'Add your account' }).click();
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Add your account' }));
  });
});

describe('the settings', () => {
  it('have the focus where the person left them, else on their name, and not when they are the first page', async () => {
    open({ rows: generateSummaries(3), hash: '#/settings' });
    await settled();
    expect(document.activeElement).toBe(document.body);
    cleanup();
    const mail = open({ rows: generateSummaries(3) });
    await settled();
    mail.states.route.openSettings();
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Settings' }));
    cleanup();
    const { states } = open({ hash: `#/settings/server/${GENERATED_ACCOUNT.id}` });
    await settled();
    states.route.openSettings();
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('link', { name: 'What is there' }));
  });
});

describe('the keys of the whole page', () => {
  it.each(['#/inbox', '#/settings', `#/settings/server/${GENERATED_ACCOUNT.id}`, '#/add-account'])(
    'are shown on ? at %s',
    async (hash) => {
      open({ rows: generateSummaries(3), hash });
      await settled();
      await press('?');
      expect(screen.getByRole('dialog', { name: 'Keys' })).toBeTruthy();
    },
  );

  it('work from a choice, and leave a field to what is typed', async () => {
    open({ rows: generateSummaries(3), hash: '#/settings' });
    await settled();
    screen.getByRole('radio', { name: 'Dark' }).focus();
    await press('?');
    expect(screen.getByRole('dialog', { name: 'Keys' })).toBeTruthy();
    cleanup();
    open({ accounts: [], hash: '#/add-account' });
    await settled();
    screen.getByLabelText('E-mail address').focus();
    await press('?');
    expect(screen.queryByRole('dialog', { name: 'Keys' })).toBeNull();
  });
});

describe('the last account', () => {
  it('leaves the focus on the first screen', async () => {
    const { api, states } = open({ rows: generateSummaries(3) });
    await settled();
    (document.activeElement as HTMLElement | null)?.blur();
    api.accountList = [];
    await states.accounts.refresh();
    await settled();
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Poplar' }));
  });
});

describe('an account that another tab removed', () => {
  it('takes its opened message with it', async () => {
    const { api, states } = open({ rows: generateSummaries(3) });
    await settled();
    const [row] = api.rows;
    if (row === undefined) throw new TypeError('no mail was generated');
    states.route.openMessage(row.id);
    await settled();
    expect(states.reader.id).toBe(row.id);
    await api.removeAccount(row.account);
    await settled();
    expect([states.route.message, states.reader.id]).toEqual([null, null]);
  });
});

describe('offline', () => {
  it('lets "Get mail" rest until there is a network', async () => {
    const { api, online } = open({ rows: generateSummaries(3) });
    await settled();
    const button = () => screen.getAllByRole('button', { name: 'Get mail' })[0];
    expect(button()?.getAttribute('aria-disabled')).toBe('false');
    online.navigator.onLine = false;
    online.dispatchEvent(new Event('offline'));
    await settled();
    expect(button()?.getAttribute('aria-disabled')).toBe('true');
    button()?.click();
    await settled();
    expect(api.calls.filter(([method]) => method === 'sync')).toEqual([]);
  });
});

describe('the browser’s own bars', () => {
  it('follow a chosen theme, else the system', async () => {
    for (const scheme of ['light', 'dark']) {
      const meta = document.createElement('meta');
      meta.name = 'theme-color';
      meta.dataset['scheme'] = scheme;
      document.head.append(meta);
    }
    const media = () =>
      [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')].map((meta) => meta.media);
    const { states } = open({ rows: generateSummaries(3) });
    await settled();
    expect(media()).toEqual(['(prefers-color-scheme: light)', '(prefers-color-scheme: dark)']);
    states.settings.theme = 'dark';
    await settled();
    expect(media()).toEqual(['not all', 'all']);
  });
});
