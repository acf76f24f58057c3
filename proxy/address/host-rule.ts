/**
 * One entry of the lists of allowed and denied mail servers: a host, all hosts below a domain, or a network. Pure; it
 * must not know which list it is on.
 */
import ipaddr from 'ipaddr.js';
import { parseHost, type Host } from './host-port.ts';
import { canonicalAddress, isPublicUnicast } from './ip-address.ts';

export type HostRule =
  | { kind: 'host'; text: string }
  /** `text` begins with the dot: everything below the domain, the domain itself not. */
  | { kind: 'below'; text: string }
  | { kind: 'network'; network: ReturnType<typeof ipaddr.parseCIDR> };

/** Reads `pop.example.org`, `192.0.2.7`, `*.example.org` or `192.0.2.0/24`; null when it is none of them. */
export function parseHostRule(text: string): HostRule | null {
  if (text.includes('/')) return parseNetwork(text);
  const isBelow = text.startsWith('*.');
  const host = parseHost(isBelow ? text.slice(2) : text);
  if (host === null || (isBelow && host.kind === 'address')) return null;
  return isBelow ? { kind: 'below', text: `.${host.text}` } : { kind: 'host', text: host.text };
}

/** Does the rule speak of the host as it was written? A network speaks of no name. */
export function matchesHost(rule: HostRule, host: Host): boolean {
  if (rule.kind === 'host') return rule.text === host.text;
  if (rule.kind === 'below') return host.kind === 'name' && host.text.endsWith(rule.text);
  return host.kind === 'address' && matchesAddress(rule, host.text);
}

/** Does the rule speak of this address (canonical text), whatever name led to it? */
export function matchesAddress(rule: HostRule, address: string): boolean {
  if (rule.kind === 'host') return rule.text === address;
  if (rule.kind === 'below' || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  const [network, bits] = rule.network;
  return parsed.kind() === network.kind() && parsed.match(network, bits);
}

/** The rule as an operator would write it, or null when it speaks of what is not public: that is nobody's business. */
export function publicText(rule: HostRule): string | null {
  if (rule.kind === 'below') return `*${rule.text}`;
  if (rule.kind === 'host') {
    const isAddress = canonicalAddress(rule.text) !== null;
    return isAddress && !isPublicUnicast(rule.text) ? null : rule.text;
  }
  const [network, bits] = rule.network;
  return isPublicUnicast(network.toString()) ? `${network.toString()}/${bits}` : null;
}

function parseNetwork(text: string): HostRule | null {
  const isWritten = ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text);
  if (!isWritten || text.includes('%')) return null;
  return { kind: 'network', network: ipaddr.parseCIDR(text) };
}
