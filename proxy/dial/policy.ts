/**
 * May this destination be dialled, and if not, why? Pure decisions over a Policy; dial.ts asks twice, once for the
 * destination as the page wrote it and once for the addresses that the name turned out to have.
 */
import type { Host, HostPort } from '../address/host-port.ts';
import { matchesAddress, matchesHost, type HostRule } from '../address/host-rule.ts';
import { canonicalAddress, isPublicUnicast } from '../address/ip-address.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

export interface Policy {
  ports: readonly number[];
  /** Exact destinations (canonical spelling) that may be dialled whatever their address and port. */
  allowPrivate: readonly HostPort[];
  /** When there are any, only these may be dialled, and what is in `allowPrivate`. */
  allowHosts: readonly HostRule[];
  /** Never dialled, whatever `allowHosts` says. */
  denyHosts: readonly HostRule[];
}

/** True when the operator named exactly this destination. */
export function isNamedByOperator(policy: Policy, host: Host, port: number): boolean {
  return policy.allowPrivate.some((allowed) => allowed.host === host.text && allowed.port === port);
}

/** Throws TunnelFailure `port-refused` unless mail is spoken on `port` or the operator named the destination. */
export function requireAllowedPort(policy: Policy, host: Host, port: number): void {
  if (policy.ports.includes(port) || isNamedByOperator(policy, host, port)) return;
  throw new TunnelFailure(
    'port-refused',
    `This proxy does not connect to port ${port}, only to ${policy.ports.join(', ')}.`,
  );
}

/**
 * Throws TunnelFailure `host-refused` when the lists rule this host out before it is looked up. A list of networks can
 * only decide on addresses, so with one on the list the look-up comes first.
 */
export function requireAllowedHost(policy: Policy, host: Host, port: number): void {
  if (isNamedByOperator(policy, host, port)) return;
  const isDenied = policy.denyHosts.some((rule) => matchesHost(rule, host));
  const mayBeAllowed = isListed(policy, host) || policy.allowHosts.some(canDecideOnAddress);
  if (isDenied || !mayBeAllowed) throw hostRefused(host);
}

/**
 * Those of `addresses` that may be dialled for this destination, in their order. Throws TunnelFailure
 * `address-refused` when none is left, without saying what the name resolved to: that is a map of this network;
 * `host-refused` when the lists rule all of them out.
 */
export function allowedAddresses(
  policy: Policy,
  host: Host,
  port: number,
  addresses: readonly string[],
): string[] {
  if (isNamedByOperator(policy, host, port) && addresses.length > 0) return [...addresses];
  // One spelling for each address, or a rule could be side-stepped by a resolver that writes it differently.
  const reachable = addresses.flatMap((address) => canonicalAddress(address) ?? []).filter(isPublicUnicast);
  if (reachable.length === 0) throw addressRefused(host, port);
  const allowed = reachable.filter((address) => isAllowedAddress(policy, host, address));
  if (allowed.length === 0) throw hostRefused(host);
  return allowed;
}

/** True when there is no list of allowed hosts, or this one is on it by its name. */
function isListed(policy: Policy, host: Host): boolean {
  return policy.allowHosts.length === 0 || policy.allowHosts.some((rule) => matchesHost(rule, host));
}

function canDecideOnAddress(rule: HostRule): boolean {
  return rule.kind === 'network' || (rule.kind === 'host' && canonicalAddress(rule.text) !== null);
}

function isAllowedAddress(policy: Policy, host: Host, address: string): boolean {
  if (policy.denyHosts.some((rule) => matchesAddress(rule, address))) return false;
  return isListed(policy, host) || policy.allowHosts.some((rule) => matchesAddress(rule, address));
}

function hostRefused(host: Host): TunnelFailure {
  return new TunnelFailure(
    'host-refused',
    `The operator of this proxy does not allow it to connect to ${host.text}.`,
  );
}

function addressRefused(host: Host, port: number): TunnelFailure {
  return new TunnelFailure(
    'address-refused',
    `${host.text} is not on the public internet. The operator of this proxy can allow it with ` +
      `--allow-private ${host.text.includes(':') ? `[${host.text}]` : host.text}:${port}.`,
  );
}
