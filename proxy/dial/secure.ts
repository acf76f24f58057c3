/**
 * TLS over a connected socket: handshake, verification, and every way in which both fail told apart.
 * The returned stream has been verified; there is no other way to get one.
 */
import type net from 'node:net';
import tls from 'node:tls';
import type { SecureContext, TLSSocket } from 'node:tls';
import { certificateFacts, certificateProblem } from './certificate.ts';
import type { Host } from '../address/host-port.ts';
import { errorCode } from '../error-code.ts';
import type { TlsFacts } from '../protocol.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

export interface TlsTarget {
  host: Host;
  context: SecureContext;
  timeoutMs: number;
}

/** The oldest version that is spoken (RFC 8996 ended those before it). */
export const MIN_TLS = 'TLSv1.2';

/** TLS settings for all tunnels: MIN_TLS or later, system roots plus `extraRoots` (PEM). Throws on bad PEM. */
export function buildTlsContext(extraRoots: readonly string[]): SecureContext {
  // Node's own default set also honours NODE_EXTRA_CA_CERTS, so it is only replaced when there is something to add.
  const roots = extraRoots.length === 0 ? {} : { ca: [...tls.rootCertificates, ...extraRoots] };
  return tls.createSecureContext({ minVersion: MIN_TLS, ...roots });
}

/** Does the handshake over `socket` and verifies the peer as `target.host`. Throws TunnelFailure. */
export async function secure(
  socket: net.Socket,
  target: TlsTarget,
  highWaterMark: number,
): Promise<{ socket: TLSSocket; facts: TlsFacts }> {
  const { kind, text } = target.host;
  const options: tls.ConnectionOptions & { highWaterMark: number } = {
    socket,
    secureContext: target.context,
    minVersion: MIN_TLS,
    // RFC 6066 §3: server names are names; an address is only checked against the certificate.
    ...(kind === 'name' ? { servername: text } : {}),
    checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(text, certificate),
    // Not lax: with `true` Node destroys the socket before the certificate can be read for the error. requireTrust
    // below refuses for the same reasons, before a byte is read or written.
    rejectUnauthorized: false,
    highWaterMark,
  };
  const secured = tls.connect(options);
  try {
    await handshake(secured, target.timeoutMs);
    return { socket: secured, facts: requireTrust(secured) };
  } catch (error) {
    secured.destroy();
    throw error;
  }
}

function handshake(socket: TLSSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new TunnelFailure('tls-timeout', 'The server did not finish the TLS handshake in time.'));
    }, timeoutMs);
    const settle = (action: () => void) => (): void => {
      clearTimeout(timer);
      action();
    };
    socket.once('secureConnect', settle(resolve));
    socket.on('error', (error) => settle(() => reject(handshakeFailure(error)))());
    socket.once(
      'close',
      settle(() => reject(brokenOff())),
    );
  });
}

function requireTrust(socket: TLSSocket): TlsFacts {
  const certificate = certificateFacts(socket.getPeerCertificate());
  if (!socket.authorized) {
    const { code, message } = certificateProblem(String(socket.authorizationError));
    throw new TunnelFailure(code, message, certificate);
  }
  return { protocol: socket.getProtocol() ?? 'unknown', cipher: socket.getCipher().name, certificate };
}

/** What OpenSSL says when the first bytes are no TLS record: a greeting, or any other protocol. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_RECORD_LAYER_FAILURE',
  'ERR_SSL_HTTP_REQUEST',
  'ERR_SSL_UNKNOWN_PROTOCOL',
]);

function handshakeFailure(error: Error): TunnelFailure {
  const code = errorCode(error);
  if (NOT_TLS.has(code)) {
    return new TunnelFailure('tls-not-spoken', 'The server answered, but not in TLS.');
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') return brokenOff();
  return new TunnelFailure('tls-failed', `The TLS handshake failed (${code || 'unknown'}).`);
}

function brokenOff(): TunnelFailure {
  return new TunnelFailure('tls-failed', 'The server closed the connection during the TLS handshake.');
}
