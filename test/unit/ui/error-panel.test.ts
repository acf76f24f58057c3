/** An error as people see it: the road with the failing hop marked by more than colour, and only actions that work here. */
import { cleanup, render, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import ErrorPanel from '../../../web/ui/common/ErrorPanel.svelte';
import { roadTo } from '../../../web/ui/common/road.ts';

afterEach(cleanup);

const road = (): string[] =>
  within(screen.getByRole('list', { name: 'The way to the mail server' }))
    .getAllByRole('listitem')
    .map((item) => item.textContent.replace(/\s+/g, ' ').replace(' :', ':').trim());

describe('the road', () => {
  it('is passed up to the failing hop and not reached beyond it', () => {
    render(ErrorPanel, { error: new PoplarError('tls-failed', 'tls') });
    expect(road()).toEqual([
      'Page: passed',
      'Proxy: passed',
      'Name: passed',
      'Connection: passed',
      'TLS: failed here',
      'Login: not reached',
      'Maildrop: not reached',
    ]);
  });

  it('claims no TLS where there was none', () => {
    expect(roadTo('login', { security: 'none' })?.find(({ hop }) => hop === 'tls')?.state).toBe('skipped');
    expect(roadTo('login', { security: 'tls' })?.find(({ hop }) => hop === 'tls')?.state).toBe('passed');
    render(ErrorPanel, {
      error: new PoplarError('login-refused', 'login', { detail: { security: 'none' } }),
    });
    expect(road()).toContain('TLS: not used');
  });

  it('has the bridge in the place of the proxy, and no look-up of its own', () => {
    const detail = { security: 'none', bridge: 'websockify' };
    render(ErrorPanel, { error: new PoplarError('login-refused', 'login', { detail }) });
    expect(road()).toEqual([
      'Page: passed',
      'Bridge: passed',
      'Name: not used',
      'Connection: passed',
      'TLS: not used',
      'Login: failed here',
      'Maildrop: not reached',
    ]);
  });

  it('is not drawn where its steps stand already', () => {
    render(ErrorPanel, { error: new PoplarError('name-not-found', 'name'), roadless: true });
    expect(screen.queryByRole('list')).toBeNull();
  });

  it.each([
    ['storage-full', 'storage'],
    ['parse-failed', 'message'],
    ['internal', 'page'],
    ['cancelled', 'page'],
  ] as const)('is not drawn for %s', (code, hop) => {
    render(ErrorPanel, { error: new PoplarError(code, hop) });
    expect(screen.queryByRole('list')).toBeNull();
  });
});

describe('an error', () => {
  it('offers only what somebody handles', () => {
    const onretry = vi.fn();
    const error = new PoplarError('connection-lost', 'connection');
    const { unmount } = render(ErrorPanel, { error });
    expect(screen.queryByRole('button')).toBeNull();
    unmount();
    render(ErrorPanel, { error, onretry });
    screen.getByRole('button', { name: 'Try again' }).click();
    expect(onretry).toHaveBeenCalledTimes(1);
  });

  it('shows commands as commands', () => {
    const detail = { host: 'mail.lan', port: 110, address: '10.0.0.7' };
    render(ErrorPanel, { error: new PoplarError('proxy-refused-address', 'proxy', { detail }) });
    expect(screen.getByText('--allow-private mail.lan:110').tagName).toBe('CODE');
  });

  it('keeps what the server said as text, whatever it is', () => {
    const said = '<img src=x onerror=alert(1)>';
    const { container } = render(ErrorPanel, {
      error: new PoplarError('server-refused', 'login', { detail: { host: 'h', said } }),
    });
    expect(container.textContent).toContain(said);
    expect(container.querySelector('img')).toBeNull();
  });
});
