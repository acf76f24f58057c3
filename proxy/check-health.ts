/**
 * `--check-health`: asks the instance that runs with the same settings whether it is alive. For container health checks,
 * which have the same environment but no HTTP client at hand.
 */
import http from 'node:http';
import https from 'node:https';
import type { Config } from './settings/config.ts';

const TIMEOUT_MS = 3_000;

/** True when the instance answers /healthz with 200. Never rejects: who does not answer is not well. */
export function checkHealth({ host, port, tls }: Pick<Config, 'host' | 'port' | 'tls'>): Promise<boolean> {
  // To oneself, so it does not matter for which name the certificate is.
  const options = {
    host: reachable(host),
    port,
    path: '/healthz',
    timeout: TIMEOUT_MS,
    rejectUnauthorized: false,
  };
  return new Promise((resolve) => {
    const request = tls === null ? http.get(options) : https.get(options);
    request.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(false));
  });
}

/** Whoever listens on every address listens on loopback too. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
