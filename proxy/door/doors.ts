/**
 * The doors of the proxy: which request gets what answer, and which upgrade may become a tunnel. What happens after the
 * WebSocket handshake is the tunnel gate's business, what a connection is made of that of site-server.ts.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { clientAddress, isFromTrusted } from '../address/client-address.ts';
import type { ClientLimits } from '../limits/client-limits.ts';
import type { HostRule } from '../address/host-rule.ts';
import type { Reports } from '../report/reports.ts';
import { isAcceptedHost, isAcceptedOrigin, type OriginRules } from './origin.ts';
import { INFO_PATH, SUBPROTOCOL, TUNNEL_PATH } from '../protocol.ts';
import type { ProxyInfo } from '../protocol.ts';
import type { Refusal } from '../report/words.ts';
import { answer, refuse } from './answer.ts';
import type { BasicAuth } from './basic-auth.ts';
import { answerMetrics, METRICS_PATH, type MetricsDoor } from './metrics-door.ts';
import { transportHeaders } from './security-headers.ts';
import { decodedPath, sitePath } from './site-path.ts';
import { serveStatic, type StaticFiles } from './static-files.ts';
import type { TunnelGate } from '../tunnel/tunnel-gate.ts';

/** All that a request can reach. */
export interface Site {
  gate: TunnelGate;
  files: StaticFiles;
  rules: OriginRules;
  /** Where the page is mounted, with a slash at each end. */
  basePath: string;
  /** Null lets everybody in. */
  auth: BasicAuth | null;
  limits: ClientLimits;
  /** Reverse proxies whose word on the client's address counts. */
  trustProxies: readonly HostRule[];
  info: ProxyInfo;
  reports: Reports;
  /** Null serves no metrics here. */
  metricsDoor: MetricsDoor | null;
}

