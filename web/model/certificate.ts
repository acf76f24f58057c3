/**
 * A mail server's certificate as people see it, and the one that a person trusts. All of its text is by a stranger and
 * for showing only; what counts is the fingerprint. Pure.
 */

/** What is to be read in a certificate. */
export interface CertificateFacts {
  /** `CN=mail.example.org, O=Example`. */
  subject: string;
  issuer: string;
  /** The names it is made out for, with commas between. */
  names: string;
  validFromMs: number;
  validToMs: number;
}

export interface Certificate extends CertificateFacts {
  /** SHA-256 of the DER certificate, upper-case hex with colons. */
  sha256: string;
}

/** What the address of a server carries of a certificate that a person trusts there. */
export interface Pinned {
  /** SHA-256 of the one certificate that is accepted; upper-case hex with colons. */
  pin?: string;
  /** What was to be read in that certificate when it was trusted; there if and only if `pin` is. */
  pinned?: CertificateFacts;
}

/** The address with this certificate as the only one that is accepted there; with null it is verified as usual. */
export function withPin<Address extends Pinned>(address: Address, certificate: Certificate | null): Address {
  const bare = { ...address };
  delete bare.pin;
  delete bare.pinned;
  if (certificate === null) return bare;
  const { sha256, subject, issuer, names, validFromMs, validToMs } = certificate;
  return { ...bare, pin: sha256, pinned: { subject, issuer, names, validFromMs, validToMs } };
}

/** The certificate that is trusted there, or null. */
export function pinnedCertificate({ pin, pinned }: Pinned): Certificate | null {
  return pin === undefined || pinned === undefined ? null : { sha256: pin, ...pinned };
}
