/**
 * The words that become labels of figures. They are closed sets, held by the compiler: nothing that a stranger wrote can
 * be one, so no label is a secret and there is no endless number of time series.
 */
import type { TunnelErrorCode } from '../protocol.ts';

/** How a tunnel ended. */
export type Outcome = 'done' | 'page-left' | TunnelErrorCode;

export type DialStage = 'name' | 'connection' | 'tls';

/** Why a connection, a request or a page was turned away before there was a tunnel. */
export type Refusal =
  | 'too-many-connections'
  | 'too-many-connections-from-client'
  | 'tls'
  | 'plain-http'
  | 'malformed'
  | 'slow'
  | 'method'
  | 'path'
  | 'host'
  | 'origin'
  | 'sub-protocol'
  | 'password'
  | 'too-many-passwords'
  | 'metrics-token'
  | TunnelErrorCode;

/** The refusals and outcomes that say: one of the proxy's limits was met. */
export const LIMITS = [
  'too-many-connections',
  'too-many-connections-from-client',
  'too-many-tunnels',
  'too-many-from-client',
  'too-fast',
  'too-many-failures',
  'too-many-passwords',
  'idle-timeout',
  'lifetime-over',
  'quota-used',
] as const satisfies readonly (Refusal | Outcome)[];
