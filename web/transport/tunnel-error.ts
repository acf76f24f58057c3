/** The proxy's reasons as PoplarErrors: a total map, so that a new reason without a hop does not compile. */
import type { TunnelErrorCode } from '../../proxy/protocol.ts';
import type { ErrorCode, ErrorDetail, Hop } from '../errors.ts';
import { PoplarError } from '../errors.ts';
import type { ReceivedFrame } from './proxy-frame.ts';

interface Meaning {
  code: ErrorCode;
  hop: Hop;
  /** The same attempt, later and unchanged, has a chance. */
  retryable: boolean;
}

const stays = (code: ErrorCode, hop: Hop): Meaning => ({ code, hop, retryable: false });
const passes = (code: ErrorCode, hop: Hop): Meaning => ({ code, hop, retryable: true });

const MEANINGS: Readonly<Record<TunnelErrorCode, Meaning>> = {
  'bad-frame': stays('proxy-protocol', 'proxy'),
  'window-overrun': stays('proxy-protocol', 'proxy'),
  internal: passes('internal', 'proxy'),
  'origin-refused': stays('proxy-refused-page', 'proxy'),
  'token-needed': stays('proxy-token-needed', 'proxy'),
  'token-wrong': stays('proxy-token-wrong', 'proxy'),
  'port-refused': stays('proxy-refused-port', 'proxy'),
  'address-refused': stays('proxy-refused-address', 'proxy'),
  'host-refused': stays('proxy-refused-host', 'proxy'),
  'idle-timeout': passes('tunnel-idle', 'proxy'),
  'too-many-tunnels': passes('proxy-busy', 'proxy'),
  'too-many-from-client': passes('proxy-limit', 'proxy'),
  'too-fast': passes('proxy-limit', 'proxy'),
  'too-many-failures': passes('proxy-limit', 'proxy'),
  'lifetime-over': passes('tunnel-limit', 'proxy'),
  'quota-used': passes('tunnel-limit', 'proxy'),
  'shutting-down': passes('proxy-closing', 'proxy'),
  'name-not-found': stays('name-not-found', 'name'),
  'name-failed': passes('name-failed', 'name'),
  'connection-refused': passes('connection-refused', 'connection'),
  'connection-timeout': passes('connection-timeout', 'connection'),
  'host-unreachable': passes('connection-unreachable', 'connection'),
  'connection-reset': passes('connection-lost', 'connection'),
  'tls-not-spoken': stays('tls-not-spoken', 'tls'),
  'tls-timeout': passes('tls-timeout', 'tls'),
  'tls-failed': stays('tls-failed', 'tls'),
  'tls-too-old': stays('tls-too-old', 'tls'),
  'tls-truncated': passes('connection-cut', 'connection'),
  'certificate-expired': stays('certificate-expired', 'tls'),
  'certificate-not-yet-valid': stays('certificate-not-yet-valid', 'tls'),
  'certificate-wrong-name': stays('certificate-wrong-name', 'tls'),
  'certificate-self-signed': stays('certificate-self-signed', 'tls'),
  'certificate-unknown-issuer': stays('certificate-unknown-issuer', 'tls'),
  'certificate-incomplete-chain': stays('certificate-incomplete-chain', 'tls'),
  'certificate-invalid': stays('certificate-invalid', 'tls'),
  'certificate-changed': stays('certificate-changed', 'tls'),
  'start-tls-with-bytes-pending': stays('tls-injection', 'tls'),
};

type Failure = Omit<Extract<ReceivedFrame, { type: 'failed' }>, 'type'>;

/** The error for a `failed` frame. `place` (host, port) goes into its detail, with what is known of the certificate. */
export function tunnelError({ code, message, certificate }: Failure, place: ErrorDetail): PoplarError {
  const { code: meant, hop, retryable } = isKnown(code) ? MEANINGS[code] : stays('proxy-protocol', 'proxy');
  const facts = certificate === undefined ? {} : { ...certificate, names: certificate.names.join(', ') };
  return new PoplarError(meant, hop, { retryable, detail: { ...place, message, ...facts } });
}

/**
 * The error for a WebSocket that was closed. A proxy that fails closes with its reason as text, which counts when the
 * `failed` frame before it was lost.
 */
export function closeError(event: { code: number; reason: string }, place: ErrorDetail): PoplarError {
  if (isKnown(event.reason)) return tunnelError({ code: event.reason, message: '' }, place);
  const message = `The WebSocket to the proxy was closed with code ${event.code}.`;
  return new PoplarError('connection-lost', 'proxy', { retryable: true, detail: { ...place, message } });
}

function isKnown(code: string): code is TunnelErrorCode {
  return Object.hasOwn(MEANINGS, code);
}
