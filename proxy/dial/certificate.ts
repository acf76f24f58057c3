/**
 * Certificates as the page sees them: facts for people, and verification errors told apart. Pure.
 * Everything in a certificate is text by a stranger, so lengths are cut and control characters dropped.
 */
import type { PeerCertificate } from 'node:tls';
import type { CertificateFacts, TunnelErrorCode } from '../protocol.ts';

/** Keep a `connected` frame well under MAX_CONTROL_FRAME_OCTETS, even when every character needs an escape. */
const MAX_TEXT_LENGTH = 200;
const MAX_NAMES_LENGTH = 1200;

/** Facts about the peer's own certificate. */
export function certificateFacts(certificate: PeerCertificate): CertificateFacts {
  return {
    subject: distinguishedName(certificate.subject),
    issuer: distinguishedName(certificate.issuer),
    names: alternativeNames(certificate.subjectaltname),
    validFromMs: Date.parse(certificate.valid_from),
    validToMs: Date.parse(certificate.valid_to),
    sha256: certificate.fingerprint256,
  };
}

/** `CN=mail.example.org, O=Example`, most telling part first. */
function distinguishedName(name: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(name ?? {}).flatMap(([key, value]) =>
    [value].flat().map((text) => `${key}=${printable(text)}`),
  );
  const commonNameFirst = parts.sort((a, b) => Number(b.startsWith('CN=')) - Number(a.startsWith('CN=')));
  return commonNameFirst.join(', ').slice(0, MAX_TEXT_LENGTH);
}

/** DNS names and IP addresses out of Node's `DNS:a, IP Address:b` (values with odd characters are JSON-quoted). */
function alternativeNames(subjectAltName: string | undefined): string[] {
  const names: string[] = [];
  let room = MAX_NAMES_LENGTH;
  for (const match of (subjectAltName ?? '').matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)) {
    const name = printable(match[1] ?? '');
    room -= name.length + 3;
    if (room < 0) break;
    names.push(name);
  }
  return names;
}

function printable(text: unknown): string {
  return String(text).replace(/[^\x20-\x7e\xa0-\uffff]|["\\]/g, '');
}

export interface CertificateProblem {
  code: TunnelErrorCode;
  message: string;
}

/** Why verification failed, and a sentence for people. The codes are those of OpenSSL as Node hands them on. */
export function certificateProblem(error: string): CertificateProblem {
  return (
    PROBLEMS.get(error) ?? {
      code: 'certificate-invalid',
      message: `The certificate is not valid (${error}).`,
    }
  );
}

const UNKNOWN_ISSUER: CertificateProblem = {
  code: 'certificate-unknown-issuer',
  message:
    'The certificate was issued by an authority that this proxy does not know, or the chain is incomplete.',
};

const PROBLEMS: ReadonlyMap<string, CertificateProblem> = new Map<string, CertificateProblem>([
  ['CERT_HAS_EXPIRED', { code: 'certificate-expired', message: 'The certificate has expired.' }],
  ['CERT_NOT_YET_VALID', { code: 'certificate-not-yet-valid', message: 'The certificate is not valid yet.' }],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { code: 'certificate-wrong-name', message: 'The certificate is for another name.' },
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    { code: 'certificate-self-signed', message: 'The server signed its certificate itself.' },
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_ISSUER],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_ISSUER],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_ISSUER],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_ISSUER],
]);
