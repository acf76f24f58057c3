/** A proxy that asks pages for an access token: nothing is dialled without a right one, and none is ever repeated. */
import { describe, expect, it } from 'vitest';
import { parseHostRule } from '../../../proxy/address/host-rule.ts';
import type { Log, LogFacts } from '../../../proxy/report/log.ts';
import type { ProxyOptions } from '../../../proxy/proxy-options.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import { AccessTokens } from '../../../proxy/tunnel/access-tokens.ts';
import { useRig, type Peer } from './rig.ts';

const rig = useRig();
const green = 'green-tea-and-toast';
const black = 'black-tea-and-cake!';
const wrong = 'white-tea-and-honey';

interface Guarded {
  peer: Peer;
  proxy: RunningProxy;
}

async function guarded(options: ProxyOptions = {}): Promise<Guarded> {
  const peer = await rig.peer((socket) => socket.write('+OK\r\n'));
  const accessTokens = new AccessTokens([green, black]);
  return { peer, proxy: await rig.proxyTo(peer, { accessTokens, wrongPasswordDelayMs: 0, ...options }) };
}

it.each([green, black])('each of the tokens opens a tunnel: %s', async (token) => {
  const { peer, proxy } = await guarded();
  const page = await rig.page(proxy);
  page.connect(peer.port, { token });
  await page.until(() => page.text === '+OK\r\n');
});

it.each([
  ['no token', undefined, 'token-needed'],
  ['a wrong one', wrong, 'token-wrong'],
  ['half of a right one', green.slice(0, 8), 'token-wrong'],
  ['both at once', `${green}\n${black}`, 'token-wrong'],
])('%s opens none, and nothing is looked up or dialled', async (_kind, token, code) => {
  const asked: string[] = [];
  const { peer, proxy } = await guarded({
    resolve(name) {
      asked.push(name);
      return Promise.resolve(['127.0.0.1']);
    },
  });
  const page = await rig.page(proxy);
  page.connect(peer.port, { host: 'pop.poplar.test', ...(token === undefined ? {} : { token }) });
  expect(await page.failed()).toBe(code);
  expect([asked, peer.sockets]).toEqual([[], []]);
  expect(page.frames.map(({ type }) => type)).toEqual(['failed']);
});

it('a look-up needs a token, too', async () => {
  const { peer, proxy } = await guarded();
  const page = await rig.page(proxy);
  page.say({ type: 'look-up', host: '127.0.0.1', port: peer.port });
  expect(await page.failed()).toBe('token-needed');
  expect(peer.sockets).toEqual([]);
  const guest = await rig.page(proxy);
  guest.say({ type: 'look-up', host: '127.0.0.1', port: peer.port, token: green });
  expect(await guest.failed()).toBe('tls-not-spoken');
});

it('a token that nobody asks for does no harm', async () => {
  const { peer, proxy } = await guarded({ accessTokens: null });
  const page = await rig.page(proxy);
  page.connect(peer.port, { token: wrong });
  await page.until(() => page.text === '+OK\r\n');
});

it('a refused destination stays refused with a right token', async () => {
  const { proxy } = await guarded();
  const page = await rig.page(proxy);
  page.connect(995, { host: '10.0.0.1', token: green });
  expect(await page.failed()).toBe('address-refused');
});

