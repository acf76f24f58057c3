/** What to fetch: chosen, kept, and fetched by at once. */
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { FetchChoice } from '../../../web/model/fetch-choice.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import { ClockState } from '../../../web/state/clock.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import ChoiceDialog from '../../../web/ui/settings/ChoiceDialog.svelte';
import { dayText } from '../../../web/ui/settings/choice-words.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, GENERATED_NOW } from '../../support/generated-mail.ts';
import { settled } from '../../support/settled.ts';

afterEach(cleanup);

let api: FakeMailApi;
let chosen = 0;

function open(fetch?: FetchChoice): void {
  api = new FakeMailApi({});
  chosen = 0;
  const clock = new ClockState({ now: () => GENERATED_NOW, listen: () => () => undefined });
  const context = statesAsContext({ accounts: new AccountsState(api), clock });
  const entry = {
    account: { ...GENERATED_ACCOUNT, ...(fetch && { fetch }) },
    status: { lastSyncAt: GENERATED_NOW, maildropCount: 740, maildropOctets: 48_000_000 },
    hasPassword: true,
    nextVisitAt: null,
  };
  render(ChoiceDialog, { context, props: { open: true, entry, onchosen: () => (chosen += 1) } });
}

const radio = (name: string | RegExp): HTMLInputElement =>
  screen.getByRole<HTMLInputElement>('radio', { name });
const save = (): Promise<boolean> =>
  fireEvent.click(screen.getByRole('button', { name: 'Save and get mail' }));
const saved = (): unknown => api.calls.find(([name]) => name === 'setAccountOptions')?.[2];

describe('the dialog about what to fetch', () => {
  it('begins with what is chosen: everything, where nothing was', () => {
    open();
    expect(radio('Everything').checked).toBe(true);
  });

  it('keeps the newest, says what that leaves out, and asks for mail', async () => {
    open();
    await fireEvent.click(radio(/^The newest/));
    expect(screen.getByText(/Of 740 messages there, 240 would not be fetched/)).toBeTruthy();
    await fireEvent.click(radio('100'));
    expect(screen.getByText(/640 would not be fetched/)).toBeTruthy();
    await save();
    expect(saved()).toEqual({ fetch: { what: 'newest', count: 100 }, headsAbove: null });
    await settled();
    expect(chosen).toBe(1);
  });

  it('keeps a day, and none that has not begun', async () => {
    open({ what: 'since', from: new Date(2026, 0, 5).getTime() });
    const field = screen.getByLabelText<HTMLInputElement>('Day');
    expect(field.value).toBe('2026-01-05');
    await fireEvent.input(field, { target: { value: dayText(GENERATED_NOW + 2 * 86_400_000) } });
    expect(screen.getByText('Choose a day that has begun')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save and get mail' }).disabled).toBe(true);
    await fireEvent.input(field, { target: { value: '2026-01-04' } });
    await save();
    expect(saved()).toMatchObject({ fetch: { what: 'since', from: new Date(2026, 0, 4).getTime() } });
  });

  it('keeps from what size on only the beginning comes', async () => {
    open();
    expect(radio('Whole').checked).toBe(true);
    await fireEvent.click(radio('500 kB'));
    expect(screen.getByText(/the rest comes when you ask for it there/)).toBeTruthy();
    await save();
    expect(saved()).toEqual({ fetch: { what: 'all' }, headsAbove: 500_000 });
  });

  it('says when it could not be kept, and fetches nothing', async () => {
    open();
    api.failNext('setAccountOptions', new PoplarError('storage-full', 'storage'));
    await save();
    expect(await screen.findByText(/Nothing was changed/)).toBeTruthy();
    expect(chosen).toBe(0);
  });
});
