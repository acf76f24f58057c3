import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { closeAccount } from '../../../web/model/closed-account.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT, GENERATED_NOW, generateSummaries } from '../../support/generated-mail.ts';
import { openApp, plainContent, press } from '../../support/open-app.ts';
import { settled } from '../../support/settled.ts';

async function open(rows = generateSummaries(300).map((row) => ({ ...row, seen: false }))) {
  const api = new FakeMailApi({ rows, content: plainContent });
  const { states } = openApp(api);
  await settled();
  return { api, states };
}

const list = () => screen.getByRole('listbox', { name: 'Messages' });
const activeRow = () => document.getElementById(list().getAttribute('aria-activedescendant') ?? '');

describe('the list by keyboard', () => {
  it('is one stop whose active row says where it is', async () => {
    await open();
    expect(document.activeElement).toBe(list());
    await press('j', 'j', 'ArrowDown');
    expect(activeRow()?.getAttribute('aria-posinset')).toBe('3');
    expect(activeRow()?.getAttribute('aria-setsize')).toBe('300');
    await press('k', 'ArrowUp');
    expect(activeRow()?.getAttribute('aria-posinset')).toBe('1');
  });

  it('goes to both ends', async () => {
    const { states } = await open();
    await press('End');
    expect(states.mailbox.cursor).toBe(299);
    await press('Home');
    expect(states.mailbox.cursor).toBe(0);
  });

  it('opens with Enter, goes on with j, and comes back with u', async () => {
    const { api, states } = await open();
    await press('j', 'Enter');
    expect(states.reader.id).toBe(api.rows[0]?.id);
    await press('j');
    expect(states.reader.id).toBe(api.rows[1]?.id);
    expect(activeRow()?.getAttribute('aria-selected')).toBe('true');
    await press('u');
    await waitFor(() => expect(states.reader.id).toBeNull());
    expect(document.activeElement).toBe(list());
  });

  it('stars the active row and takes the star back', async () => {
    const { api } = await open();
    const before = api.rows[0]?.starred;
    await press('j', 's');
    expect(api.rows[0]?.starred).toBe(!before);
    await press('s');
    expect(api.rows[0]?.starred).toBe(before);
  });

  it('marks as read and unread, and undoes with z', async () => {
    const { api } = await open();
    await press('j', 'I');
    expect(api.rows[0]?.seen).toBe(true);
    await press('z');
    expect(api.rows[0]?.seen).toBe(false);
    await press('I', 'U');
    expect(api.rows[0]?.seen).toBe(false);
  });

  it('shows the keys with ? and means nothing by them while they are shown', async () => {
    const { states } = await open();
    await press('?');
    expect(screen.getByText('Next message')).toBeTruthy();
    const before = states.mailbox.cursor;
    screen.getByText('Next message').dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
    await settled();
    expect(states.mailbox.cursor).toBe(before);
  });

  it('goes to the whole inbox with g and i', async () => {
    const { states } = await open();
    states.route.openList({ filter: 'starred' });
    await settled();
    await press('g', 'i');
    expect(states.mailbox.query.filter).toBe('all');
  });
});

