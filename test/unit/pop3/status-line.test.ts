import { describe, expect, it } from 'vitest';
import { responseCodeOf } from '../../../web/pop3/response-code.ts';
import { announcesListing, parseChallenge, parseStatusLine } from '../../../web/pop3/status-line.ts';

describe('parseStatusLine', () => {
  it.each([
    { line: '+OK', ok: true, text: '', code: null },
    { line: '-ERR', ok: false, text: '', code: null },
    { line: '+OK 2 320', ok: true, text: '2 320', code: null },
    { line: '+OK\tready ', ok: true, text: 'ready', code: null },
    { line: '+ok yes', ok: true, text: 'yes', code: null },
    { line: '-err no', ok: false, text: 'no', code: null },
    { line: '-ERR[IN-USE] locked', ok: false, text: '[IN-USE] locked', code: 'IN-USE' },
    { line: '-ERR [AUTH] no', ok: false, text: '[AUTH] no', code: 'AUTH' },
    { line: '+OK\0', ok: true, text: '\0', code: null },
  ])('reads $line', (expected) => {
    expect(parseStatusLine(expected.line)).toEqual(expected);
  });

  it.each(['', '+', '-', '+O', 'OK', ' +OK', '+OKAY', '-ERROR', '-ER', '220 ready', '* OK', '.'])(
    'gives null for %j',
    (line) => {
      expect(parseStatusLine(line)).toBeNull();
    },
  );
});

it.each([
  ['1 abc', false],
  ['1  a b', false],
  ['abc', false],
  ['1', false],
  ['', false],
  ['unique-id listing follows', true],
  ['12a listing', true],
])('%j announces a listing: %s', (text, expected) => {
  expect(announcesListing(text)).toBe(expected);
});

it.each([
  ['+ PDE+', 'PDE+'],
  ['+', ''],
  ['+ ', ''],
  ['+PDE+', 'PDE+'],
  ['-ERR', null],
  ['', null],
])('reads the challenge in %j', (line, expected) => {
  expect(parseChallenge(line)).toBe(expected);
});

describe('responseCodeOf', () => {
  it.each([
    ['[IN-USE] Mailbox is locked', 'IN-USE'],
    ['[LOGIN-DELAY] wait', 'LOGIN-DELAY'],
    ['[SYS/TEMP] down', 'SYS/TEMP'],
    ['[SYS/PERM] gone', 'SYS/PERM'],
    ['[AUTH] no', 'AUTH'],
    ['[UTF8] needs UTF8', 'UTF8'],
    ['[in-use]', 'IN-USE'],
    ['[ AUTH ] no', 'AUTH'],
    ['[AUTH/EXPIRED] no', 'AUTH'],
    ['[SYS/TEMP/DISK/FULL] no', 'SYS/TEMP'],
    ['[SYS] what', null],
    ['[SYS/OTHER] what', null],
    ['[X-NEW] what', null],
    ['[] what', null],
    ['[AUTH no', null],
    ['no [AUTH]', null],
    ['', null],
  ])('%j gives %s', (text, expected) => {
    expect(responseCodeOf(text)).toBe(expected);
  });
});
