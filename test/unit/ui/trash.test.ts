/** Deleting in the page: by key, by button, by mouse; where reader and cursor go; and Trash. */
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { accountId, messageId } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, generateSummaries } from '../../support/generated-mail.ts';
import { openApp, plainContent, press } from '../../support/open-app.ts';
import { settled } from '../../support/settled.ts';

async function open(rows = generateSummaries(5)) {
  const api = new FakeMailApi({ rows, content: plainContent });
  const { states } = openApp(api);
  await settled();
  const ids = api.rows.map(({ id }) => id);
  const idOf = (place: number) => ids[place] ?? messageId(0);
  return { api, states, idOf };
}

const foldersOf = (api: FakeMailApi): string[] => api.rows.map(({ folder }) => folder);
const trashed = (rows: MessageSummary[]): MessageSummary[] =>
  rows.map((row) => ({ ...row, folder: 'trash' as const }));

describe('deleting in the inbox', () => {
  it.each(['#', 'Delete', 'Backspace'])(
    '%s moves the active row to Trash, the next one is active',
    async (key) => {
      const { api, states, idOf } = await open();
      await press('j', 'j', key);
      expect(api.rows.find(({ id }) => id === idOf(1))?.folder).toBe('trash');
      expect(states.mailbox.row(states.mailbox.cursor)?.id).toBe(idOf(2));
      expect(screen.getByText('Moved to Trash')).not.toBeNull();
      await press('z');
      expect(foldersOf(api)).not.toContain('trash');
      expect(states.mailbox.total).toBe(5);
      // The cursor has stayed with its message.
      expect(states.mailbox.row(states.mailbox.cursor)?.id).toBe(idOf(2));
    },
  );

  it('goes on to the next message where one is open, to the one before at the end, then to the list', async () => {
    const { states, idOf } = await open(generateSummaries(3));
    await press('j', 'j', 'Enter');
    expect(states.reader.id).toBe(idOf(1));
    await fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await settled();
    expect(states.reader.id).toBe(idOf(2));
    await press('#');
    expect(states.reader.id).toBe(idOf(0));
    await press('#');
    await waitFor(() => expect(states.reader.id).toBeNull());
    expect(states.route.message).toBeNull();
    expect(screen.getByText('No mail here yet')).not.toBeNull();
  });

  it('deletes the row under the mouse and leaves reader and cursor alone', async () => {
    const { api, states, idOf } = await open();
    await press('j', 'Enter');
    const third = screen.getAllByRole('option')[2];
    third?.querySelector<HTMLElement>('[data-delete]')?.click();
    await settled();
    expect(api.rows.find(({ id }) => id === idOf(2))?.folder).toBe('trash');
    expect([states.reader.id, states.mailbox.cursor]).toEqual([idOf(0), 0]);
  });

  it('does nothing where no message is meant', async () => {
    const { api } = await open();
    await press('#');
    expect(api.count('move')).toBe(0);
  });
});

describe('Trash', () => {
  it('is reached by its folder and by its keys, and says when it is empty', async () => {
    const { states } = await open();
    await press('g', '#');
    expect(states.route.query.folder).toBe('trash');
    expect(screen.getByText('Trash is empty')).not.toBeNull();
    await press('g', 'i');
    expect(states.route.query.folder).toBe('inbox');
    const link = screen.getByRole('link', { name: /^Trash/ });
    expect(link.getAttribute('href')).toBe('#/trash');
  });

  it('deletes for good only after the chance to undo has passed', async () => {
    const { api, states } = await open(trashed(generateSummaries(3)));
    await press('g', '#', 'j', '#');
    expect(states.mailbox.total).toBe(2);
    expect(api.count('deleteForGood')).toBe(0);
    await press('z');
    expect(states.mailbox.total).toBe(3);
    await press('#');
    screen.getByRole('button', { name: 'Dismiss' }).click();
    await settled();
    expect(api.rows).toHaveLength(2);
  });

  it('gives messages back to the inbox, from the reader and from the row', async () => {
    const { api, states, idOf } = await open(trashed(generateSummaries(3)));
    await press('g', '#', 'j', 'Enter');
    await fireEvent.click(screen.getByRole('button', { name: 'Move to Inbox' }));
    await settled();
    expect(api.rows.find(({ id }) => id === idOf(0))?.folder).toBe('inbox');
    expect(states.reader.id).toBe(idOf(1));
    screen.getAllByRole('option')[1]?.querySelector<HTMLElement>('[data-restore]')?.click();
    await settled();
    expect(foldersOf(api)).toEqual(['inbox', 'trash', 'inbox']);
    expect(screen.getByText('Moved to Inbox')).not.toBeNull();
  });

  it('says that its messages go on the server, too, where an account has that rule', async () => {
    const retention = { rule: 'when-deleted', confirmedAt: 1 } as const;
    const { api } = await open(trashed(generateSummaries(1)));
    await press('g', '#');
    expect(screen.getByText('Messages stay here until you delete them for good.')).not.toBeNull();
    await api.setRetention(GENERATED_ACCOUNT.id, retention);
    await settled();
    expect(screen.getByText(/^The next fetch deletes these on the mail server, too\./)).not.toBeNull();
    api.accountList = [...api.accountList, { ...GENERATED_ACCOUNT, id: accountId('second') }];
    api.emit({ type: 'accounts-changed' });
    await settled();
    expect(screen.getByText(/on the mail server, where you chose so\./)).not.toBeNull();
  });

  it('does not promise that where it is held back', async () => {
    const retention = { rule: 'when-deleted', confirmedAt: 1 } as const;
    const storage = { persisted: () => Promise.resolve(false) };
    const api = new FakeMailApi({ rows: trashed(generateSummaries(1)) });
    api.accountList = [{ ...GENERATED_ACCOUNT, retention }];
    openApp(api, { hash: '#/trash', around: { storage } });
    await settled();
    expect(
      screen.getByText(/^These go on the mail server, too, once this browser keeps your mail/),
    ).not.toBeNull();
    api.accountList = [{ ...GENERATED_ACCOUNT, retention, recent: true }];
    api.emit({ type: 'accounts-changed' });
    await settled();
    expect(screen.getByText('Messages stay here until you delete them for good.')).not.toBeNull();
  });

  it('is emptied as a whole, with a way back', async () => {
    const { api, states } = await open([
      ...generateSummaries(4).slice(0, 1),
      ...trashed(generateSummaries(4)).slice(1),
    ]);
    await press('g', '#', 'j', 'Enter');
    await fireEvent.click(screen.getByRole('button', { name: 'Empty Trash' }));
    await settled();
    expect([states.reader.id, states.mailbox.total]).toEqual([null, 0]);
    expect(screen.getByText('3 messages deleted for good')).not.toBeNull();
    expect(document.activeElement?.tagName).toBe('H1');
    await press('z');
    expect(states.mailbox.total).toBe(3);
    expect(document.activeElement?.getAttribute('role')).toBe('listbox');
    await fireEvent.click(screen.getByRole('button', { name: 'Empty Trash' }));
    await settled();
    screen.getByRole('button', { name: 'Dismiss' }).click();
    await settled();
    expect(foldersOf(api)).toEqual(['inbox']);
  });

  it('closes a message that was deleted for good in another tab', async () => {
    const { api, states, idOf } = await open(trashed(generateSummaries(2)));
    await press('g', '#', 'j', 'Enter');
    expect(states.reader.id).toBe(idOf(0));
    await api.deleteForGood([idOf(0)]);
    await settled();
    expect([states.reader.id, states.route.message]).toEqual([null, null]);
  });
});
