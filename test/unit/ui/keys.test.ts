import { afterEach, describe, expect, it } from 'vitest';
import {
  bindings,
  keysBelongTo,
  pageKeys,
  readKey,
  readPageKey,
  type KeyAction,
} from '../../../web/ui/keys.ts';

const stroke = (key: string, modifiers = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
});

describe('readKey', () => {
  it.each<[string, KeyAction | null]>([
    ['j', 'next'],
    ['k', 'previous'],
    ['o', 'open'],
    ['Enter', 'open'],
    ['u', 'back'],
    ['Escape', 'back'],
    ['s', 'star'],
    ['U', 'unread'],
    ['I', 'read'],
    ['#', 'delete'],
    ['Delete', 'delete'],
    ['Backspace', 'delete'],
    ['i', null],
    ['J', null],
    ['ArrowDown', null],
    ['', null],
  ])('%s', (key, action) => {
    expect(readKey(stroke(key), '').action).toBe(action);
  });

  it('takes two keys after another', () => {
    const first = readKey(stroke('g'), '');
    expect(first).toEqual({ action: null, prefix: 'g' });
    expect(readKey(stroke('i'), first.prefix)).toEqual({ action: 'inbox', prefix: '' });
    expect(readKey(stroke('#'), first.prefix)).toEqual({ action: 'trash', prefix: '' });
  });

  it('forgets the first key when the second means nothing with it', () => {
    expect(readKey(stroke('j'), 'g')).toEqual({ action: null, prefix: '' });
  });

  it('keeps the first key while Shift goes down', () => {
    expect(readKey(stroke('Shift'), 'g').prefix).toBe('g');
  });

  it.each(['ctrlKey', 'metaKey', 'altKey'])('leaves %s to the browser', (modifier) => {
    expect(readKey(stroke('s', { [modifier]: true }), '').action).toBeNull();
  });

  it('gives no key two meanings', () => {
    const keys = [...bindings.flatMap((binding) => binding.keys), ...pageKeys.flatMap(({ shown }) => shown)];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('readPageKey', () => {
  it.each([
    ['?', 'help'],
    ['z', 'undo'],
    ['j', null],
  ])('%s', (key, meant) => {
    expect(readPageKey(stroke(key))).toBe(meant);
  });

  it('leaves Ctrl+z to the browser', () => {
    expect(readPageKey(stroke('z', { ctrlKey: true }))).toBeNull();
  });
});

describe('keysBelongTo', () => {
  afterEach(() => document.body.replaceChildren());

  it.each([
    ['a field', '<input>', 'input', true],
    ['a text area', '<textarea></textarea>', 'textarea', true],
    ['something inside a dialog', '<dialog><button></button></dialog>', 'button', true],
    ['a menu item', '<div role="menu"><button></button></div>', 'button', true],
    ['one of several choices', '<input type="radio">', 'input', false],
    ['a list', '<div role="listbox"></div>', 'div', false],
    ['a button', '<button></button>', 'button', false],
  ])('%s', (_name, markup, selector, belongs) => {
    document.body.replaceChildren(document.createRange().createContextualFragment(markup));
    expect(keysBelongTo(document.querySelector(selector))).toBe(belongs);
  });

  it('is nobody without a target', () => {
    expect(keysBelongTo(null)).toBe(false);
  });
});
