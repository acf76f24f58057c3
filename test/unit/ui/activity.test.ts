/** A fetch in words, what screen readers hear of it, and the line under the top bar. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PoplarError, type ErrorCode, type Hop } from '../../../web/errors.ts';
import type { SyncProgress, SyncResult } from '../../../web/model/event.ts';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import { AccountsState } from '../../../web/state/accounts.svelte.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { SyncState } from '../../../web/state/sync.svelte.ts';
import {
  figures,
  fraction,
  phaseText,
  resultText,
  timeLeft,
  whichMessage,
} from '../../../web/ui/activity/activity-text.ts';
import ActivityBar from '../../../web/ui/activity/ActivityBar.svelte';
import { Announcer, SPEAK_EVERY_MS } from '../../../web/ui/activity/announcer.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';

const account = GENERATED_ACCOUNT.id;
const progress: SyncProgress = {
  account,
  phase: 'fetching',
  messagesDone: 120,
  messagesTotal: 312,
  octetsDone: 18_000_000,
  octetsTotal: 48_000_000,
  startedAt: 0,
};
const result: SyncResult = {
  account,
  fetched: 12,
  fetchedOctets: 1,
  onServer: 12,
  skipped: [],
  finishedAt: 0,
};
const skipped = {
  uidl: uidl('0001'),
  number: messageNumber(7),
  octets: 60_000_000,
  error: { code: 'message-too-large', hop: 'maildrop', retryable: false, detail: {} },
} as const;

describe('a fetch in words', () => {
  it('counts messages and octets, never more than all', () => {
    expect(figures(progress)).toEqual({ messages: '120 of 312', octets: '18 MB of 48 MB' });
    expect(figures({ ...progress, octetsDone: 99_000_000 })?.octets).toBe('48 MB of 48 MB');
    expect(fraction({ ...progress, octetsDone: 99_000_000 })).toBe(1);
  });

  it.each(['waiting', 'connecting', 'login', 'listing'] as const)('counts nothing while %s', (phase) => {
    expect([figures({ ...progress, phase }), fraction({ ...progress, phase })]).toEqual([null, null]);
    expect(phaseText({ ...progress, phase })).toMatch(/^[A-Z]/);
  });

  it.each([
    [2_999, ''],
    [60_000, 'about 2 min left'],
    [6_000, 'about 10 s left'],
  ])('guesses the time left after %d ms: %j', (nowMs, words) => {
    expect(timeLeft(progress, nowMs)).toBe(words);
  });

  it('guesses nothing from nothing', () => {
    expect(timeLeft({ ...progress, octetsDone: 0 }, 60_000)).toBe('');
    expect(timeLeft({ ...progress, octetsDone: 48_000_000 }, 60_000)).toBe('');
    expect(timeLeft(progress, -5)).toBe('');
  });

  it.each([
    [{ ...result, fetched: 0 }, 'No new mail'],
    [{ ...result, fetched: 1 }, '1 new message'],
    [result, '12 new messages'],
    [
      { ...result, skipped: [skipped] },
      '12 new messages. 1 message could not be fetched and stays on the server',
    ],
  ])('ends in %#', (ended, words) => {
    expect(resultText(ended)).toBe(words);
  });
});

describe('a message that stays on the server', () => {
  it.each([
    ['0001', 60_000_000, 'message 7, 60 MB, unique-id 0001'],
    ['0001\n60000000 2', 60_000_000, 'message 7, 60 MB, unique-id 0001'],
    ['\n7 60000000', 60_000_000, 'message 7, 60 MB'],
    ['\n7 0', 0, 'message 7'],
  ])('with the identity %j is named', (identity, octets, words) => {
    expect(whichMessage({ ...skipped, uidl: uidl(identity), octets })).toBe(words);
  });
});

describe('screen readers', () => {
  it('hear progress now and then, and ends at once', () => {
    let now = 0;
    const announcer = new Announcer(() => now);
    announcer.progress('1 of 9');
    now = SPEAK_EVERY_MS - 1;
    announcer.progress('2 of 9');
    expect(announcer.text).toBe('1 of 9');
    now = SPEAK_EVERY_MS;
    announcer.progress('3 of 9');
    expect(announcer.text).toBe('3 of 9');
    announcer.say('9 new messages');
    expect(announcer.text).toBe('9 new messages');
  });
});

describe('the line under the top bar', () => {
  let api: FakeMailApi;
  let sync: SyncState;

  beforeEach(async () => {
    api = new FakeMailApi();
    const accounts = new AccountsState(api);
    sync = new SyncState(api, { accounts: () => [account], online: () => true, askToken: async () => false });
    await accounts.refresh();
    sync.start();
    accounts.start();
    render(ActivityBar, { context: statesAsContext({ accounts, sync }) });
  });
  afterEach(cleanup);
  afterEach(() => vi.useRealTimers());

  const fail = (code: ErrorCode, hop: Hop) =>
    api.emit({
      type: 'sync-failed',
      account,
      error: { code, hop, retryable: true, detail: { host: 'pop.example.com' } },
    });

  it('is not drawn for a fetch that is over at once', async () => {
    vi.useFakeTimers();
    api.emit({ type: 'sync-progress', progress });
    await vi.advanceTimersByTimeAsync(299);
    expect(screen.queryByRole('progressbar')).toBeNull();
    api.emit({ type: 'sync-finished', result });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(screen.getByText('12 new messages')).toBeTruthy();
  });

  it('is not drawn for long while there is nothing to count', async () => {
    vi.useFakeTimers();
    api.emit({ type: 'sync-progress', progress: { ...progress, phase: 'listing' } });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(screen.queryByRole('progressbar')).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(screen.getByRole('progressbar')).toBeTruthy();
    api.emit({ type: 'sync-progress', progress });
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.getByRole('progressbar')).toBeTruthy();
    api.emit({ type: 'sync-finished', result });
    await vi.advanceTimersByTimeAsync(0);
    api.emit({ type: 'sync-progress', progress: { ...progress, phase: 'listing' } });
    await vi.advanceTimersByTimeAsync(300);
    expect(screen.queryByRole('progressbar')).toBeNull();
    api.emit({ type: 'sync-progress', progress });
    await vi.advanceTimersByTimeAsync(300);
    expect(screen.getByRole('progressbar')).toBeTruthy();
  });

  it('shows what, how far, and stops', async () => {
    vi.useFakeTimers();
    api.emit({ type: 'sync-progress', progress });
    await vi.advanceTimersByTimeAsync(300);
    expect(screen.getByRole<HTMLProgressElement>('progressbar').value).toBeCloseTo(0.375);
    expect(screen.getByText('120 of 312')).toBeTruthy();
    screen.getByRole('button', { name: 'Stop' }).click();
    expect(api.calls.at(-1)).toEqual(['cancelSync', account]);
  });

  it('keeps a failure with details, the road and another try', async () => {
    fail('connection-lost', 'connection');
    expect((await screen.findByRole('alert')).textContent).toBe('The connection broke off');
    await fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    const road = screen.getByRole('list', { name: 'The way to the mail server' });
    expect(within(road).getByText('Connection').closest('li')?.textContent).toContain('failed here');
    await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(api.count('sync')).toBe(1);
    await vi.waitFor(() => expect(screen.queryByText('The connection broke off')).toBeNull());
  });

  it('can be dismissed', async () => {
    fail('maildrop-in-use', 'login');
    await fireEvent.click(await screen.findByRole('button', { name: 'Dismiss' }));
    expect([screen.queryByText(/in use/), sync.errors.size]).toEqual([null, 0]);
  });

  it('names the messages that stayed on the server', async () => {
    api.emit({ type: 'sync-finished', result: { ...result, skipped: [skipped] } });
    expect((await screen.findByRole('alert')).textContent).toContain('1 message could not be fetched');
    await fireEvent.click(screen.getByRole('button', { name: 'Details' }));
    expect(screen.getByText('A message is larger than Poplar accepts')).toBeTruthy();
  });

  it('asks for the password, gives it to the account and fetches again', async () => {
    fail('password-needed', 'login');
    await fireEvent.click(await screen.findByRole('button', { name: 'Enter the password' }));
    const dialog = await screen.findByRole('dialog');
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Get mail', hidden: true }));
    expect(within(dialog).getByText('Type the password.')).toBeTruthy();
    expect(api.count('setPassword')).toBe(0);
    await fireEvent.input(within(dialog).getByLabelText('Password'), { target: { value: 'secret' } });
    await fireEvent.click(within(dialog).getByLabelText('Keep the password on this device'));
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Get mail', hidden: true }));
    await vi.waitFor(() => expect(api.count('sync')).toBe(1));
    expect(api.calls.find(([name]) => name === 'setPassword')).toEqual(['setPassword', account]);
    await vi.waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  describe('for a certificate that is refused', () => {
    const facts = {
      subject: 'CN=a',
      issuer: 'CN=b',
      names: 'a.example',
      validFromMs: 0,
      validToMs: 86_400_000,
    };
    const before = { ...facts, sha256: 'AA:AA' };
    const now = { ...facts, sha256: 'BB:BB', validToMs: 31_536_000_000 };
    const refuse = (code: ErrorCode) =>
      api.emit({
        type: 'sync-failed',
        account,
        error: { code, hop: 'tls', retryable: false, detail: { host: 'pop.example.com', ...now } },
      });
    const show = async (words: string): Promise<HTMLElement> => {
      await fireEvent.click(await screen.findByRole('button', { name: words }));
      return screen.findByRole('dialog');
    };

    it('compares the new one with the one that is trusted, and goes on refusing by itself', async () => {
      await api.trustCertificate(account, before);
      refuse('certificate-changed');
      expect((await screen.findByRole('alert')).textContent).toContain('another certificate');
      const dialog = await show('Compare the two');
      const group = (name: string) => within(dialog).getByRole('group', { name, hidden: true }).textContent;
      expect(group('The one you trust')).toMatch(/1 January 1970 to 2 January 1970.*AA:AA/s);
      expect(group('The one it shows now')).toMatch(/to 1 January 1971.*BB:BB/s);
      const keep = within(dialog).getByRole('button', { name: 'Keep refusing', hidden: true });
      expect(keep.hasAttribute('autofocus') || keep === document.activeElement).toBe(true);
      await fireEvent.click(keep);
      expect([api.count('trustCertificate'), api.count('sync'), sync.errors.size]).toEqual([1, 0, 1]);
    });

    it('trusts the new one when the person says so, and fetches', async () => {
      await api.trustCertificate(account, before);
      refuse('certificate-changed');
      const dialog = await show('Compare the two');
      await fireEvent.click(
        within(dialog).getByRole('button', { name: 'Trust the new certificate', hidden: true }),
      );
      await vi.waitFor(() => expect(api.count('sync')).toBe(1));
      expect(api.calls.filter(([name]) => name === 'trustCertificate').at(-1)).toEqual([
        'trustCertificate',
        account,
        now,
      ]);
      await vi.waitFor(() => expect(sync.errors.size).toBe(0));
    });

    it('can be trusted where none was before', async () => {
      refuse('certificate-self-signed');
      const dialog = await show('Look at the certificate');
      await fireEvent.click(
        within(dialog).getByRole('button', { name: 'Trust this certificate', hidden: true }),
      );
      await vi.waitFor(() => expect(api.count('trustCertificate')).toBe(1));
    });

    it('says so when it could not be kept', async () => {
      refuse('certificate-self-signed');
      const dialog = await show('Look at the certificate');
      api.failNext('trustCertificate', new PoplarError('storage-full', 'storage'));
      await fireEvent.click(
        within(dialog).getByRole('button', { name: 'Trust this certificate', hidden: true }),
      );
      await within(dialog).findByText('There is no room left for more mail on this device');
      expect(api.count('sync')).toBe(0);
    });
  });
});
