/** What Node calls a socket error, in the codes of the wire contract. Pure. */
import { errorCode } from '../error-code.ts';
import type { TunnelErrorCode } from '../protocol.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

const CONNECT_FAILURES: ReadonlyMap<string, readonly [TunnelErrorCode, string]> = new Map<
  string,
  readonly [TunnelErrorCode, string]
>([
  ['ECONNREFUSED', ['connection-refused', 'Nothing answers on that port.']],
  ['ECONNRESET', ['connection-reset', 'The server closed the connection at once.']],
  ['ETIMEDOUT', ['connection-timeout', 'The server did not answer in time.']],
]);

/** An error before the connection stood. */
export function connectFailure(error: Error): TunnelFailure {
  const [code, message] = CONNECT_FAILURES.get(errorCode(error)) ?? [
    'host-unreachable',
    'There is no way from the proxy to that server.',
  ];
  return new TunnelFailure(code, message);
}

/** An error on a connection that stood. */
export function lostConnection(error: Error): TunnelFailure {
  if (errorCode(error) === 'ETIMEDOUT') {
    return new TunnelFailure('connection-timeout', 'The server stopped answering.');
  }
  if (errorCode(error).startsWith('ERR_SSL_')) {
    return new TunnelFailure('tls-failed', `TLS broke down (${errorCode(error)}).`);
  }
  return new TunnelFailure('connection-reset', 'The server broke the connection off.');
}

/** A stream under TLS that ended without a goodbye. */
export function cutOff(): TunnelFailure {
  return new TunnelFailure('tls-truncated', 'The connection was cut off before the server had finished.');
}

/** An error of the look-up. */
export function lookupFailure(error: Error, host: string): TunnelFailure {
  const code = errorCode(error);
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return new TunnelFailure('name-not-found', `There is no host named ${host}.`);
  }
  return new TunnelFailure('name-failed', `The name ${host} could not be looked up (${code || 'unknown'}).`);
}
