import { expect, it } from 'vitest';
import { shortenAddress } from '../../../../proxy/report/log.ts';

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['::1', '::/48'],
  [undefined, 'unknown'],
  ['', 'unknown'],
])('writes %s down as %s', (address, expected) => {
  expect(shortenAddress(address)).toBe(expected);
});
