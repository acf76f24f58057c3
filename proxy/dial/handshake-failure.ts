/** Why a TLS handshake failed, told apart by what OpenSSL and Node call it. Pure. */
import { errorCode } from '../error-code.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

/** The first bytes are no TLS record: a greeting, or any other protocol. */
const NOT_TLS: ReadonlySet<string> = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_RECORD_LAYER_FAILURE',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_UNKNOWN_PROTOCOL',
]);

/** The peer would go on, but only in a way that is not strong enough. */
const TOO_OLD: ReadonlySet<string> = new Set([
  // It answered in an older version.
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  // RFC 8446 §6.2 protocol_version: it knows none of ours, and those that we offer are the newest there are.
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_DH_KEY_TOO_SMALL',
  'ERR_TLS_DH_PARAM_SIZE',
  'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
]);

/** `isLegacy`: everything old was allowed already, so that allowing it is no advice. */
export function handshakeFailure(error: Error, isLegacy: boolean): TunnelFailure {
  const code = errorCode(error);
  if (NOT_TLS.has(code)) {
    return new TunnelFailure('tls-not-spoken', 'The server answered, but not in TLS.');
  }
  if (TOO_OLD.has(code) && !isLegacy) {
    return new TunnelFailure(
      'tls-too-old',
      `The server speaks only an old TLS that is no longer safe (${code}). The operator of this proxy can allow it ` +
        'with --legacy-tls HOST.',
    );
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return brokenOff();
  return new TunnelFailure('tls-failed', `The TLS handshake failed (${code || 'unknown'}).`);
}

export function brokenOff(): TunnelFailure {
  return new TunnelFailure('tls-failed', 'The server closed the connection during the TLS handshake.');
}
