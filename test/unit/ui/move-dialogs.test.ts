/** Nothing of a move file counts before it was seen what it is; what goes wrong stays in the dialog. */
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { MAX_MOVE_OCTETS } from '../../../web/model/move.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import type { ClockState } from '../../../web/state/clock.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { MoveState } from '../../../web/state/move.svelte.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import OpenMoveDialog from '../../../web/ui/move/OpenMoveDialog.svelte';
import SaveMoveDialog from '../../../web/ui/move/SaveMoveDialog.svelte';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, GENERATED_NOW } from '../../support/generated-mail.ts';

const PASSPHRASE = 'four words nobody guesses';
let api: FakeMailApi;
let toasts: ToastState;
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function open(dialog: typeof OpenMoveDialog | typeof SaveMoveDialog): Promise<void> {
  api = new FakeMailApi();
  toasts = new ToastState();
  const accounts = new AccountsState(api);
  await accounts.refresh();
  const sync = new SyncState(api, { accounts: () => [], online: () => true, askToken: async () => false });
  const clock = { now: GENERATED_NOW } as ClockState;
  const context = statesAsContext({ accounts, clock, move: new MoveState(api), sync, toasts });
  render(dialog, { context, props: { open: true } });
}

const button = (name: string): HTMLButtonElement => screen.getByRole<HTMLButtonElement>('button', { name });
const type = (text: string) =>
  fireEvent.input(screen.getByLabelText('Passphrase'), { target: { value: text } });

async function choose(file: File): Promise<void> {
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (input === null) throw new TypeError('no file field');
  Object.defineProperty(input, 'files', { value: [file] });
  await fireEvent.change(input);
}

describe('saving a move file', () => {
  it('takes a long passphrase alone, and passwords only when asked to', async () => {
    const links = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await open(SaveMoveDialog);
    await type('too short');
    await fireEvent.click(button('Save the file'));
    expect(screen.getByText(/^Use at least 12 characters/)).toBeTruthy();
    expect(api.count('saveMove')).toBe(0);
    await type(PASSPHRASE);
    await fireEvent.click(button('Save the file'));
    await vi.waitFor(() =>
      expect(toasts.toasts.map(({ text }) => text)).toEqual(['The move file is among your downloads']),
    );
    expect(api.calls.filter(([name]) => name === 'saveMove')).toEqual([['saveMove', PASSPHRASE, false]]);
    expect(links).toHaveBeenCalledOnce();
  });

  it('suggests a passphrase that can be read, and puts passwords in when asked to', async () => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await open(SaveMoveDialog);
    await fireEvent.click(button('Suggest one'));
    const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
    expect([field.type, field.value.length]).toEqual(['text', 24]);
    await fireEvent.click(screen.getByLabelText('Put the passwords in, too'));
    const suggested = field.value;
    await fireEvent.click(button('Save the file'));
    await vi.waitFor(() => expect(api.calls).toContainEqual(['saveMove', suggested, true]));
  });
});

describe('opening a move file', () => {
  it('shows what it holds before anything is taken over', async () => {
    await open(OpenMoveDialog);
    api.moveFile = {
      madeAt: Date.UTC(2026, 10, 3, 12),
      accounts: [
        {
          ...{ address: 'nora@example.org', host: 'pop.example.org', user: 'nora' },
          known: 312,
          hasPassword: false,
          rule: null,
          isHere: false,
        },
      ],
    };
    api.moved = { added: [GENERATED_ACCOUNT.id], merged: [], learnt: 312 };
    expect(button('Open').disabled).toBe(true);
    await choose(new File(['x'], 'poplar.move'));
    await type(PASSPHRASE);
    button('Open').focus();
    await fireEvent.click(button('Open'));
    expect(await screen.findByText(/^312 messages are counted as fetched already\./)).toBeTruthy();
    expect(screen.getByText('Mail itself is not in this file.')).toBeTruthy();
    // The button that was pressed is gone.
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Move from another device' }));
    expect(api.count('takeMove')).toBe(0);
    await fireEvent.click(await screen.findByRole('button', { name: 'Add 1 account' }));
    await vi.waitFor(() =>
      expect(api.calls.filter(([name]) => name === 'takeMove')).toEqual([
        ['takeMove', new Uint8Array([120]), PASSPHRASE, 'new-only'],
      ]),
    );
    await vi.waitFor(() => expect(api.calls).toContainEqual(['sync', GENERATED_ACCOUNT.id]));
  });

  it('says what is wrong with a file, and lets somebody try again', async () => {
    await open(OpenMoveDialog);
    await choose(new File(['x'], 'poplar.move'));
    await type('another one');
    api.failNext('readMove', new PoplarError('file-sealed', 'page'));
    await fireEvent.click(button('Open'));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'The passphrase does not open this file',
    );
    await fireEvent.click(await screen.findByRole('button', { name: 'Open' }));
    expect(await screen.findByText('There is no account in this file.')).toBeTruthy();
  });

  it('does not read a file that is too large', async () => {
    await open(OpenMoveDialog);
    const file = new File(['x'], 'film.mkv');
    Object.defineProperty(file, 'size', { value: MAX_MOVE_OCTETS + 1 });
    await choose(file);
    await type(PASSPHRASE);
    await fireEvent.click(button('Open'));
    expect((await screen.findByRole('alert')).textContent).toContain('This file is too large');
    expect(api.count('readMove')).toBe(0);
  });
});
