import { describe, expect, it } from 'vitest';
import { limitWords, reachWords } from '../../../web/ui/settings/proxy-words.ts';
import { deploymentOf } from '../../support/deployment.ts';

const { policy } = deploymentOf();
const silent = {
  tunnelsPerClient: null,
  tunnelsPerMinute: null,
  idleTimeoutMs: null,
  lifetimeMs: null,
  maxOctets: null,
};

describe('reachWords', () => {
  it.each([
    [
      {},
      'It connects to the ports 110 and 995 of any mail server on the public internet. It speaks TLS 1.2 or later.',
    ],
    [
      {
        ports: [995],
        policy: {
          ...policy,
          hosts: 'listed' as const,
          allowedHosts: ['pop.example.org', '*.example.net'],
          minTls: null,
        },
      },
      'It connects to port 995 of pop.example.org and *.example.net, and no others.',
    ],
    [
      { policy: { ...policy, hosts: 'listed' as const, allowedHosts: [], minTls: 'odd' } },
      'It connects to the ports 110 and 995 of the mail servers that its operator has listed.',
    ],
    [
      { policy: { ...policy, hosts: null, minTls: null } },
      'It connects to the ports 110 and 995 of mail servers.',
    ],
    [
      {
        policy: {
          ...policy,
          hosts: 'listed' as const,
          allowedHosts: Array.from({ length: 9 }, (_, n) => `m${n}.example`),
          minTls: null,
        },
      },
      'It connects to the ports 110 and 995 of m0.example, m1.example, m2.example, m3.example, m4.example, m5.example and 3 more, and no others.',
    ],
  ])('of %j', (facts, words) => {
    expect(reachWords(deploymentOf(facts))).toBe(words);
  });
});

describe('limitWords', () => {
  it.each([
    [
      policy.limits,
      'One network may have 32 connections at a time and 120 new ones a minute. A connection ends after 10 minutes of silence or 12 hours.',
    ],
    [{ ...silent, maxOctets: 48_000_000 }, 'A connection ends after 48 MB.'],
    [{ ...silent, lifetimeMs: 90_000 }, 'A connection ends after 90 seconds.'],
    [{ ...silent, tunnelsPerMinute: 1 }, 'One network may have 1 new one a minute.'],
    [silent, null],
  ])('of %j', (limits, words) => {
    expect(limitWords(limits)).toBe(words);
  });
});
