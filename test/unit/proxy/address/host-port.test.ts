import { describe, expect, it } from 'vitest';
import { parseHost, parseHostPort } from '../../../../proxy/address/host-port.ts';

describe('parseHost', () => {
  it.each([
    ['pop.example.org', 'pop.example.org'],
    ['POP.Example.ORG', 'pop.example.org'],
    ['pop.example.org.', 'pop.example.org'],
    ['post.münchen.example', 'post.xn--mnchen-3ya.example'],
    ['mail。example。com', 'mail.example.com'],
    ['_dmarc.example.org', '_dmarc.example.org'],
    ['localhost', 'localhost'],
    ['localhost.', 'localhost'],
    ['LOCALHOST', 'localhost'],
  ])('reads the name %s as %s', (text, expected) => {
    expect(parseHost(text)).toEqual({ kind: 'name', text: expected });
  });

  it.each([
    ['dotted', '127.0.0.1', '127.0.0.1'],
    ['trailing dot', '127.0.0.1.', '127.0.0.1'],
    ['decimal', '2130706433', '127.0.0.1'],
    ['octal', '0177.0.0.1', '127.0.0.1'],
    ['long octal', '017700000001', '127.0.0.1'],
    ['hexadecimal', '0x7f.0.0.1', '127.0.0.1'],
    ['one hexadecimal number', '0x7f000001', '127.0.0.1'],
    ['two parts', '127.1', '127.0.0.1'],
    ['zero', '0', '0.0.0.0'],
    ['full-width digits', '１２７.0.0.1', '127.0.0.1'],
    ['circled digits', '①②⑦.0.0.1', '127.0.0.1'],
    ['IPv6', '::1', '::1'],
    ['IPv6 in brackets', '[::1]', '::1'],
    ['IPv6, long', '0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['mapped', '::FFFF:127.0.0.1', '::ffff:7f00:1'],
  ])('folds an address written as %s', (_kind, text, expected) => {
    expect(parseHost(text)).toEqual({ kind: 'address', text: expected });
  });

  it.each([
    ['nothing', ''],
    ['a dot', '.'],
    ['two trailing dots', 'example.org..'],
    ['an empty label', 'pop..example.org'],
    ['a space', 'pop example.org'],
    ['a slash', 'example.org/x'],
    ['a user', 'user@example.org'],
    ['a port', 'example.org:110'],
    ['a per cent sign', 'a%00b'],
    ['a zone', 'fe80::1%eth0'],
    ['a leading hyphen', '-x.example'],
    ['a number that is no address', '1.2.3.256'],
    ['a name that ends in a number', 'example.0x1'],
    ['a label of 64', `${'a'.repeat(64)}.example`],
    ['a name of 254', `${'a.'.repeat(126)}aa`],
    ['open brackets', '[::1'],
    ['a wildcard', '*.example.org'],
  ])('finds no host in %s', (_kind, text) => {
    expect(parseHost(text)).toBeNull();
  });
});

describe('parseHostPort', () => {
  it.each([
    ['mail.lan:995', { host: 'mail.lan', port: 995 }],
    ['MAIL.lan.:110', { host: 'mail.lan', port: 110 }],
    ['192.168.1.5:1110', { host: '192.168.1.5', port: 1110 }],
    ['[fd00::5]:995', { host: 'fd00::5', port: 995 }],
  ])('reads %s', (text, expected) => {
    expect(parseHostPort(text)).toEqual(expected);
  });

  it.each([
    'mail.lan',
    'mail.lan:',
    ':995',
    'mail.lan:0',
    'mail.lan:65536',
    'mail.lan:99x',
    'fd00::5:995',
    '*:995',
    '',
  ])('refuses %j', (text) => {
    expect(parseHostPort(text)).toBeNull();
  });
});
