/**
 * The one error type of the page and its worker. People and code match on `code`, never on text: the words live in
 * `ui/error-text`, a total map, so that a new code without words does not compile. Imports nothing.
 */

/** The road a byte takes, in order. An error names the hop where it failed. */
export type Hop =
  'page' | 'proxy' | 'name' | 'connection' | 'tls' | 'login' | 'maildrop' | 'storage' | 'message';

export type ErrorCode =
  // page
  | 'cancelled'
  | 'offline'
  | 'worker-failed'
  | 'bad-input'
  | 'account-exists'
  | 'account-closed'
  | 'file-unknown'
  | 'file-newer'
  | 'file-sealed'
  | 'file-damaged'
  | 'file-too-large'
  | 'file-not-written'
  | 'encryption-absent'
  | 'internal'
  // proxy
  | 'proxy-unreachable'
  | 'proxy-refused-page'
  | 'proxy-refused-port'
  | 'proxy-refused-address'
  | 'proxy-refused-host'
  | 'proxy-login-needed'
  | 'proxy-token-needed'
  | 'proxy-token-wrong'
  | 'proxy-busy'
  | 'proxy-limit'
  | 'proxy-closing'
  | 'proxy-protocol'
  | 'proxy-absent'
  | 'demo-not-running'
  | 'bridge-unreachable'
  | 'bridge-protocol'
  | 'bridge-overflow'
  | 'tunnel-idle'
  | 'tunnel-limit'
  // name
  | 'name-not-found'
  | 'name-failed'
  // connection
  | 'connection-refused'
  | 'connection-timeout'
  | 'connection-unreachable'
  | 'connection-lost'
  | 'bridge-no-target'
  | 'connection-cut'
  // tls
  | 'tls-not-possible'
  | 'tls-not-spoken'
  | 'tls-timeout'
  | 'tls-failed'
  | 'tls-too-old'
  | 'tls-injection'
  | 'starttls-not-offered'
  | 'starttls-refused'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-wrong-name'
  | 'certificate-self-signed'
  | 'certificate-unknown-issuer'
  | 'certificate-incomplete-chain'
  | 'certificate-invalid'
  | 'certificate-changed'
  // login
  | 'not-pop3'
  | 'server-refused'
  | 'server-silent'
  | 'login-refused'
  | 'login-needs-tls'
  | 'login-no-mechanism'
  | 'login-temporary'
  | 'login-delay'
  | 'password-needed'
  | 'maildrop-in-use'
  // maildrop
  | 'protocol-error'
  | 'command-refused'
  | 'utf8-needed'
  | 'message-too-large'
  | 'message-gone'
  // storage
  | 'storage-full'
  | 'storage-blocked'
  | 'storage-failed'
  | 'not-found'
  // message
  | 'parse-failed'
  | 'parse-timeout';

/**
 * Facts for the words. Never a password, never message text. Keys that `ui/error-text` reads (all optional):
 * host, port, address (IP), said (the server's own line), message (the browser's or proxy's own text), user, security,
 * found (a ForeignService, with `not-pop3`), verb (what the server owed the answer to), field, seconds, octets, limitOctets, offered,
 * what (a file: 'move file' 'popstate.dat'), line (of that file, from 1),
 * beyond ('kerberos' 'ntlm' 'certificate' 'one-time' 'token' 'anonymous', with `login-no-mechanism`),
 * bridge (its address without a query: the way goes through it and not through the proxy), elsewhere (the bridge is
 * at another origin than the page), and of a certificate: subject, issuer, names (joined by ', '), validFromMs,
 * validToMs, sha256; pin is the SHA-256 of the only one that is accepted.
 */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

export interface PoplarErrorInit {
  /** Would the same attempt, later and unchanged, have a chance? */
  retryable?: boolean;
  detail?: ErrorDetail;
  cause?: unknown;
}

export class PoplarError extends Error {
  readonly code: ErrorCode;
  readonly hop: Hop;
  readonly retryable: boolean;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, hop: Hop, init: PoplarErrorInit = {}) {
    super(code, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'PoplarError';
    this.code = code;
    this.hop = hop;
    this.retryable = init.retryable ?? false;
    this.detail = init.detail ?? {};
  }
}

/** The form in which an error crosses the worker boundary (structured clone drops class and fields). */
export interface ErrorRecord {
  code: ErrorCode;
  hop: Hop;
  retryable: boolean;
  detail: ErrorDetail;
}

export function toErrorRecord(error: unknown): ErrorRecord {
  if (error instanceof PoplarError) {
    return { code: error.code, hop: error.hop, retryable: error.retryable, detail: error.detail };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', hop: 'page', retryable: false, detail: { message } };
}

export function fromErrorRecord(record: ErrorRecord): PoplarError {
  return new PoplarError(record.code, record.hop, { retryable: record.retryable, detail: record.detail });
}
