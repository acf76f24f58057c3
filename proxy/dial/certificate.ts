/**
 * Certificates as the page sees them: facts for people, and verification errors told apart. Pure.
 * Everything in a certificate is text by a stranger, so lengths are cut and control characters dropped.
 */
import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { MAX_CHAIN_LENGTH, MAX_PEM_LENGTH } from '../protocol.ts';
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

/** The chain as PEM, the peer's own certificate first. It ends at its root, at its bounds, or where it breaks off. */
export function certificateChain(peer: DetailedPeerCertificate): string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  let next: DetailedPeerCertificate | undefined = peer;
  // A root is its own issuer here.
  while (next?.raw !== undefined && !seen.has(next.fingerprint256) && chain.length < MAX_CHAIN_LENGTH) {
    seen.add(next.fingerprint256);
    const pem = new X509Certificate(next.raw).toString();
    if (pem.length > MAX_PEM_LENGTH) break;
    chain.push(pem);
    next = next.issuerCertificate;
  }
  return chain;
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

/** Without marks that nobody sees, too: they turn text around, and a name into another one. */
function printable(text: unknown): string {
  return String(text).replace(/[\p{C}\p{Zl}\p{Zp}"\\]/gu, '');
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
  message: 'The certificate was issued by an authority that this proxy does not know.',
};

/** A chain of one that is not self-signed. Whether its issuer is known to nobody or to everybody cannot be told. */
const INCOMPLETE: CertificateProblem = {
  code: 'certificate-incomplete-chain',
  message: 'The server sent its own certificate alone, and this proxy does not know who issued it.',
};

const invalid = (message: string): CertificateProblem => ({ code: 'certificate-invalid', message });

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
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', INCOMPLETE],
  ['CERT_REVOKED', invalid('The certificate was revoked by its authority.')],
  ['INVALID_PURPOSE', invalid('The certificate is not meant for servers.')],
  ['CERT_SIGNATURE_FAILURE', invalid('The signature of the certificate is wrong.')],
  // What Node has no name for.
  ['UNSPECIFIED', invalid('The certificate, its key or its signature is too weak, or not valid.')],
]);
