import { describe, expect, it } from 'vitest';
import { infoUrlOf, tunnelUrlOf } from '../../../web/transport/proxy-address.ts';
import { fetchProxyFacts } from '../../../web/transport/proxy-info.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const DEMO = {
  address: 'demo@poplar.example',
  displayName: 'Demo',
  host: 'localhost',
  port: 5110,
  submissionPort: 5587,
  user: 'demo',
  password: 'demo',
};
const INFO = { name: 'poplar', version: '0.1.0', ports: [110, 995], demo: DEMO };

function ask(answer: Response | Error) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const outcome = fetchProxyFacts({
    infoUrl: 'https://mail.example/p/info',
    clock,
    fetch: (url) => {
      asked.push(url);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  return { clock, asked, outcome };
}

describe('addresses beside the page', () => {
  it.each([
    ['http://localhost:8025/', 'ws://localhost:8025/tunnel', 'http://localhost:8025/info'],
    ['https://mail.example/p/', 'wss://mail.example/p/tunnel', 'https://mail.example/p/info'],
    ['https://mail.example/p/index.html#x', 'wss://mail.example/p/tunnel', 'https://mail.example/p/info'],
  ])('of %s are %s and %s', (base, tunnel, info) => {
    expect([tunnelUrlOf(base), infoUrlOf(base)]).toEqual([tunnel, info]);
  });
});

describe('the description of the proxy', () => {
  it('becomes a deployment whose demo mailbox can be added as it is', async () => {
    const { outcome, asked, clock } = ask(Response.json(INFO));
    expect(await outcome).toMatchObject({
      version: '0.1.0',
      ports: [110, 995],
      demo: {
        address: 'demo@poplar.example',
        displayName: 'Demo',
        incoming: { host: 'localhost', port: 5110, security: 'none' },
        user: 'demo',
        password: 'demo',
        rememberPassword: true,
        demo: true,
      },
    });
    expect(asked).toEqual(['https://mail.example/p/info']);
    expect(clock.pending).toBe(0);
  });

  it('knows nothing of the rules of an older proxy, and takes of a newer one what it understands', async () => {
    const nothing = {
      tunnelsPerClient: null,
      tunnelsPerMinute: null,
      idleTimeoutMs: null,
      lifetimeMs: null,
      maxOctets: null,
    };
    const unknown = { hosts: null, allowedHosts: [], minTls: null, logs: null, limits: nothing };
    const older = await ask(Response.json(INFO)).outcome;
    expect([older.needsToken, older.policy]).toEqual([false, unknown]);
    const policy = { hosts: 'some', minTls: 'TLSv1.3', limits: { lifetimeMs: 1000, more: 1 }, extra: true };
    const newer = await ask(Response.json({ ...INFO, needsToken: true, policy, extra: 1 })).outcome;
    expect(newer.needsToken).toBe(true);
    expect(newer.policy).toEqual({ ...unknown, minTls: 'TLSv1.3', limits: { ...nothing, lifetimeMs: 1000 } });
  });

  it('may have no demo mailbox', async () => {
    expect((await ask(Response.json({ ...INFO, demo: null })).outcome).demo).toBeNull();
  });

  it.each([
    { name: 'a port that is none', answer: Response.json({ ...INFO, ports: [0] }) },
    { name: 'a port in words', answer: Response.json({ ...INFO, ports: ['995'] }) },
    { name: 'half a demo mailbox', answer: Response.json({ ...INFO, demo: { ...DEMO, user: undefined } }) },
    {
      name: 'a demo mailbox without a host',
      answer: Response.json({ ...INFO, demo: { ...DEMO, host: '' } }),
    },
    { name: 'no word on a demo mailbox', answer: Response.json({ ...INFO, demo: undefined }) },
  ])('is refused when it is $name', async ({ answer }) => {
    await expect(ask(answer).outcome).rejects.toMatchObject({ code: 'proxy-protocol', hop: 'proxy' });
  });

  it.each([
    { name: 'a page', answer: new Response('<!doctype html>') },
    { name: 'nothing', answer: new Response('') },
    { name: 'null', answer: Response.json(null) },
    { name: 'somebody else', answer: Response.json({ ...INFO, name: 'other' }) },
  ])('is absent when what answers is $name', async ({ answer }) => {
    await expect(ask(answer).outcome).rejects.toMatchObject({ code: 'proxy-absent', hop: 'proxy' });
  });

  it.each([
    [401, 'proxy-login-needed', false],
    [403, 'proxy-refused-page', false],
    [421, 'proxy-refused-page', false],
    [404, 'proxy-absent', false],
    [405, 'proxy-absent', false],
    [410, 'proxy-absent', false],
    [502, 'proxy-unreachable', true],
  ])('is missing with HTTP status %d: %s', async (status, code, retryable) => {
    const { outcome } = ask(new Response('', { status }));
    await expect(outcome).rejects.toMatchObject({ code, hop: 'proxy', retryable });
  });

  it('is missing when nobody answers', async () => {
    const { outcome, clock } = ask(new TypeError('Failed to fetch'));
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable', retryable: true });
    expect(clock.pending).toBe(0);
  });

  it('is given up when the answer takes too long', async () => {
    const clock = new FakeClock();
    const outcome = fetchProxyFacts({
      infoUrl: 'http://localhost/info',
      clock,
      fetch: (_url, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reject(new DOMException('', 'AbortError'));
          });
        }),
    });
    clock.advance(15_000);
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable' });
  });

  it('is not asked for when the device is offline', async () => {
    const refuse = (): Promise<Response> => Promise.reject(new Error('asked'));
    const outcome = fetchProxyFacts({
      infoUrl: 'x',
      clock: new FakeClock(),
      fetch: refuse,
      isOnline: () => false,
    });
    await expect(outcome).rejects.toMatchObject({ code: 'offline', hop: 'page' });
  });
});
