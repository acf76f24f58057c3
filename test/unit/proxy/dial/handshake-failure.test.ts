import { describe, expect, it } from 'vitest';
import { handshakeFailure } from '../../../../proxy/dial/handshake-failure.ts';

const error = (code: string): Error => Object.assign(new Error(code), { code });

describe('handshakeFailure', () => {
  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-not-spoken'],
    ['ERR_SSL_HTTP_REQUEST', 'tls-not-spoken'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls-too-old'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-too-old'],
    ['ERR_SSL_DH_KEY_TOO_SMALL', 'tls-too-old'],
    ['ERR_TLS_DH_PARAM_SIZE', 'tls-too-old'],
    ['ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED', 'tls-too-old'],
    // Old ciphers may be why, and a dozen other things too.
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls-failed'],
    ['ECONNRESET', 'tls-failed'],
    ['', 'tls-failed'],
  ])('calls %s %s', (code, meant) => {
    expect(handshakeFailure(error(code), false).code).toBe(meant);
  });

  it('does not advise to allow what is allowed already', () => {
    const failure = handshakeFailure(error('ERR_SSL_UNSUPPORTED_PROTOCOL'), true);
    expect(failure.code).toBe('tls-failed');
    expect(failure.message).not.toContain('--legacy-tls');
  });
});
