/**
 * The listener that people reach: HTTP, or HTTPS with the operator's certificate, and what keeps slow and odd clients
 * from holding it. It must not know what is asked for and answered (doors.ts), nor tunnels.
 */
import { createServer, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureVersion, Server as TlsServer, TLSSocket } from 'node:tls';
import type { HostRule } from '../address/host-rule.ts';
import { errorCode } from '../error-code.ts';
import type { Reports } from '../report/reports.ts';
import type { Refusal } from '../report/words.ts';
import { refuse } from './answer.ts';
import { capConnections } from './connection-cap.ts';
import { expiryMsOf, readTlsFiles, type TlsFiles, type TlsMaterial } from './own-tls.ts';

export interface SiteServer {
  /** Not listening yet. */
  server: Server;
  /** Reads certificate and key again; connections that stand keep the old ones. Keeps the old ones if it cannot. */
  reloadTls(): Promise<void>;
  /** Ends all connections, those in the middle of a TLS handshake too. */
  closeAllConnections(): void;
}

export interface SiteServerOptions {
  /** Null speaks HTTP. */
  tls: TlsFiles | null;
  /** More are dropped unheard, so that descriptors stay bounded. */
  maxConnections: number;
  connectionsPerClient: number;
  /** Reverse proxies, which have the connections of many clients. */
  trustProxies: readonly HostRule[];
  /** How long a client may take over the head of a request, or TLS; twice that for a whole request. */
  requestTimeoutMs: number;
  /** How long a client may read nothing of an answer. */
  answerTimeoutMs: number;
  reports: Reports;
}

const MAX_HEAD_OCTETS = 16 * 1024;
const CLIENT_ERRORS = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_HEADER_OVERFLOW', 431],
]);
/** Said here and not left to the environment, which can lower what Node takes. */
const MIN_VERSION: SecureVersion = 'TLSv1.2';

const PLAIN_HTTP = 'This port speaks HTTPS: open the address with https:// in front.\n';

/** Rejects when certificate and key cannot be used. */
export async function createSiteServer(options: SiteServerOptions): Promise<SiteServer> {
  const { tls, reports, connectionsPerClient, trustProxies } = options;
  const http = httpOptions(options);
  const site = tls === null ? overTcp(http) : await overTls(tls, http, reports);
  site.server.timeout = options.answerTimeoutMs;
  site.server.maxConnections = options.maxConnections;
  site.server.on('drop', (dropped) => onDrop(reports, 'too-many-connections', dropped?.remoteAddress ?? ''));
  capConnections(site.server, {
    perClient: connectionsPerClient,
    trustProxies,
    onDropped: (client) => onDrop(reports, 'too-many-connections-from-client', client),
  });
  site.server.on('clientError', (error, socket) => {
    const status = CLIENT_ERRORS.get(errorCode(error)) ?? 400;
    // One that broke off is an error here too, but nobody is left to be refused.
    if (socket.writable) report(reports, status === 408 ? 'slow' : 'malformed');
    refuse(socket, status);
  });
  return site;
}

function httpOptions({ requestTimeoutMs }: SiteServerOptions): ServerOptions {
  return {
    headersTimeout: requestTimeoutMs,
    requestTimeout: 2 * requestTimeoutMs,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: requestTimeoutMs / 2,
    maxHeaderSize: MAX_HEAD_OCTETS,
  };
}

function overTcp(http: ServerOptions): SiteServer {
  const server = createServer(http);
  return {
    server,
    reloadTls: () => Promise.resolve(),
    closeAllConnections: () => server.closeAllConnections(),
  };
}

async function overTls(files: TlsFiles, http: ServerOptions, reports: Reports): Promise<SiteServer> {
  const server = createTlsServer({
    ...http,
    ...contextOf(await read(files, reports)),
    handshakeTimeout: http.headersTimeout,
  });
  const sockets = new Sockets(server);
  // Node would hand these on as errors of HTTP, to be answered on a connection that never came to be.
  server.removeAllListeners('tlsClientError');
  server.on('tlsClientError', (error, failed) => {
    const isPlainHttp = errorCode(error) === 'ERR_SSL_HTTP_REQUEST';
    report(reports, isPlainHttp ? 'plain-http' : 'tls');
    const below = sockets.below(failed);
    if (isPlainHttp && below !== undefined) refuse(below, 400, PLAIN_HTTP);
    else failed.destroy();
  });
  return {
    server,
    reloadTls: () => reload(server, files, reports),
    closeAllConnections: () => sockets.closeAll(),
  };
}

async function reload(server: TlsServer, files: TlsFiles, reports: Reports): Promise<void> {
  const { log } = reports;
  try {
    server.setSecureContext(contextOf(await read(files, reports)));
    log.info('certificate read again', {});
  } catch (error) {
    log.error('certificate not read again; the one before stays', {}, error);
  }
}

async function read(files: TlsFiles, { log }: Reports): Promise<TlsMaterial> {
  const material = await readTlsFiles(files);
  const expiry = new Date(expiryMsOf(material));
  if (expiry.getTime() <= Date.now()) log.warn('certificate has expired', { since: expiry.toISOString() });
  return material;
}

function contextOf(material: TlsMaterial): TlsMaterial & { minVersion: SecureVersion } {
  return { ...material, minVersion: MIN_VERSION };
}

/** A limit was met, and the connection is closed already, unheard. */
function onDrop({ log, metrics, writeAddress }: Reports, reason: Refusal, client: string): void {
  metrics.refused(reason);
  log.warn('connection dropped', { reason, client: writeAddress(client) });
}

function report({ log, metrics }: Reports, reason: Refusal): void {
  metrics.refused(reason);
  log.info('connection refused', { reason });
}

/** The TCP sockets of a TLS server. Node keeps no list of those whose handshake is not over. */
class Sockets {
  readonly #sockets = new Set<Socket>();

  constructor(server: TlsServer) {
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** The one that carries `socket`, as long as it is open. */
  below({ remoteAddress, remotePort }: TLSSocket): Socket | undefined {
    return [...this.#sockets].find(
      (socket) => socket.remotePort === remotePort && socket.remoteAddress === remoteAddress,
    );
  }

  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