describe('a wrong token', () => {
  it('is told late', async () => {
    const { peer, proxy } = await guarded({ wrongPasswordDelayMs: 80 });
    const page = await rig.page(proxy);
    const askedAt = performance.now();
    page.connect(peer.port, { token: wrong });
    expect(await page.failed()).toBe('token-wrong');
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(79);
  });

  it('holds nothing meanwhile: whatever comes behind it ends the tunnel', async () => {
    const { peer, proxy } = await guarded({ wrongPasswordDelayMs: 3_600_000 });
    const page = await rig.page(proxy);
    page.connect(peer.port, { token: wrong });
    page.socket.send(Buffer.alloc(1000));
    expect(await page.failed()).toBe('bad-frame');
    expect(proxy.counters()).toEqual({ tunnels: 0, heldOctets: 0 });
  });

  it('does not keep its tunnel longer than a page may take to say where to', async () => {
    const { peer, proxy } = await guarded({ wrongPasswordDelayMs: 3_600_000, connectTimeoutMs: 50 });
    const page = await rig.page(proxy);
    page.connect(peer.port, { token: wrong });
    expect(await page.failed()).toBe('idle-timeout');
  });

  it('counts, with wrong passwords, against its client and nobody else', async () => {
    const trustProxies = [parseHostRule('127.0.0.0/8')].flatMap((rule) => rule ?? []);
    const { peer, proxy } = await guarded({ wrongPasswordsPerMinute: 1, trustProxies });
    const outcome = async (token: string, forwardedFor: string): Promise<string> => {
      const page = await rig.page(proxy, { forwardedFor });
      page.connect(peer.port, { token });
      await Promise.race([page.failed(), page.until(() => page.text !== '').catch(() => undefined)]);
      return page.failure?.code ?? page.text;
    };
    expect(await outcome(wrong, '192.0.2.1')).toBe('token-wrong');
    expect(await outcome(wrong, '192.0.2.1')).toBe('too-many-failures');
    expect(await outcome(green, '192.0.2.1')).toBe('too-many-failures');
    expect(await outcome(green, '192.0.2.2')).toBe('+OK\r\n');
  });

  it('leaves nothing behind when its page goes', async () => {
    const { peer, proxy } = await guarded({ wrongPasswordDelayMs: 3_600_000 });
    const page = await rig.page(proxy);
    page.connect(peer.port, { token: wrong });
    page.socket.terminate();
    const next = await rig.page(proxy);
    next.connect(peer.port, { token: green });
    await next.until(() => next.text === '+OK\r\n');
    expect(proxy.counters().tunnels).toBe(1);
  });
});

it('a page of an allowed origin needs the token, too, and a foreign one gets nothing with it', async () => {
  const { peer, proxy } = await guarded({ allowOrigins: ['https://mail.example.org'] });
  const without = await rig.page(proxy, { origin: 'https://mail.example.org' });
  without.connect(peer.port);
  expect(await without.failed()).toBe('token-needed');
  const page = await rig.page(proxy, { origin: 'https://mail.example.org' });
  page.connect(peer.port, { token: green });
  await page.until(() => page.text === '+OK\r\n');
  await expect(rig.page(proxy, { origin: 'https://evil.example' })).rejects.toThrow('403');
});

it('page and facts are there without a token, and the facts say that one is needed', async () => {
  const { proxy } = await guarded();
  const info = await (await fetch(`${proxy.url}info`)).text();
  expect(JSON.parse(info)).toMatchObject({ needsToken: true });
  expect(info).not.toContain(green);
});

it('no token, right or wrong, is ever in the log, in a frame or in a close reason', async () => {
  const written: string[] = [];
  const write = (event: string, facts: LogFacts, error?: unknown): void =>
    void written.push(JSON.stringify({ event, facts, error: String(error) }));
  const log: Log = { error: write, warn: write, info: write };
  const { peer, proxy } = await guarded({ log });
  for (const frame of [
    { type: 'connect', host: '127.0.0.1', port: peer.port, security: 'none', window: 9, token: wrong },
    { type: 'connect', host: '127.0.0.1', port: peer.port, security: 'none', window: 9, token: [wrong] },
    { type: 'connect', host: `${wrong}.example`, port: 995, security: 'none', window: 9 },
    { type: 'end', token: wrong },
    { type: 'connect', host: '10.0.0.1', port: 995, security: 'none', window: 9, token: green },
  ]) {
    const page = await rig.page(proxy);
    page.socket.send(JSON.stringify(frame));
    await page.failed();
    expect(JSON.stringify([page.frames, page.closed])).not.toMatch(new RegExp(`${wrong}|${green}`));
  }
  expect(written).toHaveLength(5);
  expect(written.join('\n')).toContain('token-wrong');
  expect(written.join('\n')).not.toMatch(new RegExp(`${wrong}|${green}`));
});
