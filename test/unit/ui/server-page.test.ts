/** The page of an account's server: 100,000 messages, chosen and acted upon by hand and by keyboard alone. */
import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { FakeLedger, type FakeLedgerOptions } from '../../support/fake-ledger.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';
import { openApp, press } from '../../support/open-app.ts';
import { settled } from '../../support/settled.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function open(
  options: FakeLedgerOptions = { count: 12 },
  { account = GENERATED_ACCOUNT.id as string, prepare = (_api: FakeMailApi): void => undefined } = {},
) {
  const api = new FakeMailApi();
  api.ledger = new FakeLedger(options);
  prepare(api);
  const { states } = openApp(api, { hash: `#/settings/server/${account}` });
  await settled();
  await settled();
  return { api, states };
}

const list = () => screen.getByRole('listbox', { name: 'Messages on the server' });
const options = () => screen.getAllByRole('option');
const chosen = () =>
  options()
    .filter((row) => row.getAttribute('aria-selected') === 'true')
    .map((row) => Number(row.getAttribute('aria-posinset')));
const button = (name: string) => screen.getByRole('button', { name });

async function click(element: Element, init: MouseEventInit = {}): Promise<void> {
  await fireEvent.click(element, init);
  await settled();
}
const row = (place: number): Element => {
  const found = options()[place];
  if (found === undefined) throw new RangeError('no such row');
  return found;
};

describe('a server with 100,000 messages', () => {
  it('is drawn as the rows that are seen, and asked for in windows', async () => {
    const { api } = await open({ count: 100_000 });
    expect(row(0).getAttribute('aria-setsize')).toBe('100000');
    expect(options().length).toBeLessThan(60);
    expect(screen.getByText(/^100,000 messages, .* GB/)).toBeTruthy();
    await press('End');
    const limits = api.calls.filter(([name]) => name === 'ledgerWindow').map((call) => Number(call[4]));
    expect(Math.max(...limits)).toBeLessThanOrEqual(200);
    expect(options().length).toBeLessThan(60);
  });

  it('is chosen whole without one identity crossing', async () => {
    const { api } = await open({ count: 100_000 });
    await press(['a', { ctrlKey: true }]);
    expect(screen.getByText('100,000 selected')).toBeTruthy();
    await click(row(2), { ctrlKey: true });
    expect(screen.getByText('99,999 selected')).toBeTruthy();
    await click(button('Keep on server'));
    expect(api.calls.find(([name]) => name === 'changeLedger')).toEqual([
      'changeLedger',
      GENERATED_ACCOUNT.id,
      { filter: 'all', except: ['u99998'] },
      'keep',
    ]);
    expect(api.ledger.wishes.size).toBe(99_999);
  });
});

describe('the focus', () => {
  it.each(['Keep on server', 'Delete on server', 'Fetch again', 'Take back'])(
    'goes to the list when the buttons go: %s',
    async (name) => {
      await open();
      // This one is here, so nothing is asked.
      await click(row(11));
      button(name).focus();
      await click(button(name));
      await settled();
      expect(screen.queryByRole('toolbar', { name: 'Selected messages' })).toBeNull();
      expect(document.activeElement).toBe(list());
    },
  );

  it('stays on the button that looks again and stops that', async () => {
    await open();
    const look = button('Look again');
    look.focus();
    await click(look);
    expect(document.activeElement).toBe(look);
  });

  it('is on the name of the page where there is no list, and an undo is a key away there, too', async () => {
    const { api } = await open();
    await press('End', ' ', 'Delete');
    await click(screen.getByRole('radio', { name: /^Will be deleted/ }));
    list().focus();
    await press('z');
    expect(api.ledger.wishes.size).toBe(0);
    expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'On the server' }));
  });

  it('shows the keys on ?', async () => {
    await open();
    await press('?');
    const dialog = screen.getByRole('dialog');
    expect(dialog.textContent).toContain('Delete what is selected on the server');
  });
});

