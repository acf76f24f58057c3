import { describe, expect, it } from 'vitest';
import { clientAddress, clientKey } from '../../../../proxy/address/client-address.ts';
import { parseHostRule } from '../../../../proxy/address/host-rule.ts';

describe('clientAddress', () => {
  it.each<[string, string | undefined, string | undefined, string[], string]>([
    ['a direct client', '192.0.2.1', undefined, [], '192.0.2.1'],
    ['a direct client over an IPv6 socket', '::ffff:192.0.2.1', undefined, [], '192.0.2.1'],
    ['a header from nobody we know', '192.0.2.1', '8.8.8.8', [], '192.0.2.1'],
    ['a header from nobody we trust', '192.0.2.1', '8.8.8.8', ['10.0.0.0/8'], '192.0.2.1'],
    ['a trusted proxy', '10.0.0.1', '8.8.8.8', ['10.0.0.1'], '8.8.8.8'],
    ['a trusted proxy over an IPv6 socket', '::ffff:10.0.0.1', '8.8.8.8', ['10.0.0.1'], '8.8.8.8'],
    ['two trusted proxies', '10.0.0.1', '8.8.8.8, 10.0.0.2', ['10.0.0.0/8'], '8.8.8.8'],
    ['what the client wrote itself', '10.0.0.1', '1.1.1.1, 8.8.8.8', ['10.0.0.0/8'], '8.8.8.8'],
    ['a trusted address that the client made up', '10.0.0.1', '10.0.0.9, 8.8.8.8', ['10.0.0.0/8'], '8.8.8.8'],
    ['IPv6', '::1', '2001:DB8::0001', ['::1'], '2001:db8::1'],
    ['a trusted proxy without a header', '10.0.0.1', undefined, ['10.0.0.1'], '10.0.0.1'],
    ['an empty header', '10.0.0.1', '', ['10.0.0.1'], '10.0.0.1'],
    ['a header that is no address', '10.0.0.1', 'unknown', ['10.0.0.1'], '10.0.0.1'],
    ['no address further left', '10.0.0.1', 'x, 10.0.0.2', ['10.0.0.0/8'], '10.0.0.2'],
    ['a script', '10.0.0.1', '<script>', ['10.0.0.1'], '10.0.0.1'],
    ['only trusted ones', '10.0.0.1', '10.0.0.3, 10.0.0.2', ['10.0.0.0/8'], '10.0.0.3'],
    ['a socket that is gone', undefined, '8.8.8.8', ['10.0.0.1'], ''],
  ])('knows %s', (_kind, remote, forwarded, trusted, expected) => {
    const rules = trusted.flatMap((text) => parseHostRule(text) ?? []);
    expect(clientAddress(remote, forwarded, rules)).toBe(expected);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8:1:2::', '2001:db8:1:2::'],
  ['', ''],
])('limits count %s as %s', (address, key) => {
  expect(clientKey(address)).toBe(key);
});
