import { describe, expect, it } from 'vitest';
import { canonicalAddress, isLoopback, isPublicUnicast } from '../../../../proxy/address/ip-address.ts';

describe('isPublicUnicast', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:4860:4860::8888',
    '2606:4700:4700::1111',
    '2a00:1450:4001:800::200e',
  ])('takes %s', (address) => {
    expect(isPublicUnicast(address)).toBe(true);
  });

  it.each([
    ['this network', '0.0.0.0'],
    ['this network, not zero', '0.1.2.3'],
    ['loopback', '127.0.0.1'],
    ['loopback, far end', '127.255.255.254'],
    ['private 10', '10.0.0.1'],
    ['private 172', '172.16.0.1'],
    ['private 172, last', '172.31.255.255'],
    ['private 192', '192.168.1.1'],
    ['link-local', '169.254.1.1'],
    ['cloud metadata', '169.254.169.254'],
    ['container metadata', '169.254.170.2'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['carrier-grade NAT, last', '100.127.255.255'],
    ['cloud metadata inside CGNAT', '100.100.100.200'],
    ['IETF protocol assignments', '192.0.0.1'],
    ['documentation 1', '192.0.2.1'],
    ['documentation 2', '198.51.100.1'],
    ['documentation 3', '203.0.113.1'],
    ['6to4 relay', '192.88.99.1'],
    ['benchmarking', '198.18.0.1'],
    ['benchmarking, last', '198.19.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast, last', '239.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['v6 unspecified', '::'],
    ['v6 loopback', '::1'],
    ['v6 link-local', 'fe80::1'],
    ['v6 link-local with a zone', 'fe80::1%eth0'],
    ['public v6 with a zone', '2001:4860:4860::8888%eth0'],
    ['v6 site-local', 'fec0::1'],
    ['v6 unique local', 'fc00::1'],
    ['v6 unique local, upper half', 'fd12:3456::1'],
    ['v6 cloud metadata', 'fd00:ec2::254'],
    ['v6 multicast', 'ff02::1'],
    ['v6 discard', '100::1'],
    ['v6 documentation', '2001:db8::1'],
    ['v6 documentation, new', '3fff::1'],
    ['v6 benchmarking', '2001:2::1'],
    ['v6 ORCHID', '2001:20::1'],
    ['v6 segment routing', '5f00::1'],
    ['mapped loopback', '::ffff:127.0.0.1'],
    ['mapped private, hex', '::ffff:a00:1'],
    ['mapped public', '::ffff:8.8.8.8'],
    ['translated (RFC 6145)', '::ffff:0:127.0.0.1'],
    ['compatible loopback', '::127.0.0.1'],
    ['compatible public', '::8.8.8.8'],
    ['NAT64 of loopback', '64:ff9b::7f00:1'],
    ['NAT64 of a public address', '64:ff9b::8.8.8.8'],
    ['local NAT64', '64:ff9b:1::a00:1'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['6to4 of a private address', '2002:c0a8:101::1'],
    ['Teredo', '2001:0:7f00:1::1'],
    ['outside 2000::/3', '4000::1'],
    ['outside 2000::/3, below', '1fff::1'],
    ['a name', 'localhost'],
    ['nothing', ''],
    ['decimal', '2130706433'],
    ['a public one in decimal', '134744072'],
    ['a public one in octal', '010.8.8.8'],
    ['a public one in hexadecimal', '0x8.8.8.8'],
    ['a public one in three parts', '8.8.2056'],
    ['the platform address of Azure', '168.63.129.16'],
  ])('refuses %s: %s', (_kind, address) => {
    expect(isPublicUnicast(address)).toBe(false);
  });
});

describe('canonicalAddress', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['::ffff:127.0.0.1', '::ffff:7f00:1'],
  ])('writes %s as %s', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });

  it.each([
    '',
    'localhost',
    '127.1',
    '0x7f000001',
    '0177.0.0.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '256.1.1.1',
    'fe80::1%1',
  ])('does not take %s for an address', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['localhost', false],
  ])('says of %s: %s', (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});
