/** The proxy's one error type: why a tunnel cannot go on, in the words of the wire contract. */
import type { CertificateFacts, TunnelErrorCode } from './protocol.ts';

export class TunnelFailure extends Error {
  readonly code: TunnelErrorCode;
  readonly certificate: CertificateFacts | null;

  /** `message` is one sentence for people and crosses the tunnel: no addresses of this network, no content. */
  constructor(code: TunnelErrorCode, message: string, certificate: CertificateFacts | null = null) {
    super(message);
    this.name = 'TunnelFailure';
    this.code = code;
    this.certificate = certificate;
  }
}

/** Whatever was thrown, as a failure that may be told to the page: foreign errors keep their text to themselves. */
export function toTunnelFailure(error: unknown): TunnelFailure {
  if (error instanceof TunnelFailure) return error;
  return new TunnelFailure('internal', 'The proxy met an error of its own.');
}
