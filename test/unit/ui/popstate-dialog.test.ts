/** What Thunderbird has fetched counts only after it was seen which mailbox it is of. */
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { PopstateSection } from '../../../web/model/popstate.ts';
import { statesAsContext } from '../../../web/state/context.ts';
import { MoveState } from '../../../web/state/move.svelte.ts';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import PopstateDialog from '../../../web/ui/move/PopstateDialog.svelte';
import { oddWords, sectionWords, shareWords } from '../../../web/ui/move/popstate-words.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';

const section = (given: Partial<PopstateSection>): PopstateSection => ({
  ...{ host: 'pop.example.org', user: 'ann', fetched: 312, partial: 0 },
  ...{ firstAt: null, lastAt: null, isThis: true },
  ...given,
});
const other = section({ host: 'old.example.net', user: 'bea', fetched: 40, isThis: false });
const [first, last] = [Date.UTC(2010, 0, 1, 12), Date.UTC(2019, 10, 3, 12)];

let api: FakeMailApi;
let toasts: ToastState;
afterEach(cleanup);

async function choose(sections: PopstateSection[], oddLines: number[] = []): Promise<void> {
  api = new FakeMailApi();
  api.popstate = { sections, oddLines, odd: oddLines.length };
  toasts = new ToastState();
  const context = statesAsContext({ move: new MoveState(api), toasts });
  render(PopstateDialog, { context, props: { open: true, account: GENERATED_ACCOUNT } });
  await chooseFile(new File(['x'], 'popstate.dat'));
}

function fileField(): HTMLInputElement {
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (input === null) throw new TypeError('no file field');
  return input;
}

async function chooseFile(file: File): Promise<void> {
  const input = fileField();
  Object.defineProperty(input, 'files', { value: [file], configurable: true });
  await fireEvent.change(input);
}

const takeButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Do not fetch these again' });
const taken = (): unknown[] => api.calls.filter(([name]) => name === 'takePopstate');

describe('importing popstate.dat', () => {
  it('sums up the file, and takes over the mailbox of this account', async () => {
    await choose([other, section({})], [3]);
    expect(await screen.findByText('312 unique-ids for this account, 40 for others.')).toBeTruthy();
    expect(screen.getByText(/Mail itself stays in Thunderbird/)).toBeTruthy();
    expect(screen.getByText('Line 3 could not be read and is left out.')).toBeTruthy();
    expect(taken()).toEqual([]);
    await fireEvent.click(takeButton());
    await vi.waitFor(() => expect(toasts.toasts).toHaveLength(1));
    expect(taken()).toEqual([['takePopstate', GENERATED_ACCOUNT.id, new Uint8Array([120]), 1]]);
    expect(toasts.toasts[0]?.text).toContain('312 messages');
  });

  it('reads a file again that is chosen again: it may have changed', async () => {
    await choose([section({})]);
    await screen.findByText('312 unique-ids for this account.');
    const input = fileField();
    // A browser tells of no change where the same file is chosen while it is still named there.
    let cleared = false;
    Object.defineProperty(input, 'value', { set: (value) => (cleared = value === '') });
    await fireEvent.click(input);
    expect(cleared).toBe(true);
    api.popstate = { sections: [section({ fetched: 313 })], oddLines: [], odd: 0 };
    await chooseFile(new File(['y'], 'popstate.dat'));
    expect(await screen.findByText('313 unique-ids for this account.')).toBeTruthy();
  });

  it('takes over no mailbox of another name before somebody has chosen it', async () => {
    await choose([other, section({ isThis: false })]);
    expect(await screen.findByText(/None of them is called like this account/)).toBeTruthy();
    expect(takeButton().disabled).toBe(true);
    await fireEvent.click(screen.getByRole('radio', { name: /^bea at old\.example\.net/ }));
    await fireEvent.click(takeButton());
    await vi.waitFor(() => expect(taken()).toEqual([expect.arrayContaining([0])]));
  });

  it('says what is wrong with a file', async () => {
    await choose([section({})]);
    await screen.findByText(/for this account/);
    api.failNext(
      'takePopstate',
      new PoplarError('file-damaged', 'page', { detail: { what: 'popstate.dat', line: 7 } }),
    );
    await fireEvent.click(takeButton());
    expect((await screen.findByRole('alert')).textContent).toContain(
      'This popstate.dat can’t be read from line 7 on',
    );
  });
});

describe('the words of popstate.dat', () => {
  it.each([
    [section({}), '312 messages fetched.'],
    [section({ fetched: 1, firstAt: first, lastAt: first }), '1 message fetched on 1 January 2010.'],
    [
      section({ firstAt: first, lastAt: last, partial: 1 }),
      '312 messages fetched from 1 January 2010 to 3 November 2019. Of one more it has the header alone: that one is fetched here.',
    ],
    [
      section({ fetched: 0, partial: 2 }),
      '0 messages fetched. Of 2 more it has the header alone: those are fetched here.',
    ],
  ])('tell what a mailbox is: %o', (given, words) => {
    expect(sectionWords(given)).toBe(words);
  });

  it('tell whose it is, and which lines were left out', () => {
    expect(shareWords({ sections: [section({ fetched: 1 })], oddLines: [], odd: 0 })).toBe(
      '1 unique-id for this account.',
    );
    expect(oddWords({ sections: [], oddLines: [], odd: 0 })).toBeNull();
    expect(oddWords({ sections: [], oddLines: [1, 2, 9, 12, 13], odd: 20 })).toBe(
      'Lines 1, 2, 9, 12, 13 and 15 more could not be read and are left out.',
    );
  });
});
