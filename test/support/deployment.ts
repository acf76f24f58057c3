/** What a proxy says of itself, for tests that do not mind. */
import type { Deployment } from '../../web/model/deployment.ts';

export function deploymentOf(facts: Partial<Deployment> = {}): Deployment {
  return {
    version: '0.1.0',
    ports: [110, 995],
    demo: null,
    needsToken: false,
    hasToken: false,
    policy: {
      hosts: 'any',
      allowedHosts: [],
      minTls: 'TLSv1.2',
      logs: 'no-content',
      limits: {
        tunnelsPerClient: 32,
        tunnelsPerMinute: 120,
        idleTimeoutMs: 600_000,
        lifetimeMs: 43_200_000,
        maxOctets: null,
      },
    },
    ...facts,
  };
}