/** Lets a server answer for a site. */
export function openDoors(server: Server, site: Site): void {
  const onFault = (error: unknown): void =>
    site.reports.log.error('request failed by a fault of the proxy', {}, error);
  server.on('request', (request, response) => {
    onRequest(site, request, response).catch((error: unknown) => {
      onFault(error);
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    onUpgrade(site, request, socket, head).catch((error: unknown) => {
      onFault(error);
      socket.destroy();
    });
  });
}

const UNKNOWN_HOST =
  'Poplar does not answer to this name. If the name is yours, start Poplar with --allow-origin and the address of ' +
  'the page, such as --allow-origin https://mail.example.org\n';

/** Browsers fetch it without credentials (HTML, link type "manifest"), and there is nothing secret in it. */
const MANIFEST_PATH = '/manifest.webmanifest';

async function onRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { host } = request.headers;
  const headers = transportHeaders(host, isSecure(site, request));
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const turnAway = (status: number, reason: Refusal, text?: string): void => {
    report(site, 'request', reason);
    answer(response, status, text);
  };
  const whole = decodedPath(request.url ?? '');
  if (whole === null) return turnAway(400, 'malformed');
  const path = sitePath(request.url ?? '', site.basePath);
  // Probes of containers know no sub-path, those of reverse proxies may know nothing else.
  const isFor = (own: string): boolean => whole === own || path === own;
  if (isFor('/healthz')) return answer(response, 200, 'ok\n');
  if (isFor('/readyz')) return answerReady(site, response);
  if (site.metricsDoor !== null && isFor(METRICS_PATH)) {
    return answerMetrics(site.metricsDoor, request, response);
  }
  if (!isAcceptedHost(host, site.rules)) return turnAway(421, 'host', UNKNOWN_HOST);
  if (request.method !== 'GET' && request.method !== 'HEAD') return turnAway(405, 'method');
  if (path === null) return turnAway(404, 'path', `Poplar is at ${site.basePath}\n`);
  if (path === 'at-base') {
    response.setHeader('location', site.basePath);
    return answer(response, 308);
  }
  const refusal = path === MANIFEST_PATH ? null : await refusalOf(site, request);
  if (refusal !== null) return answer(response, refusal);
  if (path === `/${INFO_PATH}`) return answerInfo(site, request, response);
  if (!serveStatic(site.files, path, request, response)) turnAway(404, 'path');
}

/** The status that turns away whoever is not known, or null. Reports it, but for the question that browsers begin with. */
async function refusalOf(site: Site, request: IncomingMessage): Promise<401 | 429 | null> {
  if (site.auth === null) return null;
  const header = request.headers.authorization;
  if (header === undefined) return 401;
  const client = clientOf(site, request);
  const countWrong = (): Promise<void> => site.limits.countWrongPassword(client);
  const verdict = (await site.limits.mayTryPassword(client))
    ? await site.auth.check(header, countWrong)
    : 'busy';
  if (verdict === 'known') return null;
  const { log, metrics, writeAddress } = site.reports;
  metrics.refused(verdict === 'busy' ? 'too-many-passwords' : 'password');
  log.warn('password refused', { reason: verdict, client: writeAddress(client) });
  return verdict === 'busy' ? 429 : 401;
}

function report({ reports }: Site, what: 'request' | 'tunnel', reason: Refusal): void {
  reports.metrics.refused(reason);
  reports.log.info(`${what} refused`, { reason });
}

function clientOf({ trustProxies }: Site, request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  return clientAddress(request.socket.remoteAddress, forwarded?.toString(), trustProxies);
}

/** Whether TLS is known to have brought it, ours or that of a reverse proxy whose word counts. */
function isSecure({ trustProxies }: Site, { socket, headers }: IncomingMessage): boolean {
  if (socket instanceof TLSSocket) return true;
  const forwarded = headers['x-forwarded-proto']?.toString().split(',').at(-1)?.trim().toLowerCase();
  return forwarded === 'https' && isFromTrusted(socket.remoteAddress, trustProxies);
}

/**
 * Alive is not ready: a proxy on its way out carries its tunnels to their end and takes no new ones. Redis is not asked:
 * it would be away for all instances at once, and each goes on with limits of its own; taking all of them out of
 * service would make an outage of it.
 */
function answerReady({ gate }: Site, response: ServerResponse): void {
  if (gate.isOpen) answer(response, 200, 'ready\n');
  else answer(response, 503, 'draining\n');
}

function answerInfo(site: Site, request: IncomingMessage, response: ServerResponse): void {
  const { origin, host } = request.headers;
  // A page on another host that the operator allowed may read it; others cannot.
  if (origin !== undefined && isAcceptedOrigin(origin, host, site.rules, isSecure(site, request))) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
  }
  response.setHeader('vary', 'origin');
  answer(response, 200, JSON.stringify(site.info), 'application/json');
}

async function onUpgrade(site: Site, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const { origin, host } = request.headers;
  const turnAway = (status: number, reason: Refusal): void => {
    report(site, 'tunnel', reason);
    refuse(socket, status);
  };
  socket.on('error', () => socket.destroy());
  if (isAmbiguous(request)) return turnAway(400, 'malformed');
  if (sitePath(request.url ?? '', site.basePath) !== `/${TUNNEL_PATH}`) return turnAway(404, 'path');
  if (!isAcceptedHost(host, site.rules)) return turnAway(421, 'host');
  if (!isAcceptedOrigin(origin, host, site.rules, isSecure(site, request))) return turnAway(403, 'origin');
  if (!offersSubprotocol(request)) return turnAway(400, 'sub-protocol');
  const refusal = await refusalOf(site, request);
  // A wrong one was reported already.
  const isMissing = request.headers.authorization === undefined;
  if (refusal !== null) return isMissing ? turnAway(refusal, 'password') : refuse(socket, refusal);
  await site.gate.enter(request, socket, head, clientOf(site, request));
}

/**
 * Two servers in a row may read it differently: several hosts (RFC 9112 §3.2), or a body where frames begin. No browser
 * sends either.
 */
function isAmbiguous({ headers, headersDistinct }: IncomingMessage): boolean {
  const hasBody = 'transfer-encoding' in headers || (headers['content-length'] ?? '0') !== '0';
  return hasBody || headersDistinct['host']?.length !== 1;
}

function offersSubprotocol(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}
