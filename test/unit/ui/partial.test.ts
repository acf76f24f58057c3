/** A message whose beginning alone is here, or that is damaged: seen in the list, said in the reader, and completed there. */
import { fireEvent, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { closeAccount } from '../../../web/model/closed-account.ts';
import type { MessageContent, MessageSummary } from '../../../web/model/message.ts';
import type { Surroundings } from '../../../web/state/build-states.ts';
import { partialWords, restWords } from '../../../web/ui/reader/rest-words.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { contentOf, GENERATED_NOW, generateSummaries } from '../../support/generated-mail.ts';
import { openApp } from '../../support/open-app.ts';
import { settled } from '../../support/settled.ts';

const PARTIAL = { octets: 4_200_000, lines: 20 };
const LOST = new PoplarError('storage-failed', 'storage', { detail: { reason: 'damaged' } });

/** What is read of a message shows whether it was read before or after the rest had come. */
const content = (row: MessageSummary): MessageContent => ({
  ...contentOf(row),
  html: null,
  text: row.partial ? 'The first lines' : 'All of it',
  ...(row.damaged && { subject: '%&/(', text: '=?)(/', defects: ['no-header'] }),
});

async function open(
  lacks: Partial<MessageSummary> = { octets: 900, partial: PARTIAL },
  { isLost = false, around = {} }: { isLost?: boolean; around?: Partial<Surroundings> } = {},
) {
  const [first, ...others] = generateSummaries(30);
  if (first === undefined) throw new Error('no mail');
  const api = new FakeMailApi({ rows: [{ ...first, ...lacks }, ...others], content });
  const { states } = openApp(api, { around });
  await settled();
  if (isLost) api.failNext('content', LOST);
  await states.reader.open(first.id);
  await settled();
  return { api, states, id: first.id };
}
const fetchRest = () => fireEvent.click(screen.getByRole('button', { name: 'Fetch the rest' }));

describe('a message whose beginning alone is here', () => {
  it('is marked in its row, for eyes and for screen readers, and no other is', async () => {
    await open();
    expect(screen.getAllByRole('img', { name: 'Only the beginning is here' }).length).toBe(1);
  });

  it('says so when it is opened, and shows the whole once that has come', async () => {
    const { api } = await open();
    expect(screen.getByText('Only the beginning is here: 20 lines of 4.2 MB.')).toBeTruthy();
    expect(screen.getByText('The first lines')).toBeTruthy();
    api.hold('fetchRest');
    screen.getByRole('button', { name: 'Fetch the rest' }).focus();
    await fetchRest();
    expect(screen.getByText('Fetching: 2.1 MB of 4.2 MB.')).toBeTruthy();
    expect(document.activeElement?.textContent?.trim()).toBe('Cancel');
    expect(screen.queryByRole('button', { name: 'Fetch the rest' })).toBeNull();
    api.releaseAll('fetchRest');
    await settled();
    expect(screen.getByText('All of it')).toBeTruthy();
    expect(screen.queryByText(/Only the beginning/)).toBeNull();
    expect(screen.queryByRole('img', { name: 'Only the beginning is here' })).toBeNull();
    // The button that was pressed is gone: whoever reads by ear goes on at the subject.
    expect(document.activeElement?.tagName).toBe('H2');
  });

  it('says that the rest will not come where the account is no longer fetched', async () => {
    const { api, states } = await open();
    api.accountList = api.accountList.map((account) => closeAccount(account, GENERATED_NOW));
    await states.accounts.refresh();
    await settled();
    expect(screen.getByText(/no longer fetched; the rest is on the server alone/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Fetch the rest' })).toBeNull();
  });

  it('says why the rest did not come, and offers to try again', async () => {
    const { api } = await open();
    const detail = { host: 'pop.example.org' };
    api.failNext('fetchRest', new PoplarError('message-gone', 'maildrop', { detail }));
    await fetchRest();
    await settled();
    expect(screen.getByText('This message is no longer on pop.example.org.')).toBeTruthy();
    expect(screen.getByText(/Its own webmail tells\. What is here of it stays\.$/)).toBeTruthy();
    expect(screen.getByText('The first lines')).toBeTruthy();
    await fetchRest();
    await settled();
    expect(screen.getByText('All of it')).toBeTruthy();
  });

  it('waits while this device is offline, says so, and keeps the focus', async () => {
    const online = Object.assign(new EventTarget(), { navigator: { onLine: true } });
    const { api } = await open(undefined, { around: { online: online as unknown as Window } });
    const button = screen.getByRole('button', { name: 'Fetch the rest' });
    button.focus();
    online.navigator.onLine = false;
    online.dispatchEvent(new Event('offline'));
    await settled();
    expect(document.activeElement).toBe(button);
    expect([button.hasAttribute('disabled'), button.getAttribute('aria-disabled')]).toEqual([false, 'true']);
    const why = document.getElementById(button.getAttribute('aria-describedby') ?? '');
    expect(why?.textContent).toBe('Offline: the rest waits on the server.');
    await fetchRest();
    await settled();
    expect(api.count('fetchRest')).toBe(0);
  });

  it('goes on when another message is opened, and can be called off', async () => {
    const { api, states, id } = await open();
    api.hold('fetchRest');
    await fetchRest();
    await states.reader.open(api.rows[3]?.id ?? id);
    await settled();
    expect(screen.queryByText(/Fetching/)).toBeNull();
    await states.reader.open(id);
    await settled();
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    api.releaseAll('fetchRest');
    await settled();
    expect(states.rest.error(id)).toBeNull();
    expect(screen.getByRole('button', { name: 'Fetch the rest' })).toBeTruthy();
  });
});

describe('a message that is damaged here', () => {
  it.each([
    ['can be read', false],
    ['is lost', true],
  ])(
    'leads to its server when it is opened, and is shown as it came after that: it %s',
    async (_name, lost) => {
      const { states } = await open({ damaged: true, subject: 'As it was' }, { isLost: lost });
      // What its octets say of it now is nothing to go by.
      expect(screen.getByRole('heading', { name: 'As it was' })).toBeTruthy();
      expect(screen.getByText(/is not what came\. If the mail server still has it/)).toBeTruthy();
      expect(states.reader.error === null).toBe(!lost);
      expect(screen.queryByText(/came without a header/)).toBeNull();
      const button = screen.getByRole('button', { name: 'Fetch again' });
      button.focus();
      await fireEvent.click(button);
      await settled();
      expect(states.reader.error).toBeNull();
      expect(screen.getByText('All of it')).toBeTruthy();
      expect(screen.queryByText(/is not what came/)).toBeNull();
      expect(screen.queryByRole('img', { name: 'Damaged on this device' })).toBeNull();
      expect(document.activeElement?.tagName).toBe('H2');
    },
  );

  it('says why it did not come, and that nothing more can be done where the account is no longer fetched', async () => {
    const { api, states } = await open({ damaged: true });
    const detail = { host: 'pop.example.org' };
    api.failNext('fetchRest', new PoplarError('message-gone', 'maildrop', { detail }));
    await fireEvent.click(screen.getByRole('button', { name: 'Fetch again' }));
    await settled();
    expect(screen.getByText('This message is no longer on pop.example.org.')).toBeTruthy();
    expect(screen.getByText(/Its own webmail tells\. What is here of it stays\.$/)).toBeTruthy();
    api.accountList = api.accountList.map((account) => closeAccount(account, GENERATED_NOW));
    await states.accounts.refresh();
    await settled();
    expect(screen.getByText('This account is no longer fetched.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Fetch again' })).toBeNull();
  });
});

describe('its words', () => {
  it('name what is here, what is there, and what has come', () => {
    expect(partialWords({ octets: 150_000, lines: 20 })).toBe(
      'Only the beginning is here: 20 lines of 150 kB.',
    );
    expect(restWords(0, PARTIAL.octets)).toBe('Fetching 4.2 MB…');
    expect(restWords(5_000_000, PARTIAL.octets)).toBe('Fetching: 4.2 MB of 4.2 MB.');
  });
});
