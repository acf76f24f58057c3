/** Repair in the settings: how far it is, stopping it, what it found, and the words for all of that. */
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { messageId } from '../../../web/model/ids.ts';
import type { DamagedMessage, RepairProgress, RepairReport } from '../../../web/model/repair.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { RepairState } from '../../../web/state/repair.svelte.ts';
import RepairSetting from '../../../web/ui/settings/RepairSetting.svelte';
import {
  damagedWords,
  progressWords,
  repairFraction,
  reportWords,
} from '../../../web/ui/settings/repair-words.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, generateSummaries } from '../../support/generated-mail.ts';

const damaged: DamagedMessage = {
  id: messageId(2000),
  account: GENERATED_ACCOUNT.id,
  subject: 'Minutes of the club',
  from: 'Mara',
  sentAt: Date.UTC(2026, 10, 3, 12),
  octets: 6_000,
  damage: 'changed',
};
const nothing: RepairReport = {
  messages: 100_000,
  octets: 600_000_000,
  unproven: 0,
  mended: 0,
  rebuilt: 0,
  damagedCount: 0,
  damaged: [],
  durationMs: 7_000,
};

function open(): FakeMailApi {
  const api = new FakeMailApi({ rows: generateSummaries(8) });
  let nowMs = 0;
  const repair = new RepairState(api, () => (nowMs += 2_000));
  render(RepairSetting, { context: statesAsContext({ repair }) });
  return api;
}
afterEach(cleanup);

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

describe('repair in the settings', () => {
  it('shows how far it is, and what it found', async () => {
    const api = open();
    api.hold('repair');
    await fireEvent.click(button('Check and repair'));
    await screen.findByText(/^4 of 8 messages, /);
    expect(screen.getByRole('progressbar')).toBeTruthy();
    api.releaseAll('repair');
    await screen.findByText(/^No message is damaged: 8 messages/);
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(button('Check and repair')).toBeTruthy();
  });

  it('can be stopped', async () => {
    const api = open();
    api.hold('repair');
    const same = button('Check and repair');
    same.focus();
    await fireEvent.click(same);
    await fireEvent.click(button('Stop'));
    api.releaseAll('repair');
    await screen.findByText(/^Stopped\./);
    expect([button('Check and repair'), document.activeElement]).toEqual([same, same]);
  });

  it('names what is damaged', async () => {
    const api = open();
    api.repairReport = { ...nothing, damagedCount: 3, damaged: [damaged] };
    await fireEvent.click(button('Check and repair'));
    await screen.findByText('Minutes of the club');
    expect(screen.getByText(/^3 messages are damaged/)).toBeTruthy();
    expect(screen.getByText('Mara').parentElement?.textContent).toBe(
      'Mara, 3 November 2026, 6 kB, its content is not what came',
    );
    expect(screen.getByText(/^And 2 more/)).toBeTruthy();
  });

  it('says why it could not, and can be tried again', async () => {
    const api = open();
    api.failNext('repair', new PoplarError('storage-full', 'storage'));
    await fireEvent.click(button('Check and repair'));
    await screen.findByText(/no room left/);
    await fireEvent.click(button('Check and repair'));
    await screen.findByText(/^No message is damaged/);
    expect(screen.queryByText(/no room left/)).toBeNull();
  });
});

describe('a repair under way', () => {
  const at = (messagesDone: number, octetsDone: number): RepairProgress => ({
    phase: 'reading',
    messagesDone,
    messagesTotal: 100_000,
    octetsDone,
    octetsTotal: 600_000_000,
    startedAt: 0,
  });
  it.each([
    [{ ...at(0, 0), phase: 'waiting' as const }, 0, 'Waiting for a fetch, or for another tab'],
    [at(0, 0), 5_000, '0 of 100,000 messages, 0 bytes of 600 MB'],
    [at(1_000, 6_000_000), 500, '1,000 of 100,000 messages, 6 MB of 600 MB'],
    [
      at(50_000, 300_000_000),
      3_000,
      '50,000 of 100,000 messages, 300 MB of 600 MB, 100 MB/s, about 3 s left',
    ],
    [at(100_000, 600_000_000), 6_000, '100,000 of 100,000 messages, 600 MB of 600 MB, 100 MB/s'],
  ])('%#: %s', (progress, readingMs, words) => {
    expect(progressWords(progress, readingMs)).toBe(words);
  });

  it('is measured by octets, when there are any', () => {
    expect([repairFraction(at(1, 300_000_000)), repairFraction({ ...at(0, 0), octetsTotal: 0 })]).toEqual([
      0.5,
      null,
    ]);
  });
});

describe('what a repair found', () => {
  it.each<[Partial<RepairReport>, string[]]>([
    [{}, ['No message is damaged: 100,000 messages, 600 MB, read in 7 s.']],
    [{ damagedCount: 1 }, ['1 message is damaged: 100,000 messages, 600 MB, read in 7 s.']],
    [
      { rebuilt: 2, mended: 1, unproven: 5 },
      [
        'No message is damaged: 100,000 messages, 600 MB, read in 7 s.',
        '2 rows of the list made anew from the message itself.',
        '1 record beside the mail mended: marks, unique-ids or counts.',
        '5 messages came without a checksum, and could be read, but not proven.',
      ],
    ],
  ])('%j', (found, words) => {
    expect(reportWords({ ...nothing, ...found })).toEqual(words);
  });

  it('tells lost octets from others, and leaves out what is not known', () => {
    expect(damagedWords({ ...damaged, damage: 'lost', sentAt: null })).toBe('6 kB, its content is lost');
  });
});
