/** The storage section: what each account takes, what the browser says, and asking it. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountId } from '../../../web/model/ids.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { RepairState } from '../../../web/state/repair.svelte.ts';
import { StorageState, type StorageSource } from '../../../web/state/storage.svelte.ts';
import StorageSection from '../../../web/ui/settings/StorageSection.svelte';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, generateSummaries } from '../../support/generated-mail.ts';

const second = { ...GENERATED_ACCOUNT, id: accountId('second'), address: 'second@example.test' };

async function open(source: StorageSource | null): Promise<StorageState> {
  const rows = generateSummaries(4).map((row, index) => ({
    ...row,
    account: index === 0 ? second.id : GENERATED_ACCOUNT.id,
    octets: 1_000_000,
  }));
  const api = new FakeMailApi({ rows, accounts: [GENERATED_ACCOUNT, second] });
  const accounts = new AccountsState(api);
  await accounts.refresh();
  const storage = new StorageState(source);
  render(StorageSection, { context: statesAsContext({ accounts, repair: new RepairState(api), storage }) });
  await vi.waitFor(() => expect(screen.getByText(/used|does not tell how much/)).toBeTruthy());
  return storage;
}
afterEach(cleanup);

describe('the storage section', () => {
  it('lists what each account takes, and all together', async () => {
    await open(null);
    const lines = within(screen.getByRole('table', { name: 'Mail on this device' })).getAllByRole('row');
    const cells = lines.map((line) =>
      Array.from(line.children, (cell) => cell.textContent?.trim()).join(' '),
    );
    expect(cells).toEqual([
      'Account Messages Size',
      `${GENERATED_ACCOUNT.address} 3 3 MB`,
      'second@example.test 1 1 MB',
      'Together 4 4 MB',
    ]);
  });

  it('warns when space runs short', async () => {
    await open({ estimate: () => Promise.resolve({ usage: 950_000_000, quota: 1_000_000_000 }) });
    await vi.waitFor(() => expect(screen.getByText(/Only about 50 MB are left/)).toBeTruthy());
  });

  it('asks the browser, and says what a refusal means and what to do', async () => {
    let answer: (agreed: boolean) => void = () => undefined;
    const persist = () => new Promise<boolean>((resolve) => (answer = resolve));
    await open({ persisted: () => Promise.resolve(false), persist });
    const ask = await screen.findByRole('button', { name: 'Ask the browser to keep it' });
    expect(screen.getByText('What makes this browser keep it').closest('details')?.open).toBe(false);
    ask.focus();
    await fireEvent.click(ask);
    // What is disabled loses the focus.
    expect([ask.hasAttribute('disabled'), ask.getAttribute('aria-disabled')]).toEqual([false, 'true']);
    answer(false);
    await vi.waitFor(() => expect(screen.getByText(/did not agree for now/)).toBeTruthy());
    expect(screen.getByText('What makes this browser keep it').closest('details')?.open).toBe(true);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Ask the browser to keep it' }));
  });

  it('says yes when the browser agrees, and keeps the focus near', async () => {
    await open({ persisted: () => Promise.resolve(false), persist: () => Promise.resolve(true) });
    await fireEvent.click(await screen.findByRole('button', { name: 'Ask the browser to keep it' }));
    await vi.waitFor(() => expect(screen.getByText(/has agreed to keep this mail/)).toBeTruthy());
    expect(screen.queryByRole('button', { name: 'Ask the browser to keep it' })).toBeNull();
    expect(document.activeElement?.textContent).toContain('Kept for good');
  });
});
