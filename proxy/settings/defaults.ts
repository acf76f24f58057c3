/** What holds when nothing is said. Imports nothing. */
export const DEFAULTS = {
  host: '127.0.0.1',
  port: 8025,
  basePath: '/',
  /** POP3, POP3S, submissions, submission. Not 25: a page has no business there, and spam has. */
  ports: [110, 995, 465, 587] as readonly number[],
  maxTunnels: 256,
  /** A family behind one address, several accounts each. */
  tunnelsPerClient: 32,
  tunnelsPerMinute: 120,
  failedDialsPerMinute: 30,
  wrongPasswordsPerMinute: 20,
  lifetimeMs: 43_200_000,
  /** For each of look-up, connection and TLS handshake. */
  connectTimeoutMs: 15_000,
  /** RFC 1939 §3: a POP3 server waits ten minutes at least, and so does the proxy. */
  idleTimeoutMs: 600_000,
  /** For the head of a request. */
  requestTimeoutMs: 10_000,
  answerTimeoutMs: 60_000,
  closingTimeoutMs: 5_000,
  /** Less than the ten seconds after which Docker kills. */
  drainMs: 8_000,
  logLevel: 'warn',
  metricsHost: '127.0.0.1',
} as const;
