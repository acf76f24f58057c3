import { describe, expect, it } from 'vitest';
import type { TunnelErrorCode } from '../../../proxy/protocol.ts';
import { closeError, tunnelError } from '../../../web/transport/tunnel-error.ts';
import { CERTIFICATE } from './fake-socket.ts';

const place = { host: 'pop.example.org', port: 995 };

/** Code at the proxy → code and hop here; `later` where another try has a chance. Total, like the map it tests. */
const expected: Record<TunnelErrorCode, string> = {
  'bad-frame': 'proxy-protocol at proxy',
  'window-overrun': 'proxy-protocol at proxy',
  internal: 'internal at proxy, later',
  'origin-refused': 'proxy-refused-page at proxy',
  'token-needed': 'proxy-token-needed at proxy',
  'token-wrong': 'proxy-token-wrong at proxy',
  'port-refused': 'proxy-refused-port at proxy',
  'address-refused': 'proxy-refused-address at proxy',
  'host-refused': 'proxy-refused-host at proxy',
  'idle-timeout': 'tunnel-idle at proxy, later',
  'too-many-tunnels': 'proxy-busy at proxy, later',
  'too-many-from-client': 'proxy-limit at proxy, later',
  'too-fast': 'proxy-limit at proxy, later',
  'too-many-failures': 'proxy-limit at proxy, later',
  'lifetime-over': 'tunnel-limit at proxy, later',
  'quota-used': 'tunnel-limit at proxy, later',
  'shutting-down': 'proxy-closing at proxy, later',
  'name-not-found': 'name-not-found at name',
  'name-failed': 'name-failed at name, later',
  'connection-refused': 'connection-refused at connection, later',
  'connection-timeout': 'connection-timeout at connection, later',
  'host-unreachable': 'connection-unreachable at connection, later',
  'connection-reset': 'connection-lost at connection, later',
  'tls-not-spoken': 'tls-not-spoken at tls',
  'tls-timeout': 'tls-timeout at tls, later',
  'tls-failed': 'tls-failed at tls',
  'tls-too-old': 'tls-too-old at tls',
  'tls-truncated': 'connection-cut at connection, later',
  'certificate-expired': 'certificate-expired at tls',
  'certificate-not-yet-valid': 'certificate-not-yet-valid at tls',
  'certificate-wrong-name': 'certificate-wrong-name at tls',
  'certificate-self-signed': 'certificate-self-signed at tls',
  'certificate-unknown-issuer': 'certificate-unknown-issuer at tls',
  'certificate-incomplete-chain': 'certificate-incomplete-chain at tls',
  'certificate-invalid': 'certificate-invalid at tls',
  'certificate-changed': 'certificate-changed at tls',
  'start-tls-with-bytes-pending': 'tls-injection at tls',
};

const inWords = ({ code, hop, retryable }: ReturnType<typeof tunnelError>): string =>
  `${code} at ${hop}${retryable ? ', later' : ''}`;

describe("the proxy's reasons", () => {
  it.each(Object.entries(expected))('%s means %s', (code, meaning) => {
    expect(inWords(tunnelError({ code, message: '' }, place))).toBe(meaning);
    expect(inWords(closeError({ code: 4000, reason: code }, place))).toBe(meaning);
  });

  it.each(['moon-phase', '', 'toString', '__proto__', 'constructor'])(
    'takes "%s" for a breach of the protocol',
    (code) => {
      expect(inWords(tunnelError({ code, message: '' }, place))).toBe('proxy-protocol at proxy');
      expect(inWords(closeError({ code: 4000, reason: code }, place))).toBe(
        'connection-lost at proxy, later',
      );
    },
  );

  it('carry the place, the words and the certificate', () => {
    const failure = { code: 'certificate-expired', message: 'It ended in May.', certificate: CERTIFICATE };
    expect(tunnelError(failure, place).detail).toEqual({
      ...place,
      ...CERTIFICATE,
      message: 'It ended in May.',
      names: 'pop.example.org, mail.example.org',
    });
  });
});
