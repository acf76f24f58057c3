import { describe, expect, it } from 'vitest';
import { parseHost, type Host } from '../../../../proxy/address/host-port.ts';
import { parseHostRule } from '../../../../proxy/address/host-rule.ts';
import {
  allowedAddresses,
  requireAllowedHost,
  requireAllowedPort,
  type Policy,
} from '../../../../proxy/dial/policy.ts';

const policy: Policy = {
  ports: [110, 995, 465, 587],
  allowPrivate: [
    { host: 'mail.lan', port: 995 },
    { host: '127.0.0.1', port: 40110 },
  ],
  allowHosts: [],
  denyHosts: [],
};

function host(text: string): Host {
  const parsed = parseHost(text);
  if (parsed === null) throw new Error(`not a host: ${text}`);
  return parsed;
}

describe('requireAllowedPort', () => {
  it.each([110, 995, 465, 587])('lets port %i pass', (port) => {
    expect(() => requireAllowedPort(policy, host('pop.example.org'), port)).not.toThrow();
  });

  it.each([1, 22, 25, 80, 143, 443, 993, 3306, 6379, 40110, 65535])('refuses port %i', (port) => {
    expect(() => requireAllowedPort(policy, host('pop.example.org'), port)).toThrow(
      expect.objectContaining({ code: 'port-refused' }),
    );
  });

  it('lets the odd port of a destination pass that the operator named', () => {
    expect(() => requireAllowedPort(policy, host('127.0.0.1'), 40110)).not.toThrow();
    expect(() => requireAllowedPort(policy, host('127.0.0.2'), 40110)).toThrow();
  });
});

describe('allowedAddresses', () => {
  const dialled = (name: string, port: number, addresses: string[]): string[] | string => {
    try {
      return allowedAddresses(policy, host(name), port, addresses);
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each([
    ['a public answer', 'pop.example.org', 995, ['8.8.8.8'], ['8.8.8.8']],
    [
      'public ones among others, in order',
      'pop.example.org',
      995,
      ['10.0.0.1', '2606:4700::1', '::1', '8.8.8.8'],
      ['2606:4700::1', '8.8.8.8'],
    ],
    ['only private answers', 'pop.example.org', 995, ['10.0.0.1', '192.168.0.1'], 'address-refused'],
    ['no answer at all', 'pop.example.org', 995, [], 'address-refused'],
    ['a private literal', '10.0.0.1', 995, ['10.0.0.1'], 'address-refused'],
    ['a name that the operator named', 'mail.lan', 995, ['192.168.1.5'], ['192.168.1.5']],
    ['that name at another port', 'mail.lan', 110, ['192.168.1.5'], 'address-refused'],
    ['another name for that address', 'evil.example', 995, ['192.168.1.5'], 'address-refused'],
    ['the demo server', '127.0.0.1', 40110, ['127.0.0.1'], ['127.0.0.1']],
    ['the demo server by name', 'localhost', 40110, ['127.0.0.1'], 'address-refused'],
  ])('decides on %s', (_kind, name, port, addresses, expected) => {
    expect(dialled(name, port, addresses)).toEqual(expected);
  });

  it('does not tell what a refused name resolved to', () => {
    expect(() => allowedAddresses(policy, host('intranet.example'), 995, ['10.9.8.7'])).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('10.9.8.7') as string }),
    );
  });
});

describe('lists of mail servers', () => {
  /** The destination through both checks, with what the name resolves to: the addresses left, or why none is. */
  function decide(allow: string[], deny: string[], name: string, addresses: string[]): string[] | string {
    const rules = (texts: string[]) => texts.flatMap((text) => parseHostRule(text) ?? []);
    const listed = { ...policy, allowHosts: rules(allow), denyHosts: rules(deny) };
    try {
      requireAllowedHost(listed, host(name), 995);
    } catch (error) {
      return `${(error as { code: string }).code} before the look-up`;
    }
    try {
      return allowedAddresses(listed, host(name), 995, addresses);
    } catch (error) {
      return (error as { code: string }).code;
    }
  }
  const early = 'host-refused before the look-up';

  it.each<[string, string[], string[], string, string[], string[] | string]>([
    ['no list', [], [], 'a.example', ['8.8.8.8'], ['8.8.8.8']],
    ['an allowed name', ['a.example'], [], 'a.example', ['8.8.8.8'], ['8.8.8.8']],
    ['an allowed name, written oddly', ['a.example'], [], 'A.Example.', ['8.8.8.8'], ['8.8.8.8']],
    ['another name', ['a.example'], [], 'b.example', ['8.8.8.8'], early],
    ['a name that ends like an allowed one', ['a.example'], [], 'evila.example', ['8.8.8.8'], early],
    ['a name below an allowed domain', ['*.a.example'], [], 'x.y.a.example', ['8.8.8.8'], ['8.8.8.8']],
    ['that domain itself', ['*.a.example'], [], 'a.example', ['8.8.8.8'], early],
    ['a domain with that end', ['*.a.example'], [], 'evila.example', ['8.8.8.8'], early],
    ['an allowed name that is private', ['a.example'], [], 'a.example', ['10.0.0.1'], 'address-refused'],
    ['an allowed network', ['8.8.8.0/24'], [], 'a.example', ['9.9.9.9', '8.8.8.8'], ['8.8.8.8']],
    ['outside an allowed network', ['8.8.8.0/24'], [], 'a.example', ['9.9.9.9'], 'host-refused'],
    ['an allowed private network', ['10.0.0.0/8'], [], 'a.example', ['10.0.0.1'], 'address-refused'],
    ['an allowed address', ['8.8.8.8'], [], '8.8.8.8', ['8.8.8.8'], ['8.8.8.8']],
    ['a name that leads there', ['8.8.8.8'], [], 'a.example', ['8.8.8.8'], ['8.8.8.8']],
    ['that address in hex', ['8.8.8.8'], [], '0x08080808', ['8.8.8.8'], ['8.8.8.8']],
    ['a denied name', [], ['a.example'], 'a.example', ['8.8.8.8'], early],
    ['a denied name with a dot', [], ['a.example'], 'a.example.', ['8.8.8.8'], early],
    ['below a denied domain', [], ['*.example'], 'a.example', ['8.8.8.8'], early],
    ['a denied literal', [], ['8.8.8.0/24'], '8.8.8.8', ['8.8.8.8'], early],
    ['a name with a denied answer', [], ['8.8.8.0/24'], 'a.example', ['8.8.8.8', '9.9.9.9'], ['9.9.9.9']],
    ['a name with only denied ones', [], ['8.8.8.8'], 'a.example', ['8.8.8.8'], 'host-refused'],
    ['v6 against a v4 network', [], ['0.0.0.0/0'], 'a.example', ['2606:4700::1'], ['2606:4700::1']],
    ['a v6 network', [], ['2606:4700::/32'], 'a.example', ['2606:4700::1'], 'host-refused'],
    ['allowed and denied', ['*.example'], ['a.example'], 'a.example', ['8.8.8.8'], early],
    ['named by the operator', ['a.example'], ['mail.lan'], 'mail.lan', ['10.0.0.1'], ['10.0.0.1']],
  ])('%s', (_kind, allow, deny, name, addresses, expected) => {
    expect(decide(allow, deny, name, addresses)).toEqual(expected);
  });

  it.each([
    '',
    '*',
    '*.',
    '*.8.8.8.8',
    'a.*',
    '**.example',
    '8.8.8.8/33',
    '8.8/16',
    'a.example/24',
    'fe80::1%1/64',
    '/24',
  ])('%j is no rule', (text) => {
    expect(parseHostRule(text)).toBeNull();
  });
});
