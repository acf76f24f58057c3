/**
 * How strict TLS is, and with whom: TLS 1.2 or later for everybody, less for the hosts that the operator named.
 * Holds no connection.
 */
import { constants } from 'node:crypto';
import tls from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Host } from '../address/host-port.ts';
import { matchesAddress, matchesHost, type HostRule } from '../address/host-rule.ts';

/** The oldest version that is spoken (RFC 8996 ended those before it), but for `legacyHosts`. */
export const MIN_TLS = 'TLSv1.2';

/** What one host is met with. */
export interface TlsStrictness {
  context: SecureContext;
  /** In bits: Node's own check of Diffie-Hellman. */
  minDHSize: number;
  isLegacy: boolean;
}

const MIN_DH_BITS = 1024;
const LEGACY_DH_BITS = 512;

export class TlsContexts {
  readonly #modern: TlsStrictness;
  readonly #legacy: TlsStrictness | null;
  readonly #legacyHosts: readonly HostRule[];

  /** Trusts the system's roots and `extraRoots` (PEM). Throws on bad PEM. */
  constructor(extraRoots: readonly string[], legacyHosts: readonly HostRule[]) {
    // Node's own default set also honours NODE_EXTRA_CA_CERTS, so it is only replaced when there is something to add.
    const roots = extraRoots.length === 0 ? {} : { ca: [...tls.rootCertificates, ...extraRoots] };
    const context = tls.createSecureContext({ minVersion: MIN_TLS, ...roots });
    this.#modern = { context, minDHSize: MIN_DH_BITS, isLegacy: false };
    this.#legacyHosts = legacyHosts;
    this.#legacy =
      legacyHosts.length === 0
        ? null
        : { context: legacyContext(roots), minDHSize: LEGACY_DH_BITS, isLegacy: true };
  }

  /** For this host, reached at this address. */
  for(host: Host, address: string): TlsStrictness {
    const isNamed = this.#legacyHosts.some(
      (rule) => matchesHost(rule, host) || matchesAddress(rule, address),
    );
    return isNamed && this.#legacy !== null ? this.#legacy : this.#modern;
  }
}

/** Everything that OpenSSL still has: TLS 1.0, short keys, SHA-1, servers without secure renegotiation. */
function legacyContext(roots: { ca?: string[] }): SecureContext {
  return tls.createSecureContext({
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    ...roots,
  });
}
