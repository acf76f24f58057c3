/**
 * The listener for metrics alone: another address than the page's, because what it tells is for the operator and not for
 * whoever reaches the page. It must not serve anything else.
 */
import { createServer, type Server } from 'node:http';
import type { Metrics } from '../report/metrics.ts';
import { COMMON_HEADERS } from './security-headers.ts';

/** Answers GET /metrics; not listening yet. */
export function createMetricsServer(metrics: Metrics): Server {
  return createServer({ headersTimeout: 10_000, requestTimeout: 20_000 }, (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0];
    const isAsked = path === '/metrics' && (request.method === 'GET' || request.method === 'HEAD');
    if (!isAsked) return void response.writeHead(404, COMMON_HEADERS).end();
    metrics.text().then(
      (text) => {
        const headers = { 'content-type': metrics.contentType, 'cache-control': 'no-store' };
        response.writeHead(200, { ...COMMON_HEADERS, ...headers }).end(text);
      },
      () => response.writeHead(500, COMMON_HEADERS).end(),
    );
  });
}
