/**
 * What answers in place of a POP3 server, as the `found` of a `not-pop3` error names it. Shared by who recognises it and
 * by who has the words, so that a new one without words does not compile.
 */
export type ForeignService =
  /** POP2 (RFC 937) and the first POP (RFC 918), both once on port 109. */
  | 'pop2'
  | 'pop1'
  /** POP3 behind a Kerberos exchange, on port 1109. */
  | 'kpop'
  | 'imap'
  | 'smtp'
  | 'sieve'
  | 'ftp'
  | 'nntp'
  | 'http'
  | 'ssh'
  | 'telnet'
  /** A TLS record in a stream that was to be in clear. */
  | 'tls'
  | 'unknown';
