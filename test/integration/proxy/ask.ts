/** One HTTP request as it is written: no client normalises the path, adds headers, or unpacks what comes. */
import http from 'node:http';
import https from 'node:https';
import type { RunningProxy } from '../../../proxy/server.ts';
import { fixture } from './rig.ts';

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  raw: Buffer;
  body: string;
}

/** Asks a proxy on loopback, by its address; under TLS the test authority vouches for it. */
export function ask(proxy: RunningProxy, path: string, options: https.RequestOptions = {}): Promise<Answer> {
  const { request } = proxy.url.startsWith('https:') ? https : http;
  const target = {
    host: '127.0.0.1',
    port: proxy.port,
    path,
    agent: false,
    servername: 'localhost',
    ca: fixture('ca.pem'),
  };
  return new Promise((resolve, reject) => {
    const asking = request({ ...target, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const raw = Buffer.concat(chunks);
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, raw, body: raw.toString() });
      });
    });
    asking.on('error', reject).end();
  });
}
