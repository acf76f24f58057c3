/** The question for the proxy's access token: put where it is missed, answered by keyboard, gone from the page after. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { ProxyState } from '../../../web/state/proxy.svelte.ts';
import TokenDialog from '../../../web/ui/accounts/TokenDialog.svelte';
import { FakeMailApi } from '../../support/fake-mail-api.ts';

let api: FakeMailApi;
let proxy: ProxyState;

beforeEach(() => {
  api = new FakeMailApi();
  proxy = new ProxyState(api);
  render(TokenDialog, { context: statesAsContext({ proxy }) });
});
afterEach(cleanup);

const field = (): HTMLInputElement => screen.getByLabelText('Access token');

async function asked(wrong = false): Promise<HTMLElement> {
  void proxy.ask(wrong);
  return screen.findByRole('dialog');
}

async function type(text: string): Promise<void> {
  await fireEvent.input(field(), { target: { value: text } });
  await fireEvent.submit(document.getElementById('token-form') ?? document.body);
}

describe('the question for the access token', () => {
  it('is not there unless it is put', () => {
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it.each([
    [false, 'Enter the access token'],
    [true, 'The access token was not accepted'],
  ] as const)('says why it is put (refused: %s)', async (wrong, title) => {
    const dialog = await asked(wrong);
    expect(within(dialog).getByRole('heading').textContent).toBe(title);
    await vi.waitFor(() => expect(document.activeElement).toBe(field()));
  });

  it('hides what is typed until it is to be shown', async () => {
    await asked();
    expect(field().type).toBe('password');
    await fireEvent.click(screen.getByRole('button', { name: 'Show the access token' }));
    expect(field().type).toBe('text');
  });

  it.each([true, false])('hands the answer over (kept: %s), and the next one begins empty', async (keep) => {
    await asked();
    if (!keep) await fireEvent.click(screen.getByLabelText('Keep the access token on this device'));
    await type('green-tea-and-toast');
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.calls.at(-1)).toEqual(['setProxyToken', 'green-tea-and-toast', keep]);
    await asked(true);
    expect(field().value).toBe('');
  });

  it('takes no empty answer', async () => {
    await asked();
    await type('   ');
    expect(await screen.findByText('Type the access token.')).toBeTruthy();
    expect(api.calls).toEqual([]);
  });

  it('says what is wrong with an answer, and stays', async () => {
    await asked();
    api.failNext(
      'setProxyToken',
      new PoplarError('bad-input', 'page', { detail: { field: 'access token' } }),
    );
    await type('x');
    expect(await screen.findByText('The access token can’t be used.')).toBeTruthy();
    expect(proxy.asking).toEqual({ wrong: false });
  });

  it('can be left for later', async () => {
    const dialog = await asked();
    await fireEvent.click(within(dialog).getByText('Not now'));
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect([proxy.asking, api.calls]).toEqual([null, []]);
  });
});
