/**
 * The proxy put together, started and stopped. Who may come in is the business of doors.ts, what passes that of
 * tunnel.ts.
 */
import { BasicAuth, type Users } from './door/basic-auth.ts';
import { ClientLimits } from './limits/client-limits.ts';
import type { RedisTarget } from './limits/redis-target.ts';
import { shareLimits, type SharedLimits } from './limits/share-limits.ts';
import { DEFAULTS } from './settings/defaults.ts';
import { systemResolve, type Resolve } from './dial/dial.ts';
import { openDoors, type Site } from './door/doors.ts';
import type { TlsFiles } from './door/own-tls.ts';
import { createSiteServer, type SiteServer } from './door/site-server.ts';
import { displayHost, listen } from './door/listening.ts';
import { openMetricsDoor, type MetricsDoor, type OpenDoor } from './door/metrics-door.ts';
import type { HostPort } from './address/host-port.ts';
import type { HostRule } from './address/host-rule.ts';
import { isLoopback } from './address/ip-address.ts';
import type { Log } from './report/log.ts';
import { createReports, type Reports } from './report/reports.ts';
import type { Policy } from './dial/policy.ts';
import { describeProxy } from './describe-proxy.ts';
import type { DemoMailbox } from './protocol.ts';
import { TlsContexts } from './dial/tls-contexts.ts';
import { readStaticFiles } from './door/static-files.ts';
import type { AccessTokens } from './tunnel/access-tokens.ts';
import { TokenGuard } from './tunnel/token-guard.ts';
import { TunnelGate } from './tunnel/tunnel-gate.ts';

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

export interface RunningProxy {
  /** Ends with a slash. */
  url: string;
  port: number;
  /** Null when metrics have no listener. */
  metricsPort: number | null;
  counters(): { tunnels: number; heldOctets: number };
  /** Takes no more tunnels, and is not ready; resolves when none is left, after `limitMs` at the latest. */
  drain(limitMs: number): Promise<void>;
  /** Reads certificate and key again; connections that stand keep the old ones. Keeps the old ones if it cannot. */
  reloadTls(): Promise<void>;
  /** Tells the pages, closes everything; resolves when no socket is left. */
  close(): Promise<void>;
}

/** How long pages may take to go when the proxy closes. */
const CLOSE_GRACE_MS = 1_000;
/** Connections beside the tunnels: pages being loaded, and tunnels that are turned away with a reason. */
const SPARE_CONNECTIONS = 256;
/** The same for one client; a browser opens six. */
const SPARE_CONNECTIONS_PER_CLIENT = 64;

/** Starts the proxy. Rejects with Node's error when it cannot listen, or when a PEM or the folder cannot be read. */
export async function startProxy(options: ProxyOptions = {}): Promise<RunningProxy> {
  const host = options.host ?? DEFAULTS.host;
  const maxTunnels = options.maxTunnels ?? DEFAULTS.maxTunnels;
  const reports = createReports(options);
  const { limits, close: closeLimits } = await createLimits(options, reports);
  const gate = createGate(options, maxTunnels, limits, reports);
  reports.metrics.watch({
    tunnels: () => gate.tunnelCount,
    heldOctets: () => gate.heldOctets,
    isOpen: () => gate.isOpen,
  });
  const { tls = null, metricsPort = null, metricsHost = DEFAULTS.metricsHost } = options;
  const metricsDoor: MetricsDoor = { reports, tokens: options.metricsTokens ?? null };
  const site = await siteOf(options, { gate, limits, metricsDoor });
  const siteServer = await createSite(options, maxTunnels, reports);
  openDoors(siteServer.server, site);
  if (site.metricsDoor !== null || metricsPort !== null) reports.metrics.watchProcess();
  let metrics: OpenDoor | null = null;
  let port: number;
  try {
    if (metricsPort !== null) metrics = await openMetricsDoor(metricsDoor, metricsHost, metricsPort);
    port = await listen(siteServer.server, host, options.port ?? 0);
  } catch (error) {
    await metrics?.close();
    await closeLimits();
    throw error;
  }
  return {
    url: `${tls === null ? 'http' : 'https'}://${displayHost(host)}:${port}${site.basePath}`,
    port,
    metricsPort: metrics?.port ?? null,
    counters: () => ({ tunnels: gate.tunnelCount, heldOctets: gate.heldOctets }),
    drain: async (limitMs) => {
      reports.log.info('draining', { tunnels: gate.tunnelCount, withinMs: limitMs });
      await gate.drain(limitMs);
      reports.log.info('drained', { tunnelsLeft: gate.tunnelCount });
    },
    reloadTls: () => siteServer.reloadTls(),
    close: async () => {
      await closeAll(siteServer, gate);
      await closeLimits();
      // Last of all, so that the end of the others is told as well.
      await metrics?.close();
    },
  };
}

