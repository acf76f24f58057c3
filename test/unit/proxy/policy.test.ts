import { describe, expect, it } from 'vitest';
import { parseHost, type Host } from '../../../proxy/host-port.ts';
import { allowedAddresses, requireAllowedPort, type Policy } from '../../../proxy/policy.ts';

const policy: Policy = {
  ports: [110, 995, 465, 587],
  allowPrivate: [
    { host: 'mail.lan', port: 995 },
    { host: '127.0.0.1', port: 40110 },
  ],
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
