/**
 * Who may read the metrics, and the listener that has nothing else. What they tell is for the operator, and not for
 * whoever reaches the page: they are on an address of their own, or behind a token, or nowhere.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isLoopback } from '../address/ip-address.ts';
import type { Reports } from '../report/reports.ts';
import { answer } from './answer.ts';
import type { AccessTokens } from '../tunnel/access-tokens.ts';
import { closeServer, listen } from './listening.ts';
import { isAcceptedHost } from './origin.ts';

export const METRICS_PATH = '/metrics';

export interface MetricsDoor {
  reports: Reports;
  /** Null asks for none. */
  tokens: AccessTokens | null;
}

/** A scraper or two, and somebody who looks. More are dropped. */
const MAX_CONNECTIONS = 16;

export interface OpenDoor {
  port: number;
  close(): Promise<void>;
}

/** Opens the listener for metrics alone. Rejects with Node's error when it cannot listen. */
export async function openMetricsDoor(door: MetricsDoor, host: string, port: number): Promise<OpenDoor> {
  const server = createMetricsServer(door, host === 'localhost' || isLoopback(host));
  return { port: await listen(server, host, port), close: () => closeServer(server) };
}

/** `isLocal`: it will be on loopback. */
function createMetricsServer(door: MetricsDoor, isLocal: boolean): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 20_000 }, (request, response) => {
    // A page whose name was made to point here (DNS rebinding) could read them in a browser on this machine.
    const isKnown = isAcceptedHost(request.headers.host, { loopbackOnly: isLocal, allowOrigins: [] });
    if (door.tokens === null && !isKnown) return answer(response, 421);
    if ((request.url ?? '').split('?', 1)[0] !== METRICS_PATH) return answer(response, 404);
    answerMetrics(door, request, response).catch((error: unknown) => {
      door.reports.log.error('metrics failed by a fault of the proxy', {}, error);
      response.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** Answers a request for the metrics, whichever server it came to. */
export async function answerMetrics(
  { reports: { metrics, log }, tokens }: MetricsDoor,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return answer(response, 405);
  if (tokens !== null && !isShown(tokens, headers.authorization)) {
    metrics.refused('metrics-token');
    log.warn('metrics refused', { reason: headers.authorization === undefined ? 'no token' : 'wrong token' });
    // RFC 6750 §3.
    response.setHeader('www-authenticate', 'Bearer realm="Poplar metrics"');
    return answer(response, 401);
  }
  answer(response, 200, await metrics.text(), metrics.contentType);
}

/** Is one of the tokens in this `authorization` header (RFC 6750 §2.1)? */
export function isShown(tokens: AccessTokens, header: string | undefined): boolean {
  return tokens.includes(/^bearer +(.*)$/i.exec(header ?? '')?.[1] ?? '');
}
