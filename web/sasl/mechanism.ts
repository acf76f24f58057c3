/**
 * Mechanism: one way to prove who one is (RFC 4422), from the client's side. It must not know which protocol carries it
 * (POP3 or SMTP), nor base64: it takes and gives octets.
 */

/** What a person or a token store can offer. A mechanism takes what it needs. */
export interface Credentials {
  readonly user: string;
  /** Empty for an account that signs in by token alone. */
  readonly password: string;
  /** OAuth 2.0 access token (RFC 6750), where there is one. */
  readonly accessToken?: string;
}

/** What an exchange needs beside the credentials. */
export interface SaslContext {
  /** The registered name of the service: `pop` (RFC 5034 §3), `smtp` (RFC 4954 §3). */
  readonly service: string;
  readonly host: string;
  readonly port: number;
  /** A fresh random text of printable ASCII without commas, 18 octets of randomness or more. */
  createNonce(): string;
}

/** One attempt. Computing may be asynchronous (PBKDF2), so either form of answer is allowed. */
export interface Mechanism {
  /**
   * The initial response, or null when the server speaks first. Null and empty differ: an empty one is sent as `=`
   * (RFC 4422 §3.3, RFC 5034 §4). Throws PoplarError `bad-input` when the credentials cannot be expressed.
   */
  start(): Uint8Array | null | Promise<Uint8Array | null>;
  /** The response to a challenge, or null when the challenge makes no sense: the exchange must be cancelled. */
  next(challenge: Uint8Array): Uint8Array | null | Promise<Uint8Array | null>;
  /** Whether the server's success may be believed now. SCRAM says no until the server has proved itself. */
  readonly complete: boolean;
}

/**
 * What crosses the wire: `token` an access token; `proof` something only the password could have made; `clear` the
 * password itself, fit for TLS only.
 */
export type Reveals = 'token' | 'proof' | 'clear';

/** A mechanism that can be chosen. */
export interface MechanismKind {
  /** As registered with IANA, upper case. */
  readonly name: string;
  readonly reveals: Reveals;
  begin(credentials: Credentials, context: SaslContext): Mechanism;
}
