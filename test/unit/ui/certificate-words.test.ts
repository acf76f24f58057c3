/** A certificate in words, and which refusals a person may overrule. */
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../web/errors.ts';
import type { ServerAddress } from '../../../web/model/account.ts';
import { pinnedCertificate, withPin, type Certificate } from '../../../web/model/certificate.ts';
import { errorWriters } from '../../../web/ui/error-text.ts';
import {
  certificateRows,
  fingerprintLines,
  trustableCertificate,
} from '../../../web/ui/certificates/certificate-words.ts';

const certificate: Certificate = {
  sha256: Array.from({ length: 32 }, (_, n) => (n + 16).toString(16).toUpperCase()).join(':'),
  subject: 'CN=mail.example.org, O=Example',
  issuer: 'CN=Root CA, C=XX',
  names: 'mail.example.org, pop.example.org',
  validFromMs: Date.UTC(2026, 0, 1),
  validToMs: Date.UTC(2027, 0, 1),
};

describe('a certificate', () => {
  it('is for somebody, by somebody, and for a while', () => {
    expect(certificateRows(certificate)).toEqual([
      ['Made out for', 'mail.example.org, pop.example.org'],
      ['Issued by', 'Root CA, XX'],
      ['Valid', '1 January 2026 to 1 January 2027'],
    ]);
  });

  it('without names is for its subject, and may be its own issuer', () => {
    const own = { ...certificate, names: '', issuer: certificate.subject };
    expect(certificateRows(own).slice(0, 2)).toEqual([
      ['Made out for', 'mail.example.org, Example'],
      ['Issued by', 'itself'],
    ]);
  });

  it('that says nothing takes no room', () => {
    const bare = { ...certificate, subject: '', issuer: 'CN=x', names: '', validFromMs: NaN, validToMs: NaN };
    expect(certificateRows(bare)).toEqual([['Issued by', 'x']]);
  });

  it('has a fingerprint in four lines, of which nothing is lost', () => {
    const lines = fingerprintLines(certificate.sha256);
    expect(lines).toHaveLength(4);
    expect(lines.join('')).toBe(certificate.sha256);
    expect(lines[0]).toBe('10:11:12:13:14:15:16:17:');
  });

  it('is kept with the address of a server and taken off again, and nothing else changes', () => {
    const address: ServerAddress = { host: 'mail.example.org', port: 995, security: 'tls' };
    const trusting = withPin(address, certificate);
    expect(pinnedCertificate(trusting)).toEqual(certificate);
    expect(withPin(trusting, null)).toEqual(address);
    expect(pinnedCertificate(address)).toBeNull();
  });
});

describe('trust', () => {
  it('can settle what a comparison of fingerprints can settle, and nothing else', () => {
    const detail = { ...certificate };
    const codes = Object.keys(errorWriters) as ErrorCode[];
    expect(codes.filter((code) => trustableCertificate({ code, detail }) !== null).sort()).toEqual([
      'certificate-changed',
      'certificate-expired',
      'certificate-incomplete-chain',
      'certificate-self-signed',
      'certificate-unknown-issuer',
      'certificate-wrong-name',
    ]);
  });

  it('needs a fingerprint', () => {
    expect(trustableCertificate({ code: 'certificate-self-signed', detail: { subject: 'CN=a' } })).toBeNull();
    expect(trustableCertificate({ code: 'certificate-self-signed', detail: { ...certificate } })).toEqual(
      certificate,
    );
  });
});
