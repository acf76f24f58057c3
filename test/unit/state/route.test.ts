import { describe, expect, it } from 'vitest';
import { accountId, messageId } from '../../../web/model/ids.ts';
import { formatRoute, HOME, parseRoute, type Route } from '../../../web/state/route.ts';
import { RouteState, type AddressBar } from '../../../web/state/route.svelte.ts';

/** A history with a cursor, as browsers have it. */
class FakeAddressBar implements AddressBar {
  entries: { hash: string; mark: unknown }[];
  at = 0;
  #moved: () => void = () => undefined;

  constructor(hash = '') {
    this.entries = [{ hash, mark: null }];
  }
  hash(): string {
    return this.entries[this.at]?.hash ?? '';
  }
  mark(): unknown {
    return this.entries[this.at]?.mark;
  }
  push(hash: string, mark: unknown): void {
    this.entries = [...this.entries.slice(0, this.at + 1), { hash, mark }];
    this.at += 1;
  }
  replace(hash: string, mark: unknown): void {
    this.entries[this.at] = { hash, mark };
  }
  back(): void {
    this.at = Math.max(0, this.at - 1);
    this.#moved();
  }
  listen(moved: () => void): () => void {
    this.#moved = moved;
    return () => undefined;
  }
}

const mail = (query: Partial<typeof HOME.query>, message: number | null = null): Route => ({
  view: 'mail',
  query: { ...HOME.query, ...query },
  message: message === null ? null : messageId(message),
});

describe('addresses', () => {
  it.each<[string, Route]>([
    ['#/inbox', mail({})],
    ['#/inbox/4711', mail({}, 4711)],
    ['#/inbox?filter=unread', mail({ filter: 'unread' })],
    ['#/inbox/7?account=a1&filter=starred', mail({ account: accountId('a1'), filter: 'starred' }, 7)],
    ['#/trash', mail({ folder: 'trash' })],
    ['#/trash/9?account=a1', mail({ folder: 'trash', account: accountId('a1') }, 9)],
    ['#/settings', { view: 'settings' }],
    ['#/settings/server/a1', { view: 'server', account: accountId('a1') }],
    ['#/add-account', { view: 'add-account' }],
  ])('%s is read and written alike', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(formatRoute(route)).toBe(hash);
  });

  it.each([
    ['nothing', ''],
    ['a bare hash', '#'],
    ['an unknown view', '#/outbox'],
    ['a server without an account', '#/settings/server/'],
    ['a server of something odd', '#/settings/server/%00'],
    ['more behind a server', '#/settings/server/a1/x'],
    ['too many parts', '#/inbox/1/2'],
    ['settings of something', '#/settings/1'],
    ['a fragment of another page', '#top'],
    ['a broken escape', '#/%E0%A4%A'],
  ])('%s leads home', (_name, hash) => {
    expect(parseRoute(hash)).toEqual(HOME);
  });

  it.each([
    ['words', '#/inbox/abc'],
    ['a negative number', '#/inbox/-1'],
    ['a fraction', '#/inbox/1.5'],
    ['more digits than a number holds', '#/inbox/99999999999999999999'],
    ['a script', '#/inbox/javascript:alert(1)'],
    ['an exponent', '#/inbox/1e3'],
  ])('a message id of %s opens nothing', (_name, hash) => {
    expect(parseRoute(hash)).toEqual(HOME);
  });

  it('keeps an account id with every character', () => {
    const route = mail({ account: accountId('a/b?c&d=é#') });
    expect(parseRoute(formatRoute(route))).toEqual(route);
  });

  it('takes an unknown filter for none', () => {
    expect(parseRoute('#/inbox?filter=secret')).toEqual(HOME);
  });
});

describe('RouteState', () => {
  it('begins where the address says', () => {
    expect(new RouteState(new FakeAddressBar('#/inbox/12')).message).toBe(12);
  });

  it('leads from a message back to the list, in the history too', () => {
    const bar = new FakeAddressBar('#/inbox');
    const route = new RouteState(bar);
    route.start();
    route.openMessage(messageId(5));
    expect(bar.hash()).toBe('#/inbox/5');
    route.closeMessage();
    expect(route.message).toBeNull();
    expect(bar.at).toBe(0);
  });

  it('puts the next message in place of the one before, so that back leads to the list', () => {
    const bar = new FakeAddressBar('#/inbox');
    const route = new RouteState(bar);
    route.start();
    route.openMessage(messageId(5));
    route.openMessage(messageId(6));
    route.openMessage(messageId(7));
    expect(bar.entries).toHaveLength(2);
    bar.back();
    expect(route.message).toBeNull();
    expect(route.query).toEqual(HOME.query);
  });

  it('closes a message that was opened by its address without leaving the page', () => {
    const bar = new FakeAddressBar('#/inbox/5');
    const route = new RouteState(bar);
    route.start();
    route.closeMessage();
    expect(bar.entries).toEqual([{ hash: '#/inbox', mark: null }]);
    expect(route.message).toBeNull();
  });

  it('keeps the list while settings are open and returns to it', () => {
    const bar = new FakeAddressBar('#/inbox/5?filter=unread');
    const route = new RouteState(bar);
    route.start();
    route.openSettings();
    expect(route.view).toBe('settings');
    expect(route.message).toBeNull();
    expect(route.query.filter).toBe('unread');
    route.openMail();
    expect(bar.hash()).toBe('#/inbox?filter=unread');
  });

  it('adds no entry for where it already is', () => {
    const bar = new FakeAddressBar('#/inbox');
    const route = new RouteState(bar);
    route.openList();
    route.openMessage(messageId(5));
    route.openMessage(messageId(5));
    expect(bar.entries).toHaveLength(2);
  });
});
