import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import {
  certificateChain,
  certificateFacts,
  certificateProblem,
} from '../../../../proxy/dial/certificate.ts';
import { encodeProxyFrame } from '../../../../proxy/tunnel/control-frame.ts';
import {
  MAX_CHAIN_LENGTH,
  MAX_CONTROL_FRAME_OCTETS,
  MAX_PEM_LENGTH,
  MAX_PROXY_FRAME_OCTETS,
  WINDOW_OCTETS,
} from '../../../../proxy/protocol.ts';

const pem = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/certs/${name}`, import.meta.url), 'utf8');

/** What Node hands over, as far as the facts look at it. */
function peerCertificate(parts: object): PeerCertificate {
  return {
    subject: { CN: 'mail.example.org', O: 'Example' },
    issuer: { C: 'XX', O: 'Authority', CN: 'Root' },
    subjectaltname: 'DNS:mail.example.org, IP Address:192.0.2.1',
    valid_from: 'Jan  1 00:00:00 2026 GMT',
    valid_to: 'Jan  1 00:00:00 2027 GMT',
    fingerprint256: 'AB:CD',
    ...parts,
  } as PeerCertificate;
}

describe('certificateFacts', () => {
  it('tells what a person can compare', () => {
    expect(certificateFacts(peerCertificate({}))).toEqual({
      subject: 'CN=mail.example.org, O=Example',
      issuer: 'CN=Root, C=XX, O=Authority',
      names: ['mail.example.org', '192.0.2.1'],
      validFromMs: Date.UTC(2026, 0, 1),
      validToMs: Date.UTC(2027, 0, 1),
      sha256: 'AB:CD',
    });
  });

  it.each([
    ['no names', { subjectaltname: undefined }, []],
    ['names of other kinds', { subjectaltname: 'email:a@b, URI:http://x, DNS:a' }, ['a']],
    [
      'a quoted name that hides a second one',
      { subjectaltname: 'DNS:"a, DNS:evil", DNS:b' },
      ['a, DNS:evil', 'b'],
    ],
    [
      'marks that turn text around or are not seen',
      { subjectaltname: 'DNS:a\u202eb\u200b\u00ad\u2028c, DNS:\u{1f343}' },
      ['abc', '\u{1f343}'],
    ],
    ['control characters', { subjectaltname: 'DNS:a\u001b[2J\u0000b' }, ['a[2Jb']],
  ])('copes with %s', (_kind, parts, names) => {
    expect(certificateFacts(peerCertificate(parts)).names).toEqual(names);
  });

  it('copes with several values, and with no subject at all', () => {
    expect(certificateFacts(peerCertificate({ subject: { OU: ['a', 'b'] } })).subject).toBe('OU=a, OU=b');
    expect(certificateFacts(peerCertificate({ subject: undefined })).subject).toBe('');
  });

  it('keeps a hostile certificate inside one control frame, and its chain inside another', () => {
    const certificate = certificateFacts(
      peerCertificate({
        subject: { CN: '\u{1f4a3}"\\\n'.repeat(5000) },
        issuer: { CN: '漢'.repeat(5000) },
        subjectaltname: Array.from({ length: 3000 }, (_, n) => `DNS:"漢字${n}.example"`).join(', '),
      }),
    );
    const tls = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', certificate };
    const frame = encodeProxyFrame({ type: 'connected', window: WINDOW_OCTETS, tls });
    expect(Buffer.byteLength(frame)).toBeLessThan(MAX_CONTROL_FRAME_OCTETS);
    expect(certificate.names.length).toBeGreaterThan(0);
    const longest = `${'x'.repeat(64)}\n`.repeat(MAX_PEM_LENGTH / 64).slice(0, MAX_PEM_LENGTH);
    const chain = Array<string>(MAX_CHAIN_LENGTH).fill(longest);
    const answer = encodeProxyFrame({ type: 'certificate', tls, chain, problem: 'certificate-invalid' });
    expect(Buffer.byteLength(answer)).toBeLessThan(MAX_PROXY_FRAME_OCTETS);
  });
});

describe('certificateChain', () => {
  /** A chain of these certificates as Node hands it over; the last is its own issuer. */
  function chainOf(...names: string[]): DetailedPeerCertificate {
    const certificates = names.map((name, place) => {
      const { raw } = new X509Certificate(pem(name));
      return { raw, fingerprint256: `${place}` } as DetailedPeerCertificate;
    });
    certificates.forEach((one, place) => (one.issuerCertificate = certificates[place + 1] ?? one));
    return certificates[0] ?? ({} as DetailedPeerCertificate);
  }

  it('is PEM, the peer first, and ends at its root', () => {
    expect(certificateChain(chainOf('good.pem', 'ca.pem'))).toEqual([pem('good.pem'), pem('ca.pem')]);
  });

  it('ends where the chain breaks off', () => {
    const broken = chainOf('good.pem');
    expect(certificateChain({ ...broken, issuerCertificate: undefined } as never)).toEqual([pem('good.pem')]);
    expect(certificateChain({} as DetailedPeerCertificate)).toEqual([]);
  });

  it('ends at its bounds', () => {
    expect(certificateChain(chainOf(...Array<string>(9).fill('ca.pem')))).toHaveLength(MAX_CHAIN_LENGTH);
    expect(certificateChain(chainOf('good.pem', 'large.pem', 'ca.pem'))).toEqual([pem('good.pem')]);
    expect(certificateChain(chainOf('large.pem'))).toEqual([]);
  });
});

describe('certificateProblem', () => {
  it.each([
    ['CERT_HAS_EXPIRED', 'certificate-expired'],
    ['CERT_NOT_YET_VALID', 'certificate-not-yet-valid'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-wrong-name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-self-signed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-unknown-issuer'],
    ['UNABLE_TO_GET_ISSUER_CERT', 'certificate-unknown-issuer'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate-incomplete-chain'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate-unknown-issuer'],
    ['CERT_REVOKED', 'certificate-invalid'],
    ['INVALID_PURPOSE', 'certificate-invalid'],
    ['UNSPECIFIED', 'certificate-invalid'],
    ['constructor', 'certificate-invalid'],
  ])('calls %s %s', (error, code) => {
    expect(certificateProblem(error).code).toBe(code);
  });
});