describe('the list', () => {
  it('draws a few dozen rows of very many', async () => {
    await open(generateSummaries(100_000));
    expect(screen.getAllByRole('option').length).toBeLessThan(60);
    expect(list().firstElementChild?.getAttribute('style')).toContain('6400000px');
  });

  it('is where it was left when somebody comes back from another list, or from the settings', async () => {
    const { states } = await open();
    await press('j', 'j');
    list().scrollTop = 64 * 50 + 20;
    list().dispatchEvent(new Event('scroll'));
    await settled();
    states.route.openList({ filter: 'unread' });
    await settled();
    expect(list().scrollTop).toBe(0);
    states.route.openList({ folder: 'trash', filter: 'all' });
    await settled();
    expect(screen.queryByRole('listbox', { name: 'Messages' })).toBeNull();
    states.route.openList({ folder: 'inbox' });
    await settled();
    expect(list().scrollTop).toBe(64 * 50 + 20);
    states.route.openSettings();
    await settled();
    states.route.openMail();
    await settled();
    expect(list().scrollTop).toBe(64 * 50 + 20);
  });

  it('says in words what colour and weight say', async () => {
    const [row] = generateSummaries(1);
    if (row === undefined) throw new RangeError('no row');
    await open([{ ...row, seen: false, starred: true, hasAttachment: true, subject: '' }]);
    const option = screen.getByRole('option');
    expect(option.textContent).toContain('Unread');
    expect(option.textContent).toContain('(no subject)');
    expect(option.querySelector('[aria-label="Starred"]')).not.toBeNull();
    expect(option.querySelector('[aria-label="Has attachments"]')).not.toBeNull();
  });

  it('marks what is damaged, for eyes and for screen readers, and nothing else', async () => {
    await open(generateSummaries(30).map((row, place) => (place === 2 ? { ...row, damaged: true } : row)));
    expect(screen.getAllByRole('img', { name: 'Damaged on this device' })).toHaveLength(1);
  });

  it('has nothing to get where no account is fetched any more', async () => {
    const { api, states } = await open([]);
    expect(screen.getAllByRole('button', { name: 'Get mail' })).toHaveLength(2);
    api.accountList = api.accountList.map((account) => closeAccount(account, GENERATED_NOW));
    await states.accounts.refresh();
    await settled();
    expect(screen.getByText('It is no longer fetched.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Get mail' })).toBeNull();
  });

  it('opens a row by a click and stars it by a click on its star', async () => {
    const { api, states } = await open();
    const [first] = screen.getAllByRole('option');
    first?.querySelector<HTMLElement>('[data-star]')?.click();
    await settled();
    expect(states.reader.id).toBeNull();
    expect(api.rows[0]?.starred).toBe(true);
    first?.click();
    await settled();
    expect(states.reader.id).toBe(api.rows[0]?.id);
    expect(location.hash).toBe(`#/inbox/${api.rows[0]?.id}`);
  });

  it('lets every name be written in its own direction', async () => {
    await open();
    const sender = screen.getAllByRole('option')[0]?.querySelector('.sender');
    expect(sender?.getAttribute('dir')).toBe('auto');
  });

  it('offers the whole list where a filter finds nothing', async () => {
    const { states } = await open(generateSummaries(10).map((row) => ({ ...row, starred: false })));
    states.route.openList({ filter: 'starred' });
    await settled();
    screen.getByRole('button', { name: 'Show all mail' }).click();
    await settled();
    expect(states.mailbox.total).toBe(10);
  });
});

describe('the folders', () => {
  it('name one inbox for one account, and all with each for several; and one Trash', async () => {
    const { api } = await open();
    expect(screen.getByRole('navigation', { name: 'Folders' }).querySelectorAll('ul a')).toHaveLength(2);
    await api.addAccount({
      address: 'second@club.example',
      displayName: '',
      incoming: GENERATED_ACCOUNT.incoming,
      user: 'second',
      password: 'x',
      rememberPassword: false,
      demo: false,
    });
    await settled();
    const names = [...screen.getByRole('navigation', { name: 'Folders' }).querySelectorAll('ul .name')];
    expect(names.map((name) => name.textContent)).toEqual([
      'All inboxes',
      GENERATED_ACCOUNT.address,
      'second@club.example',
      'Trash',
    ]);
  });
});

describe('the reader', () => {
  it('shows only plain text and source for a message without HTML', async () => {
    const { api, states } = await open();
    const row = api.rows.find(({ id }) => id % 3 !== 0 && id % 50 !== 0);
    if (row === undefined) throw new RangeError('no plain row');
    states.route.openMessage(row.id);
    await settled();
    expect(screen.getAllByRole('radio').map((radio) => radio.getAttribute('value'))).toEqual(
      expect.arrayContaining(['text', 'source']),
    );
    expect(screen.queryByDisplayValue('html')).toBeNull();
    expect(screen.getByRole('heading', { level: 2 }).textContent).toBe(row.subject || '(no subject)');
  });

  it('says that a damaged message is damaged and shows its source', async () => {
    const { api, states } = await open();
    const row = api.rows.find(({ id }) => id % 50 === 0);
    if (row === undefined) throw new RangeError('no damaged row');
    states.route.openMessage(row.id);
    await settled();
    expect(screen.getByText(/damaged/).textContent).toContain('Its source is shown');
    expect(screen.getByRole('region', { name: 'Source of the message' })).toBeTruthy();
  });

  it('saves an attachment under its own name', async () => {
    const { api, states } = await open();
    const row = api.rows.find(({ hasAttachment, id }) => hasAttachment && id % 50 !== 0);
    if (row === undefined) throw new RangeError('no row with attachments');
    const saved: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      saved.push(this.download);
    });
    states.route.openMessage(row.id);
    await settled();
    screen.getByRole('button', { name: /^Save Rechnung/ }).click();
    await settled();
    click.mockRestore();
    expect(saved).toEqual(['Rechnung 2026-11-0342.pdf']);
    expect(api.calls).toContainEqual(['attachment', row.id, 0]);
  });
});
