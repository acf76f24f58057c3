/** The parts of a proxy, each made of the options that it is about. Nothing here listens; server.ts puts them together. */
import type { TlsContexts } from './dial/tls-contexts.ts';
import { describeProxy } from './describe-proxy.ts';
import { systemResolve } from './dial/dial.ts';
import type { Policy } from './dial/policy.ts';
import { isLoopback } from './address/ip-address.ts';
import { BasicAuth } from './door/basic-auth.ts';
import type { Site } from './door/doors.ts';
import type { MetricsDoor } from './door/metrics-door.ts';
import { createSiteServer, type SiteServer } from './door/site-server.ts';
import type { StaticFiles } from './door/static-files.ts';
import { ClientLimits } from './limits/client-limits.ts';
import { shareLimits, type SharedLimits } from './limits/share-limits.ts';
import type { ProxyOptions } from './proxy-options.ts';
import type { Reports } from './report/reports.ts';
import { DEFAULTS } from './settings/defaults.ts';
import { TokenGuard } from './tunnel/token-guard.ts';
import { TunnelGate } from './tunnel/tunnel-gate.ts';

/** Connections beside the tunnels: pages being loaded, and tunnels that are turned away with a reason. */
const SPARE_CONNECTIONS = 256;
/** The same for one client; a browser opens six. */
const SPARE_CONNECTIONS_PER_CLIENT = 64;

export interface SiteParts {
  gate: TunnelGate;
  limits: ClientLimits;
  metricsDoor: MetricsDoor;
  files: StaticFiles;
}

export function createSite(options: ProxyOptions, { gate, limits, metricsDoor, files }: SiteParts): Site {
  const { host = DEFAULTS.host, metricsPort = null } = options;
  return {
    gate,
    files,
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

/** Rejects when certificate and key cannot be used. */
export function createListener(options: ProxyOptions, reports: Reports): Promise<SiteServer> {
  return createSiteServer({
    tls: options.tls ?? null,
    maxConnections: maxTunnelsOf(options) + SPARE_CONNECTIONS,
    connectionsPerClient:
      (options.tunnelsPerClient ?? DEFAULTS.tunnelsPerClient) + SPARE_CONNECTIONS_PER_CLIENT,
    trustProxies: options.trustProxies ?? [],
    requestTimeoutMs: options.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs,
    answerTimeoutMs: options.answerTimeoutMs ?? DEFAULTS.answerTimeoutMs,
    reports,
  });
}

export interface GateParts {
  tls: TlsContexts;
  limits: ClientLimits;
  reports: Reports;
}

export function createGate(options: ProxyOptions, { tls, limits, reports }: GateParts): TunnelGate {
  const stageTimeoutMs = options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs;
  return new TunnelGate({
    dial: {
      policy: createPolicy(options),
      tls,
      stageTimeoutMs,
      resolve: options.resolve ?? systemResolve,
      onStage: (stage, durationMs) => reports.metrics.dialStage(stage, durationMs),
    },
    guard: options.accessTokens
      ? new TokenGuard(options.accessTokens, limits, options.wrongPasswordDelayMs)
      : null,
    maxTunnels: maxTunnelsOf(options),
    firstFrameTimeoutMs: stageTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs,
    lifetimeMs: options.lifetimeMs ?? DEFAULTS.lifetimeMs,
    closingTimeoutMs: options.closingTimeoutMs ?? DEFAULTS.closingTimeoutMs,
    maxOctets: options.maxOctets ?? null,
    limits,
    reports,
  });
}

/** Rejects never: limits hold whether Redis can be reached or not. Whoever has them closes them. */
export async function createLimits(options: ProxyOptions, { log, metrics }: Reports): Promise<SharedLimits> {
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

function maxTunnelsOf({ maxTunnels = DEFAULTS.maxTunnels }: ProxyOptions): number {
  return maxTunnels;
}
