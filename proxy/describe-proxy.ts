/** What the proxy tells of itself to whoever may see the page. It must not tell what is private; see ProxyInfo. */
import type { HostPort } from './address/host-port.ts';
import { publicText, type HostRule } from './address/host-rule.ts';
import { MIN_TLS } from './dial/tls-contexts.ts';
import type { DemoMailbox, ProxyInfo, ProxyLimits, ProxyPolicy } from './protocol.ts';
import { DEFAULTS } from './settings/defaults.ts';
import type { AccessTokens } from './tunnel/access-tokens.ts';

/** Of the proxy's options those that matter to a page, with the same defaults. */
interface Described extends Partial<ProxyLimits> {
  version?: string;
  ports?: readonly number[];
  demo?: DemoMailbox | null;
  accessTokens?: AccessTokens | null;
  allowHosts?: readonly HostRule[];
  allowPrivate?: readonly HostPort[];
}

/** The answer to `GET info` for a proxy with these options. */
export function describeProxy(options: Described): ProxyInfo {
  return {
    name: 'poplar',
    version: options.version ?? '0.0.0',
    ports: [...(options.ports ?? DEFAULTS.ports)],
    demo: options.demo ?? null,
    needsToken: isGuarded(options),
    policy: describePolicy(options),
  };
}

function describePolicy(options: Described): ProxyPolicy {
  const isListed = (options.allowHosts ?? []).length > 0;
  return {
    hosts: isListed ? 'listed' : 'any',
    ...(isListed && !isGuarded(options) ? { allowedHosts: publicHosts(options) } : {}),
    tlsEndsIn: 'proxy',
    minTls: MIN_TLS,
    logs: 'no-content',
    limits: describeLimits(options),
  };
}

/** A name that the operator has allowed although it leads to a private address is as private as the address. */
function publicHosts({ allowHosts = [], allowPrivate = [] }: Described): string[] {
  const texts = allowHosts.flatMap((rule) => publicText(rule) ?? []);
  return texts.filter((text) => !allowPrivate.some(({ host }) => host === text));
}

function describeLimits(options: Described): ProxyLimits {
  return {
    tunnelsPerClient: options.tunnelsPerClient ?? DEFAULTS.tunnelsPerClient,
    tunnelsPerMinute: options.tunnelsPerMinute ?? DEFAULTS.tunnelsPerMinute,
    idleTimeoutMs: options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs,
    lifetimeMs: options.lifetimeMs ?? DEFAULTS.lifetimeMs,
    maxOctets: options.maxOctets ?? null,
  };
}

function isGuarded({ accessTokens = null }: Described): boolean {
  return accessTokens !== null;
}
