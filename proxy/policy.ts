/**
 * May this destination be dialled, and if not, why? Pure decisions over a Policy; dial.ts asks twice, once for the
 * destination as the page wrote it and once for the addresses that the name turned out to have.
 */
import type { Host, HostPort } from './host-port.ts';
import { isPublicUnicast } from './ip-address.ts';
import { TunnelFailure } from './tunnel-failure.ts';

export interface Policy {
  ports: readonly number[];
  /** Exact destinations (canonical spelling) that may be dialled whatever their address and port. */
  allowPrivate: readonly HostPort[];
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
 * Those of `addresses` that may be dialled for this destination, in their order. Throws TunnelFailure
 * `address-refused` when none is left, without saying what the name resolved to: that is a map of this network.
 */
export function allowedAddresses(
  policy: Policy,
  host: Host,
  port: number,
  addresses: readonly string[],
): string[] {
  const allowed = isNamedByOperator(policy, host, port) ? [...addresses] : addresses.filter(isPublicUnicast);
  if (allowed.length > 0) return allowed;
  throw new TunnelFailure(
    'address-refused',
    `${host.text} is not on the public internet. The operator of this proxy can allow it with ` +
      `--allow-private ${host.text.includes(':') ? `[${host.text}]` : host.text}:${port}.`,
  );
}