describe('choosing', () => {
  it('works by mouse as in a file manager', async () => {
    await open();
    await click(row(3));
    expect(chosen()).toEqual([4]);
    await click(row(5), { ctrlKey: true });
    expect(chosen()).toEqual([4, 6]);
    await click(row(8), { shiftKey: true });
    expect(chosen()).toEqual([6, 7, 8, 9]);
    await click(row(1));
    expect(chosen()).toEqual([2]);
    await click(button('Select nothing'));
    expect(chosen()).toEqual([]);
    expect(document.activeElement).toBe(list());
  });

  it('works by keyboard alone', async () => {
    const { api } = await open();
    expect(document.activeElement).toBe(list());
    await press('ArrowDown', ' ', ['ArrowDown', { shiftKey: true }], ['ArrowDown', { shiftKey: true }]);
    expect(chosen()).toEqual([2, 3, 4]);
    await press('Escape');
    expect(chosen()).toEqual([]);
    await press('End', ' ', 'Delete');
    expect([...api.ledger.wishes.values()]).toMatchObject([{ uidl: 'u1', wish: 'delete' }]);
    expect(screen.getByText(/^Deleted at the next fetch, /)).toBeTruthy();
    await press('z');
    expect(api.ledger.wishes.size).toBe(0);
  });
});

describe('deleting on the server', () => {
  it('is asked about once, for what is not here alone, with number and size; keeping has the focus', async () => {
    const { api } = await open();
    await click(row(3));
    await click(row(5), { shiftKey: true });
    await click(button('Delete on server'));
    expect([...api.ledger.wishes.keys()]).toEqual(['u8', 'u7']);
    const dialog = screen.getByRole('dialog', { name: 'Delete without a copy?' });
    expect(dialog.textContent).toMatch(/1 message, .* kB, is not whole on this device.*pop\.demo\.example/s);
    expect((button('Keep on server') as HTMLButtonElement).autofocus).toBe(true);
    await click(button('Delete 1 message for good'));
    expect(api.ledger.wishes.get(api.ledger.book.shown('all')[3]?.uidl ?? ('' as never))?.wish).toBe(
      'delete-without-copy',
    );
  });

  it('is left at that by the safe button', async () => {
    const { api } = await open();
    await click(row(0));
    await click(button('Delete on server'));
    await click(button('Keep on server'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(api.ledger.wishes.size).toBe(0);
  });
});

describe('what is shown', () => {
  it('is filtered, and a filter without messages says so', async () => {
    await open();
    await fireEvent.click(screen.getByRole('radio', { name: 'Not here 4' }));
    await settled();
    expect(options()).toHaveLength(4);
    await fireEvent.click(screen.getByRole('radio', { name: 'Kept by you' }));
    await settled();
    expect(screen.getByText('Nothing is kept by your wish')).toBeTruthy();
    await click(button('Show all'));
    expect(options()).toHaveLength(12);
  });

  it('has headers of what is only there once somebody has stopped at it, and asks for each once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { api } = await open();
    expect(api.count('readLedgerHeads')).toBe(0);
    await vi.advanceTimersByTimeAsync(300);
    expect(api.calls.find(([name]) => name === 'readLedgerHeads')?.[2]).toEqual(['u12', 'u11', 'u10', 'u9']);
    expect(await screen.findByText('Only there u12')).toBeTruthy();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(api.count('readLedgerHeads')).toBe(1);
  });

  it('is the error with its hop when the server cannot be reached, and can be tried again', async () => {
    const refused = new PoplarError('connection-refused', 'connection', { retryable: true });
    await open({ count: 3 }, { prepare: (api) => api.failNext('listServer', refused) });
    expect(screen.getByRole('alert').textContent).toMatch(/connection/i);
    await click(button('Try again'));
    await settled();
    expect(options()).toHaveLength(3);
  });

  it('is what the last fetch saw while there is no connection, and is looked at as soon as there is one', async () => {
    const online = vi.spyOn(window.navigator, 'onLine', 'get').mockReturnValue(false);
    const offline = new PoplarError('offline', 'page');
    await open({ count: 12 }, { prepare: (api) => api.failNext('listServer', offline) });
    expect(
      screen.getByText(/^What is on pop\.demo\.example is seen once there is a connection/),
    ).toBeTruthy();
    expect(screen.getByText(/^At the last fetch \(2 min ago\) it had \d+ messages, 48 MB\./)).toBeTruthy();
    expect(screen.queryByRole('listbox')).toBeNull();
    online.mockReturnValue(true);
    window.dispatchEvent(new Event('online'));
    await settled();
    await settled();
    expect(options()).toHaveLength(12);
  });

  it('stays when looking again fails, and says that it is old', async () => {
    const { api } = await open({ count: 3 });
    api.failNext('listServer', new PoplarError('connection-refused', 'connection', { retryable: true }));
    await click(button('Look again'));
    expect(screen.getByRole('alert').textContent).toMatch(/This is what was there before\./);
    expect(options()).toHaveLength(3);
  });

  it('says that an account is not here', async () => {
    await open(undefined, { account: 'nobody' });
    expect(screen.getByText('This account is not on this device')).toBeTruthy();
  });
});
