/** What a proxy can be told. Types alone; config.ts reads people's settings into them. */
import type { HostPort } from './address/host-port.ts';
import type { HostRule } from './address/host-rule.ts';
import type { Resolve } from './dial/dial.ts';
import type { Users } from './door/basic-auth.ts';
import type { TlsFiles } from './door/own-tls.ts';
import type { RedisTarget } from './limits/redis-target.ts';
import type { DemoMailbox } from './protocol.ts';
import type { Log } from './report/log.ts';
import type { AccessTokens } from './tunnel/access-tokens.ts';

/** Everything has a default, so that a test says only what it is about. */
export interface ProxyOptions {
  host?: string;
  /** 0 lets the system choose. */
  port?: number;
  version?: string;
  /** Folder of the built page; null serves none. */
  staticRoot?: string | null;
  demo?: DemoMailbox | null;
  ports?: readonly number[];
  allowPrivate?: readonly HostPort[];
  allowHosts?: readonly HostRule[];
  denyHosts?: readonly HostRule[];
  allowOrigins?: readonly string[];
  /** Origins of WebSocket bridges that the page may use beside the proxy. */
  connectOrigins?: readonly string[];
  /** Null (the default) asks nobody for a password. */
  users?: Users | null;
  /** Null (the default) asks no page for a token. */
  accessTokens?: AccessTokens | null;
  /** How late a wrong password or access token is answered. */
  wrongPasswordDelayMs?: number;
  /** Certificate and key of its own; null (the default) speaks HTTP. */
  tls?: TlsFiles | null;
  /** Where the page is mounted, with a slash at each end. */
  basePath?: string;
  /** PEM certificates trusted beside the system's roots. */
  extraRoots?: readonly string[];
  /** Mail servers with which TLS older than 1.2 is spoken. */
  legacyTlsHosts?: readonly HostRule[];
  /** Reverse proxies whose word on the client's address counts. */
  trustProxies?: readonly HostRule[];
  maxTunnels?: number;
  tunnelsPerClient?: number;
  tunnelsPerMinute?: number;
  failedDialsPerMinute?: number;
  wrongPasswordsPerMinute?: number;
  /** Where instances count together; null (the default) counts alone. */
  redis?: RedisTarget | null;
  /** Null (the default) sets no limit. */
  maxOctets?: number | null;
  lifetimeMs?: number;
  connectTimeoutMs?: number;
  idleTimeoutMs?: number;
  /** How long a client may take over the head of a request. */
  requestTimeoutMs?: number;
  /** How long a client may read nothing of an answer. */
  answerTimeoutMs?: number;
  /** How long a page that was told to go may keep its WebSocket. */
  closingTimeoutMs?: number;
  log?: Log;
  /** Write client addresses whole into the log. */
  wholeAddresses?: boolean;
  /** The port of another listener, for metrics alone; null (the default) has none. */
  metricsPort?: number | null;
  metricsHost?: string;
  /** Who shows one of these may read the metrics: there, or without a port of their own beside the page. */
  metricsTokens?: AccessTokens | null;
  resolve?: Resolve;
}
