import { expect, it } from 'vitest';
import { chooseEncoding } from '../../../../proxy/door/encoding.ts';

it.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['br;q=0.5, gzip;q=0.5', 'br'],
  ['br;q=0, gzip;q=0', null],
  ['br; q=0.001', 'br'],
  ['*', 'br'],
  ['*;q=0', null],
  ['br;q=0, *', 'gzip'],
  ['identity', null],
  ['identity;q=0.5, gzip;q=0.4', null],
  ['identity;q=0.4, gzip;q=0.5', 'gzip'],
  ['identity;q=0, br;q=0', null],
  ['br;q=2', null],
  ['br;q=high', null],
  ['deflate', null],
  ['', null],
  [undefined, null],
] as const)('%j chooses %j', (header, encoding) => {
  expect(chooseEncoding(header, ['br', 'gzip'])).toBe(encoding);
});

it('chooses nothing where nothing lies ready', () => {
  expect(chooseEncoding('br, gzip', [])).toBeNull();
  expect(chooseEncoding('br, gzip', ['gzip'])).toBe('gzip');
});
