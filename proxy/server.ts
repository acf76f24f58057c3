/**
 * The proxy as an HTTP server: who may come in and what is served where. What happens after the WebSocket handshake is
 * the tunnel gate's business.
 */
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { systemResolve, type Resolve } from './dial.ts';
import type { HostPort } from './host-port.ts';
import { isLoopback } from './ip-address.ts';
import { silentLog, type Log } from './log.ts';
import { isAcceptedHost, isAcceptedOrigin, type OriginRules } from './origin.ts';
import { DEFAULTS } from './defaults.ts';
import { INFO_PATH, SUBPROTOCOL, TUNNEL_PATH } from './protocol.ts';
import type { DemoMailbox, ProxyInfo } from './protocol.ts';
import { buildTlsContext } from './secure.ts';
import { COMMON_HEADERS } from './security-headers.ts';
import { readStaticFiles, serveStatic, type StaticFiles } from './static-files.ts';
import { TunnelGate } from './tunnel-gate.ts';

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
  allowOrigins?: readonly string[];
  /** PEM certificates trusted beside the system's roots. */
  extraRoots?: readonly string[];
  maxTunnels?: number;
  connectTimeoutMs?: number;
  idleTimeoutMs?: number;
  log?: Log;
  resolve?: Resolve;
}

export interface RunningProxy {
  /** Ends with a slash. */
  url: string;
  port: number;
  counters(): { tunnels: number; heldOctets: number };
  /** Tells the pages, closes everything; resolves when no socket is left. */
  close(): Promise<void>;
}

/** How long pages may take to go when the proxy closes. */
const CLOSE_GRACE_MS = 1_000;

/** Starts the proxy. Rejects with Node's error when it cannot listen, or when a PEM or the folder cannot be read. */
export async function startProxy(options: ProxyOptions = {}): Promise<RunningProxy> {
  const host = options.host ?? DEFAULTS.host;
  const gate = createGate(options);
  const files = options.staticRoot ? await readStaticFiles(options.staticRoot) : new Map<string, never>();
  const rules: OriginRules = {
    loopbackOnly: host === 'localhost' || isLoopback(host),
    allowOrigins: options.allowOrigins ?? [],
  };
  const site: Site = { gate, files, rules, info: createInfo(options), log: options.log ?? silentLog };
  const server = createHttpServer(site);
  await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${displayHost(host)}:${port}/`,
    port,
    counters: () => ({ tunnels: gate.tunnelCount, heldOctets: gate.heldOctets }),
    close: () => closeAll(server, gate),
  };
}

interface Site {
  gate: TunnelGate;
  files: StaticFiles;
  rules: OriginRules;
  info: ProxyInfo;
  log: Log;
}

function createGate(options: ProxyOptions): TunnelGate {
  const stageTimeoutMs = options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs;
  return new TunnelGate({
    dial: {
      policy: { ports: options.ports ?? DEFAULTS.ports, allowPrivate: options.allowPrivate ?? [] },
      tlsContext: buildTlsContext(options.extraRoots ?? []),
      stageTimeoutMs,
      resolve: options.resolve ?? systemResolve,
    },
    maxTunnels: options.maxTunnels ?? DEFAULTS.maxTunnels,
    firstFrameTimeoutMs: stageTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs,
    log: options.log ?? silentLog,
  });
}

function createInfo(options: ProxyOptions): ProxyInfo {
  return {
    name: 'poplar',
    version: options.version ?? '0.0.0',
    ports: [...(options.ports ?? DEFAULTS.ports)],
    demo: options.demo ?? null,
  };
}

function createHttpServer(site: Site): Server {
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 20_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16 * 1024,
  });
  server.on('request', (request, response) => onRequest(site, request, response));
  server.on('upgrade', (request, socket, head) => onUpgrade(site, request, socket, head));
  server.on('clientError', (_error, socket) => refuseUpgrade(socket, 400));
  return server;
}

function onRequest(site: Site, request: IncomingMessage, response: ServerResponse): void {
  const path = pathOf(request);
  if (path === null) return answer(response, 400);
  if (path === '/healthz') return answer(response, 200, 'ok\n');
  if (!isAcceptedHost(request.headers.host, site.rules)) {
    site.log.warn('request refused', { reason: 'host' });
    return answer(response, 421, 'This server is not known by that name.\n');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return answer(response, 405);
  }
  if (path === `/${INFO_PATH}`) return answerInfo(site, request, response);
  if (!serveStatic(site.files, path, request, response)) answer(response, 404);
}

function answerInfo(site: Site, request: IncomingMessage, response: ServerResponse): void {
  const { origin, host } = request.headers;
  // A page on another host that the operator allowed may read it; others cannot.
  if (origin !== undefined && isAcceptedOrigin(origin, host, site.rules)) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
  }
  response.setHeader('vary', 'origin');
  answer(response, 200, JSON.stringify(site.info), 'application/json');
}

function answer(
  response: ServerResponse,
  status: number,
  text?: string,
  type = 'text/plain; charset=utf-8',
): void {
  for (const [name, value] of Object.entries(COMMON_HEADERS)) {
    if (!response.hasHeader(name)) response.setHeader(name, value);
  }
  const body = text ?? `${STATUS_CODES[status]}\n`;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; frame-ancestors 'none'`,
  });
  response.end(body);
}

/** The decoded path, or null when it cannot be one. */
function pathOf(request: IncomingMessage): string | null {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  try {
    return path.startsWith('/') ? decodeURIComponent(path) : null;
  } catch {
    return null;
  }
}

function onUpgrade(site: Site, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { origin, host } = request.headers;
  const refuse = (status: number, reason: string): void => {
    site.log.warn('tunnel refused', { reason });
    refuseUpgrade(socket, status);
  };
  socket.on('error', () => socket.destroy());
  if (pathOf(request) !== `/${TUNNEL_PATH}`) return refuse(404, 'path');
  if (!isAcceptedHost(host, site.rules)) return refuse(421, 'host');
  if (!isAcceptedOrigin(origin, host, site.rules)) return refuse(403, 'origin');
  if (!offersSubprotocol(request)) return refuse(400, 'sub-protocol');
  site.gate.enter(request, socket, head);
}

function offersSubprotocol(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((name) => name.trim() === SUBPROTOCOL);
}

function refuseUpgrade(socket: Duplex, status: number): void {
  if (!socket.writable) return void socket.destroy();
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function closeAll(server: Server, gate: TunnelGate): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await gate.close(CLOSE_GRACE_MS);
  server.closeAllConnections();
  await closed;
}

/** What to put into a URL: the loopback and wildcard addresses are `localhost` to people. */
function displayHost(host: string): string {
  if (['127.0.0.1', '::1', '0.0.0.0', '::', 'localhost'].includes(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
