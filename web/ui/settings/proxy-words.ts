/** What the proxy says of its rules, in words. Pure; what it does not say is not spoken of. */
import type { ProxyFacts, ProxyLimits, ProxyPolicy } from '../../model/deployment.ts';
import { formatCount, formatOctets } from '../units.ts';

/** More names than this are counted instead of listed. */
const MAX_LISTED = 6;

/** Where the proxy connects to at all. */
export function reachWords({ ports, policy }: ProxyFacts): string {
  return `It connects to ${ports.length === 1 ? 'port' : 'the ports'} ${listOf(ports.map(String))} of ${hostWords(policy)}.${tlsWords(policy)}`;
}

function hostWords({ hosts, allowedHosts }: ProxyPolicy): string {
  if (hosts === null) return 'mail servers';
  if (hosts === 'any') return 'any mail server on the public internet';
  if (allowedHosts.length === 0) return 'the mail servers that its operator has listed';
  const rest = allowedHosts.length - MAX_LISTED;
  const shown = allowedHosts.slice(0, MAX_LISTED);
  return `${listOf(rest > 0 ? [...shown, `${rest} more`] : shown)}, and no others`;
}

function tlsWords({ minTls }: ProxyPolicy): string {
  const version = /^TLSv(\d\.\d)$/.exec(minTls ?? '')?.[1];
  return version === undefined ? '' : ` It speaks TLS ${version} or later.`;
}

/** What one network, or one connection, may do; null when the proxy sets no limit, or tells none. */
export function limitWords(limits: ProxyLimits): string | null {
  const network = [
    limits.tunnelsPerClient === null ? '' : `${formatCount(limits.tunnelsPerClient, 'connection')} at a time`,
    limits.tunnelsPerMinute === null ? '' : `${formatCount(limits.tunnelsPerMinute, 'new one')} a minute`,
  ].filter((part) => part !== '');
  const connection = [
    limits.idleTimeoutMs === null ? '' : `${duration(limits.idleTimeoutMs)} of silence`,
    limits.lifetimeMs === null ? '' : duration(limits.lifetimeMs),
    limits.maxOctets === null ? '' : formatOctets(limits.maxOctets),
  ].filter((part) => part !== '');
  const sentences = [
    network.length === 0 ? '' : `One network may have ${listOf(network)}.`,
    connection.length === 0 ? '' : `A connection ends after ${listOf(connection, 'or')}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ') || null;
}

function duration(ms: number): string {
  const units = [
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ] as const;
  const [size, name] = units.find(([one]) => ms >= one && ms % one === 0) ?? units[2];
  const count = Math.round(ms / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function listOf(parts: readonly string[], word = 'and'): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} ${word} ${parts.at(-1)}`;
}
