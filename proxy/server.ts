/**
 * The proxy put together, started and stopped. Who may come in is the business of doors.ts, what passes that of
 * tunnel.ts.
 */
import { TlsContexts } from './dial/tls-contexts.ts';
import { openDoors } from './door/doors.ts';
import { displayHost, listen } from './door/listening.ts';
import { openMetricsDoor, type MetricsDoor, type OpenDoor } from './door/metrics-door.ts';
import type { SiteServer } from './door/site-server.ts';
import { readStaticFiles } from './door/static-files.ts';
import { createGate, createLimits, createListener, createSite } from './parts.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { createReports } from './report/reports.ts';
import { DEFAULTS } from './settings/defaults.ts';
import type { TunnelGate } from './tunnel/tunnel-gate.ts';

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

/** Starts the proxy. Rejects with Node's error when it cannot listen, or when a PEM or the folder cannot be read. */
export async function startProxy(options: ProxyOptions = {}): Promise<RunningProxy> {
  const reports = createReports(options);
  // All that can fail by what it is told comes first, while there is nothing yet that would have to be closed.
  const tls = new TlsContexts(options.extraRoots ?? [], options.legacyTlsHosts ?? []);
  const files = options.staticRoot
    ? await readStaticFiles(options.staticRoot, options.connectOrigins)
    : new Map();
  const listener = await createListener(options, reports);
  const { limits, close: closeLimits } = await createLimits(options, reports);
  const gate = createGate(options, { tls, limits, reports });
  reports.metrics.watch({
    tunnels: () => gate.tunnelCount,
    heldOctets: () => gate.heldOctets,
    isOpen: () => gate.isOpen,
  });
  const metricsDoor: MetricsDoor = { reports, tokens: options.metricsTokens ?? null };
  const site = createSite(options, { gate, limits, metricsDoor, files });
  openDoors(listener.server, site);
  if (site.metricsDoor !== null || (options.metricsPort ?? null) !== null) reports.metrics.watchProcess();
  const open = await listenAll(options, listener, metricsDoor).catch(async (error: unknown) => {
    await closeLimits();
    throw error;
  });
  return {
    url: urlOf(options, open.port, site.basePath),
    port: open.port,
    metricsPort: open.metrics?.port ?? null,
    counters: () => ({ tunnels: gate.tunnelCount, heldOctets: gate.heldOctets }),
    drain: async (limitMs) => {
      reports.log.info('draining', { tunnels: gate.tunnelCount, withinMs: limitMs });
      await gate.drain(limitMs);
      reports.log.info('drained', { tunnelsLeft: gate.tunnelCount });
    },
    reloadTls: () => listener.reloadTls(),
    close: async () => {
      await closeAll(listener, gate);
      await closeLimits();
      // Last of all, so that the end of the others is told as well.
      await open.metrics?.close();
    },
  };
}

interface Open {
  port: number;
  metrics: OpenDoor | null;
}

/** Listens for people and, when it is asked for, for metrics; for both or for neither. */
async function listenAll(
  { host = DEFAULTS.host, port = 0, metricsHost = DEFAULTS.metricsHost, metricsPort = null }: ProxyOptions,
  { server }: SiteServer,
  metricsDoor: MetricsDoor,
): Promise<Open> {
  const metrics = metricsPort === null ? null : await openMetricsDoor(metricsDoor, metricsHost, metricsPort);
  try {
    return { port: await listen(server, host, port), metrics };
  } catch (error) {
    await metrics?.close();
    throw error;
  }
}

function urlOf({ host = DEFAULTS.host, tls = null }: ProxyOptions, port: number, basePath: string): string {
  return `${tls === null ? 'http' : 'https'}://${displayHost(host)}:${port}${basePath}`;
}

async function closeAll({ server, closeAllConnections }: SiteServer, gate: TunnelGate): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await gate.close(CLOSE_GRACE_MS);
  closeAllConnections();
  await closed;
}
