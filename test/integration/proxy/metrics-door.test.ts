/** Who may read the metrics: on their own listener, with a token beside the page, and nowhere else. */
import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../../proxy/tunnel/access-tokens.ts';
import { parseUsers } from '../../../proxy/door/basic-auth.ts';
import type { ProxyOptions } from '../../../proxy/proxy-options.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const TOKEN = 'a-token-for-the-scraper';
const metricsTokens = new AccessTokens([TOKEN]);
const right = { authorization: `Bearer ${TOKEN}` };

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

function ask(port: number | null, path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = http.request({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    asking.on('error', reject).end();
  });
}

describe('a listener for metrics', () => {
  it('has nothing else, and only reading', async () => {
    const { metricsPort } = await rig.proxy({ metricsPort: 0 });
    for (const path of ['/', '/info', '/healthz', '/tunnel', '/metrics/']) {
      expect((await ask(metricsPort, path)).status).toBe(404);
    }
    const posted = await ask(metricsPort, '/metrics', { method: 'POST' });
    expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
    const head = await ask(metricsPort, '/metrics', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    const got = await ask(metricsPort, '/metrics?name=x');
    expect(got.text).toMatch(/^# HELP poplar_build_info /m);
    expect(got.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('does not answer pages whose name was made to point at this machine', async () => {
    const { metricsPort } = await rig.proxy({ metricsPort: 0 });
    const rebound = await ask(metricsPort, '/metrics', { headers: { host: 'rebound.example' } });
    expect([rebound.status, rebound.text]).toEqual([421, 'Misdirected Request\n']);
    const local = await ask(metricsPort, '/metrics', { headers: { host: `localhost:${metricsPort}` } });
    expect(local.status).toBe(200);
  });

  it('leaves nothing at the page, with a token or without', async () => {
    for (const options of [{}, { metricsTokens }]) {
      const proxy = await rig.proxy({ metricsPort: 0, ...options });
      expect((await ask(proxy.port, '/metrics', { headers: right })).status).toBe(404);
    }
  });

  it('asks for the token when there is one, by whatever name it is called', async () => {
    const { metricsPort } = await rig.proxy({ metricsPort: 0, metricsTokens });
    expect((await ask(metricsPort, '/metrics')).status).toBe(401);
    const headers = { ...right, host: 'poplar.monitoring.svc' };
    expect((await ask(metricsPort, '/metrics', { headers })).status).toBe(200);
  });
});

describe('metrics beside the page', () => {
  const atPage = async (
    options: ProxyOptions,
    path: string,
    headers: Record<string, string>,
  ): Promise<Answer> => ask((await rig.proxy(options)).port, path, { headers });

  it.each([
    ['nobody has set a token', {}, right, 404],
    ['none is shown', { metricsTokens }, {}, 401],
    ['another one is shown', { metricsTokens }, { authorization: 'Bearer a-token-for-somebody' }, 401],
    [
      'the password of the page is shown',
      { metricsTokens, users: parseUsers('bob:secret') },
      { authorization: `Basic ${Buffer.from('bob:secret').toString('base64')}` },
      401,
    ],
    ['the right one is shown', { metricsTokens }, right, 200],
    ['it is shown to a proxy with a password', { metricsTokens, users: parseUsers('a:b') }, right, 200],
  ])('when %s', async (_name, options, headers, status) => {
    const answer = await atPage(options, '/metrics', headers);
    expect(answer.status).toBe(status);
    expect(answer.text.includes('poplar_build_info')).toBe(status === 200);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('name the scheme that is asked for, so that no browser shows a dialogue', async () => {
    const { headers } = await atPage({ metricsTokens }, '/metrics', {});
    expect(headers['www-authenticate']).toBe('Bearer realm="Poplar metrics"');
  });

  it('are below the path of the page too, and are read only', async () => {
    const options = { metricsTokens, basePath: '/mail/' };
    expect((await atPage(options, '/mail/metrics', right)).status).toBe(200);
    const { port } = await rig.proxy(options);
    expect((await ask(port, '/metrics', { method: 'DELETE', headers: right })).status).toBe(405);
  });

  it('count who was turned away', async () => {
    const { port } = await rig.proxy({ metricsTokens });
    await ask(port, '/metrics');
    const { text } = await ask(port, '/metrics', { headers: right });
    expect(text).toContain('poplar_refused_total{reason="metrics-token"} 1\n');
    expect(text).toContain('process_resident_memory_bytes');
  });
});

it('there is no listener unless it is wanted', async () => {
  expect((await rig.proxy({ metricsTokens })).metricsPort).toBeNull();
});

it('a taken port leaves nothing running, whichever of the two it is', async () => {
  const { port } = await rig.proxy();
  const free = await rig.closedPort();
  for (const options of [
    { port, metricsPort: free },
    { port: free, metricsPort: port },
  ]) {
    await expect(rig.proxy(options)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await expect(ask(free, '/metrics')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
});
