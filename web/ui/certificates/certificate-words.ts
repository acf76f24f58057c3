/** A certificate in words, and which faults a person may overrule by trusting it. Pure. */
import type { ErrorCode, ErrorDetail } from '../../errors.ts';
import type { Certificate } from '../../model/certificate.ts';
import { formatDay } from '../units.ts';

/** Faults that a comparison of fingerprints can settle. A revoked or broken certificate is none of them. */
const TRUSTABLE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'certificate-expired',
  'certificate-wrong-name',
  'certificate-self-signed',
  'certificate-unknown-issuer',
  'certificate-incomplete-chain',
  'certificate-changed',
]);

/** Pairs of digits a line: 32 pairs make four lines, which eyes can compare. */
const PAIRS_A_LINE = 8;

/** The certificate that this error is about, when a person may trust it; else null. */
export function trustableCertificate(error: { code: ErrorCode; detail: ErrorDetail }): Certificate | null {
  const { sha256, subject, issuer, names, validFromMs, validToMs } = error.detail;
  if (!TRUSTABLE.has(error.code) || typeof sha256 !== 'string') return null;
  return {
    sha256,
    subject: String(subject ?? ''),
    issuer: String(issuer ?? ''),
    names: String(names ?? ''),
    validFromMs: Number(validFromMs),
    validToMs: Number(validToMs),
  };
}

/** What the certificate says, as rows of name and value; what it does not say is left out. */
export function certificateRows(certificate: Certificate): [string, string][] {
  const { subject, issuer, names, validFromMs, validToMs } = certificate;
  const rows: [string, string][] = [
    ['Made out for', names || plainName(subject)],
    ['Issued by', issuer === subject ? 'itself' : plainName(issuer)],
    ['Valid', [formatDay(validFromMs), formatDay(validToMs)].filter((day) => day !== '').join(' to ')],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** The fingerprint in lines. */
export function fingerprintLines(sha256: string): string[] {
  const pairs = sha256.split(':');
  const lines = Array.from({ length: Math.ceil(pairs.length / PAIRS_A_LINE) }, (_, line) =>
    pairs.slice(line * PAIRS_A_LINE, (line + 1) * PAIRS_A_LINE).join(':'),
  );
  // The colon that joins two lines belongs to the first.
  return lines.map((line, index) => (index < lines.length - 1 ? `${line}:` : line));
}

/** `Root, Example` for `CN=Root, O=Example`. */
function plainName(distinguishedName: string): string {
  return distinguishedName.replace(/(^|, )[A-Za-z]+=/g, '$1');
}
