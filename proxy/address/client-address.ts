/**
 * Whose connection is this? The socket's address, or behind reverse proxies that the operator trusts the right-most
 * address in X-Forwarded-For that is none of theirs: all further left can be written by anybody. Pure.
 */
import ipaddr from 'ipaddr.js';
import { matchesAddress, type HostRule } from './host-rule.ts';

/** IPv6 networks are handed out as /64 and larger: one subscriber is one client, whatever address they take. */
const CLIENT_BITS_V6 = 64;

/** The client's address in canonical spelling; empty when the socket has none any more. */
export function clientAddress(
  remote: string | undefined,
  forwardedFor: string | undefined,
  trusted: readonly HostRule[],
): string {
  const hops = [...(forwardedFor ?? '').split(','), remote ?? ''].map((hop) => canonical(hop.trim()));
  let client = hops.pop() ?? '';
  while (trusted.some((rule) => matchesAddress(rule, client))) {
    const before = hops.pop() ?? '';
    if (before === '') return client;
    client = before;
  }
  return client;
}

/** Whether a socket with this address is one of the operator's reverse proxies. */
export function isFromTrusted(remote: string | undefined, trusted: readonly HostRule[]): boolean {
  const address = canonical(remote ?? '');
  return trusted.some((rule) => matchesAddress(rule, address));
}

/** What limits are counted by: an IPv4 address, or the network of an IPv6 address. */
export function clientKey(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  return ipaddr.IPv6.networkAddressFromCIDR(`${address}/${CLIENT_BITS_V6}`).toString();
}

/** An IPv4 address that came over an IPv6 socket is an IPv4 address; what is none at all is empty. */
function canonical(text: string): string {
  // Asked first: without a reverse proxy it is empty for every request, and ipaddr.js would throw and catch.
  if (text === '') return '';
  return ipaddr.isValid(text) && !text.includes('%') ? ipaddr.process(text).toString() : '';
}
