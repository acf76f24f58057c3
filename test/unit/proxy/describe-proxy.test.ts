import { describe, expect, it } from 'vitest';
import type { HostPort } from '../../../proxy/address/host-port.ts';
import { parseHostRule } from '../../../proxy/address/host-rule.ts';
import { describeProxy } from '../../../proxy/describe-proxy.ts';
import { AccessTokens } from '../../../proxy/tunnel/access-tokens.ts';

const rules = (...texts: string[]) => texts.flatMap((text) => parseHostRule(text) ?? []);
const accessTokens = new AccessTokens(['green-tea-and-toast']);

describe('describeProxy', () => {
  it.each<[string, string[], HostPort[], string[]]>([
    ['names', ['pop.example.org', 'POP.Example.NET.'], [], ['pop.example.org', 'pop.example.net']],
    ['everything below a domain', ['*.example.org'], [], ['*.example.org']],
    ['a public address', ['8.8.8.8', '2606:4700::1111'], [], ['8.8.8.8', '2606:4700::1111']],
    ['a public network', ['8.8.8.0/24', '2606:4700::/32'], [], ['8.8.8.0/24', '2606:4700::/32']],
    ['no private address', ['10.0.0.1', 'fd00::1', 'pop.example.org'], [], ['pop.example.org']],
    ['no private network', ['10.0.0.0/8', 'fd00::/8', '0.0.0.0/0'], [], []],
    [
      'no name that leads to one',
      ['mail.lan', 'a.example'],
      [{ host: 'mail.lan', port: 995 }],
      ['a.example'],
    ],
  ])('lists %s', (_kind, allow, allowPrivate, expected) => {
    const { policy } = describeProxy({ allowHosts: rules(...allow), allowPrivate });
    expect([policy.hosts, policy.allowedHosts]).toEqual(['listed', expected]);
  });

  it('says that there is no list, and then lists nothing', () => {
    const { policy } = describeProxy({ allowPrivate: [{ host: 'mail.lan', port: 995 }] });
    expect([policy.hosts, 'allowedHosts' in policy]).toEqual(['any', false]);
  });

  it('lists nothing where a token is needed: without one nobody could find out by trying', () => {
    const { policy, needsToken } = describeProxy({ allowHosts: rules('pop.example.org'), accessTokens });
    expect([needsToken, policy.hosts, 'allowedHosts' in policy]).toEqual([true, 'listed', false]);
  });

  it('tells nothing of tokens, denied hosts or private destinations', () => {
    const options = {
      accessTokens,
      allowPrivate: [{ host: '10.9.8.7', port: 995 }],
      denyHosts: rules('evil.example'),
      users: new Map(),
    };
    expect(JSON.stringify(describeProxy(options))).not.toMatch(/green|10\.9\.8\.7|evil|users/);
  });

  it('tells the limits that hold', () => {
    const limits = {
      tunnelsPerClient: 1,
      tunnelsPerMinute: 2,
      idleTimeoutMs: 3,
      lifetimeMs: 4,
      maxOctets: 5,
    };
    expect(describeProxy(limits).policy.limits).toEqual(limits);
  });
});
