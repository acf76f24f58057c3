/**
 * Who is asking? Pure checks of the Host and Origin headers, the only two things that a foreign page cannot forge.
 *
 * Origin keeps foreign pages out of the tunnel. Host keeps out pages that have made their own name point at this
 * machine (DNS rebinding): for them Origin and Host agree, so the name itself must be one of ours.
 */
import { parseHost } from '../address/host-port.ts';
import { isLoopback } from '../address/ip-address.ts';

export interface OriginRules {
  /** The server listens on loopback only, so that nobody has a reason to call it by any other name. */
  loopbackOnly: boolean;
  /** Origins (`https://mail.example.org`) that may use the tunnel beside the page's own. */
  allowOrigins: readonly string[];
}

/** The origin in its canonical form, or null when `text` is not one (path, userinfo, other scheme, wildcard). */
export function parseOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  const isBare = url.origin === text.replace(/\/$/, '').toLowerCase();
  return isWeb && isBare && parseHost(url.hostname) !== null ? url.origin : null;
}

/**
 * The origin of a WebSocket in its canonical form, or null when `text` is not one. It becomes part of a policy
 * (CSP 3 §2.3.1), whose grammar knows no IPv6 addresses. `ws:` never leaves this machine.
 */
export function parseSocketOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, host, hostname } = new URL(text);
  const origin = `${protocol}//${host}`;
  const parsed = parseHost(hostname);
  if (origin !== text.replace(/\/$/, '').toLowerCase() || parsed === null || hostname.startsWith('['))
    return null;
  const isHere = parsed.text === 'localhost' || isLoopback(parsed.text);
  return protocol === 'wss:' || (protocol === 'ws:' && isHere) ? origin : null;
}

/** May the server answer to this Host header? */
export function isAcceptedHost(header: string | undefined, rules: OriginRules): boolean {
  const asked = urlOfHost(header);
  if (asked === null) return false;
  if (rules.allowOrigins.some((origin) => new URL(origin).hostname === asked.hostname)) return true;
  const host = parseHost(asked.hostname);
  if (host === null) return false;
  if (host.text === 'localhost' || (host.kind === 'address' && isLoopback(host.text))) return true;
  if (rules.loopbackOnly) return false;
  // An address cannot be rebound. A name can, so it is taken only while the operator has not said which are ours.
  return host.kind === 'address' || rules.allowOrigins.length === 0;
}

/**
 * May a page of this origin use the tunnel? `host` is the Host header that came with it; `isTls` says that TLS is known
 * to have brought it.
 */
export function isAcceptedOrigin(
  origin: string | undefined,
  host: string | undefined,
  rules: OriginRules,
  isTls = false,
): boolean {
  const asking = origin === undefined ? null : parseOrigin(origin);
  if (asking === null) return false;
  if (rules.allowOrigins.includes(asking)) return true;
  const { hostname, protocol, host: own } = new URL(asking);
  // The same host in clear is not the host that people open by https, as the operator has said or TLS has shown: whoever
  // sits on the network can write pages there.
  const isKnownByTls = isTls || rules.allowOrigins.some((allowed) => isTlsOf(allowed, hostname));
  if (protocol === 'http:' && isKnownByTls) return false;
  // Behind a reverse proxy that ends TLS and is not trusted the scheme is not known, so the same host and port must do.
  return own === urlOfHost(host, protocol)?.host;
}

function isTlsOf(origin: string, hostname: string): boolean {
  const url = new URL(origin);
  return url.protocol === 'https:' && url.hostname === hostname;
}

function urlOfHost(header: string | undefined, protocol = 'http:'): URL | null {
  if (header === undefined || !/^[\w.-]+(:\d+)?$|^\[[\da-f:.]+\](:\d+)?$/i.test(header)) return null;
  return URL.canParse(`${protocol}//${header}`) ? new URL(`${protocol}//${header}`) : null;
}