interface SiteParts {
  gate: TunnelGate;
  limits: ClientLimits;
  metricsDoor: MetricsDoor;
}

async function siteOf(options: ProxyOptions, { gate, limits, metricsDoor }: SiteParts): Promise<Site> {
  const { host = DEFAULTS.host, metricsPort = null } = options;
  return {
    gate,
    files: options.staticRoot ? await readStaticFiles(options.staticRoot, options.connectOrigins) : new Map(),
    basePath: options.basePath ?? DEFAULTS.basePath,
    rules: {
      loopbackOnly: host === 'localhost' || isLoopback(host),
      allowOrigins: options.allowOrigins ?? [],
    },
    auth: options.users ? new BasicAuth(options.users, options.wrongPasswordDelayMs) : null,
    limits,
    trustProxies: options.trustProxies ?? [],
    info: describeProxy(options),
    reports: metricsDoor.reports,
    // Beside the page only behind a token, and not when they have a port of their own.
    metricsDoor: metricsPort !== null || metricsDoor.tokens === null ? null : metricsDoor,
  };
}

function createSite(options: ProxyOptions, maxTunnels: number, reports: Reports): Promise<SiteServer> {
  return createSiteServer({
    tls: options.tls ?? null,
    maxConnections: maxTunnels + SPARE_CONNECTIONS,
    connectionsPerClient:
      (options.tunnelsPerClient ?? DEFAULTS.tunnelsPerClient) + SPARE_CONNECTIONS_PER_CLIENT,
    trustProxies: options.trustProxies ?? [],
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs,
    answerTimeoutMs: options.answerTimeoutMs ?? DEFAULTS.answerTimeoutMs,
    reports,
  });
}

function createGate(
  options: ProxyOptions,
  maxTunnels: number,
  limits: ClientLimits,
  reports: Reports,
): TunnelGate {
  const stageTimeoutMs = options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs;
  return new TunnelGate({
    dial: {
      policy: createPolicy(options),
      tls: new TlsContexts(options.extraRoots ?? [], options.legacyTlsHosts ?? []),
      stageTimeoutMs,
      resolve: options.resolve ?? systemResolve,
      onStage: (stage, durationMs) => reports.metrics.dialStage(stage, durationMs),
    },
    guard: options.accessTokens
      ? new TokenGuard(options.accessTokens, limits, options.wrongPasswordDelayMs)
      : null,
    maxTunnels,
    firstFrameTimeoutMs: stageTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs,
    lifetimeMs: options.lifetimeMs ?? DEFAULTS.lifetimeMs,
    closingTimeoutMs: options.closingTimeoutMs ?? DEFAULTS.closingTimeoutMs,
    maxOctets: options.maxOctets ?? null,
    limits,
    reports,
  });
}

async function createLimits(options: ProxyOptions, { log, metrics }: Reports): Promise<SharedLimits> {
  const {
    tunnelsPerClient = DEFAULTS.tunnelsPerClient,
    tunnelsPerMinute = DEFAULTS.tunnelsPerMinute,
    failedDialsPerMinute = DEFAULTS.failedDialsPerMinute,
    wrongPasswordsPerMinute = DEFAULTS.wrongPasswordsPerMinute,
    redis = null,
    extraRoots = [],
  } = options;
  const limits = { tunnelsPerClient, tunnelsPerMinute, failedDialsPerMinute, wrongPasswordsPerMinute };
  if (redis === null) return { limits: new ClientLimits(limits), close: () => Promise.resolve() };
  return shareLimits(limits, redis, { log, extraRoots, onState: (isUp) => metrics.setSharedLimits(isUp) });
}

function createPolicy(options: ProxyOptions): Policy {
  const { ports = DEFAULTS.ports, allowPrivate = [], allowHosts = [], denyHosts = [] } = options;
  return { ports, allowPrivate, allowHosts, denyHosts };
}

async function closeAll({ server, closeAllConnections }: SiteServer, gate: TunnelGate): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await gate.close(CLOSE_GRACE_MS);
  closeAllConnections();
  await closed;
}
