/**
 * TLS over a connected socket: the handshake, and who the peer turned out to be. Nothing is sent or read beyond the
 * handshake here; requireTrust is the only way from a handshake to a stream that may be used.
 */
import tls from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { certificateChain, certificateFacts, certificateProblem } from './certificate.ts';
import type { CertificateProblem } from './certificate.ts';
import type { CipherStream } from './cipher-stream.ts';
import type { Host } from '../address/host-port.ts';
import { brokenOff, handshakeFailure } from './handshake-failure.ts';
import type { TlsFacts } from '../protocol.ts';
import type { TlsStrictness } from './tls-contexts.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

export interface TlsTarget {
  host: Host;
  strictness: TlsStrictness;
  timeoutMs: number;
}

/** Who is at the other end of a handshake. */
export interface PeerIdentity {
  facts: TlsFacts;
  /** PEM, its own certificate first, of bounded length. */
  chain: string[];
  /** Why the usual verification refuses it; null when it does not. */
  problem: CertificateProblem | null;
}

/** Makes the handshake over `cipher`, verifying nothing. Throws TunnelFailure, and then the stream is of no more use. */
export async function handshake(
  cipher: CipherStream,
  { host, strictness, timeoutMs }: TlsTarget,
  highWaterMark: number,
): Promise<TLSSocket> {
  const options: tls.ConnectionOptions & { highWaterMark: number } = {
    socket: cipher,
    secureContext: strictness.context,
    minDHSize: strictness.minDHSize,
    // RFC 6066 §3: server names are names; an address is only checked against the certificate.
    ...(host.kind === 'name' ? { servername: host.text } : {}),
    checkServerIdentity: (_name, certificate) => tls.checkServerIdentity(host.text, certificate),
    // Not lax: with `true` Node destroys the socket before the certificate can be read for the error, and a pinned
    // certificate could not be accepted. requireTrust decides, before a byte is read or written.
    rejectUnauthorized: false,
    highWaterMark,
  };
  const socket = tls.connect(options);
  cipher.watchEnd();
  try {
    await completed(socket, cipher, timeoutMs, strictness.isLegacy);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Who the peer is, and what the usual verification says of it. */
export function identify(socket: TLSSocket): PeerIdentity {
  const certificate = socket.getPeerCertificate(true);
  return {
    facts: {
      protocol: socket.getProtocol() ?? 'unknown',
      cipher: socket.getCipher().name,
      certificate: certificateFacts(certificate),
    },
    chain: certificateChain(certificate),
    problem: socket.authorized ? null : certificateProblem(String(socket.authorizationError)),
  };
}

/**
 * Throws TunnelFailure unless the peer may be trusted: by the usual verification, or with a pin by that alone.
 *
 * A pin is a person's explicit word for this very certificate, so that nothing else counts beside it, not even that it
 * has expired; mail programs' exceptions work the same way. That the peer holds the certificate's key was proven by the
 * handshake, which is always a full one: no session is ever resumed here.
 */
export function requireTrust({ facts, problem }: PeerIdentity, pin: string | null): TlsFacts {
  const { certificate } = facts;
  if (pin !== null && pin !== certificate.sha256) {
    const message = 'The server shows another certificate than the one that is trusted.';
    throw new TunnelFailure('certificate-changed', message, certificate);
  }
  if (pin === null && problem !== null) throw new TunnelFailure(problem.code, problem.message, certificate);
  return facts;
}

function completed(
  socket: TLSSocket,
  cipher: CipherStream,
  timeoutMs: number,
  isLegacy: boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new TunnelFailure('tls-timeout', 'The server did not finish the TLS handshake in time.'));
    }, timeoutMs);
    const settle = (action: () => void) => (): void => {
      clearTimeout(timer);
      action();
    };
    socket.once('secureConnect', settle(resolve));
    socket.on('error', (error) => settle(() => reject(handshakeFailure(error, isLegacy)))());
    const breakOff = settle(() => reject(brokenOff()));
    socket.once('close', breakOff);
    cipher.onOver = breakOff;
  });
}
