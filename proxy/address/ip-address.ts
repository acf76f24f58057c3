/**
 * What kind of IP address is this, and may strangers be sent to it? Pure: no look-ups, no sockets.
 * Knows nothing about ports, names or configuration.
 */
import ipaddr from 'ipaddr.js';

/** RFC 4291 §2.4: the only block out of which public unicast IPv6 addresses are given. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_V6_BITS = 3;

/** Public by number only: inside Azure it is the platform itself, which answers to no one else. */
const PLATFORM_ADDRESSES: readonly string[] = ['168.63.129.16'];

/** What is worth asking ipaddr.js about: it finds out by an exception, and most hosts are names. */
const LIKE_IPV4 = /^[\d.]+$/;

/**
 * The canonical text of an address literal (`127.0.0.1`, `2001:db8::1`), or null when `text` is not one.
 * IPv4 must already be four decimal octets; IPv6 may stand in brackets. Zone ids are not taken: they name an
 * interface of this machine, which is nobody's business outside it.
 */
export function canonicalAddress(text: string): string | null {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  if (LIKE_IPV4.test(bare) && ipaddr.IPv4.isValidFourPartDecimal(bare)) return bare;
  if (!bare.includes(':') || bare.includes('%') || !ipaddr.IPv6.isValid(bare)) return null;
  return ipaddr.IPv6.parse(bare).toString();
}

/**
 * True when `address` is public unicast. Everything else is refused: loopback, private, link-local
 * with the cloud metadata services, CGNAT, multicast, reserved, and every IPv6 form that carries an IPv4 address
 * (mapped, compatible, NAT64, 6to4, Teredo), because a gateway would unpack it to one we have not looked at.
 */
export function isPublicUnicast(address: string): boolean {
  // Octal, hexadecimal and dotless spellings are read one way here and perhaps another way by the system: never taken.
  const canonical = canonicalAddress(address);
  if (canonical === null || PLATFORM_ADDRESSES.includes(canonical)) return false;
  const parsed = ipaddr.parse(canonical);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST_V6, GLOBAL_UNICAST_V6_BITS);
}

/** True for 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'loopback';
}
