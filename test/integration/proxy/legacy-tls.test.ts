/** TLS before 1.2 and what goes with it: refused by its name, and spoken with the hosts that the operator named. */
import type tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { parseHostRule, type HostRule } from '../../../proxy/address/host-rule.ts';
import type { TunnelErrorCode } from '../../../proxy/protocol.ts';
import { fixture, useRig, type Peer } from './rig.ts';

const rig = useRig();
const HOST = 'mail.poplar.test';
const OLD = { ciphers: 'DEFAULT:@SECLEVEL=0', minVersion: 'TLSv1' } as const;

function rules(...texts: string[]): HostRule[] {
  return texts.flatMap((text) => parseHostRule(text) ?? []);
}

const oldPeer = (maxVersion: tls.SecureVersion, options: tls.TlsOptions = {}): Promise<Peer> =>
  rig.tlsPeer('good.pem', (socket) => socket.write('+OK old\r\n'), { ...OLD, maxVersion, ...options });

describe.each(['TLSv1', 'TLSv1.1'] as const)('a server that speaks %s at most', (version) => {
  it('is refused by that name', async () => {
    const peer = await oldPeer(version);
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port, { security: 'tls' });
    expect(await page.failed()).toBe('tls-too-old');
    expect(page.failure?.message).toContain('--legacy-tls');
    expect(page.octets).toBe(0);
  });

  it.each([
    ['by name', HOST],
    ['by domain', '*.poplar.test'],
    ['by network', '127.0.0.0/8'],
  ])('is spoken with when it was named %s', async (_how, rule) => {
    const peer = await oldPeer(version);
    const proxy = await rig.proxyTo(peer, { names: [HOST], legacyTlsHosts: rules(rule) });
    const page = await rig.page(proxy);
    page.connect(peer.port, { host: HOST, security: 'tls' });
    await page.until(() => page.text === '+OK old\r\n');
    expect((await page.frame('connected')).tls?.protocol).toBe(version);
  });

  it('is refused when another one was named', async () => {
    const peer = await oldPeer(version);
    const proxy = await rig.proxyTo(peer, { names: [HOST], legacyTlsHosts: rules('other.poplar.test') });
    const page = await rig.page(proxy);
    page.connect(peer.port, { host: HOST, security: 'tls' });
    expect(await page.failed()).toBe('tls-too-old');
  });
});

describe('a server that was named as old', () => {
  const named = { names: [HOST], legacyTlsHosts: rules(HOST) };

  it('may have a short key and a weak signature', async () => {
    const weak = { ...OLD, key: fixture('weak.key') };
    const peer = await rig.tlsPeer('weak.pem', (socket) => socket.write('+OK weak\r\n'), weak);
    const page = await rig.page(await rig.proxyTo(peer, named));
    page.connect(peer.port, { host: HOST, security: 'tls' });
    await page.until(() => page.text === '+OK weak\r\n');
  });

  it('must show a certificate that is trusted all the same', async () => {
    const peer = await rig.tlsPeer('self-signed.pem', undefined, { ...OLD, maxVersion: 'TLSv1' });
    const page = await rig.page(await rig.proxyTo(peer, named));
    page.connect(peer.port, { host: HOST, security: 'tls' });
    expect(await page.failed()).toBe('certificate-self-signed');
  });

  it('is spoken with in the newest version it has', async () => {
    const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK new\r\n'));
    const page = await rig.page(await rig.proxyTo(peer, named));
    page.connect(peer.port, { host: HOST, security: 'tls' });
    expect((await page.frame('connected')).tls?.protocol).toBe('TLSv1.3');
  });

  it.each<[string, number[]]>([
    [
      'answers in SSL 3.0',
      [0x16, 3, 0, 0, 0x2a, 2, 0, 0, 0x26, 3, 0, ...Array<number>(32).fill(1), 0, 0, 0x35, 0],
    ],
    ['knows none of the versions', [0x15, 3, 1, 0, 2, 2, 70]],
  ])('is not advised to be named when it %s', async (_kind, octets) => {
    const answer = Buffer.from(octets);
    const peer = await rig.peer((socket) => void socket.once('data', () => socket.end(answer)));
    const failure = async (legacyTlsHosts: HostRule[]): Promise<TunnelErrorCode> => {
      const page = await rig.page(await rig.proxyTo(peer, { names: [HOST], legacyTlsHosts }));
      page.connect(peer.port, { host: HOST, security: 'tls' });
      return page.failed();
    };
    expect(await failure([])).toBe('tls-too-old');
    expect(await failure(rules(HOST))).toBe('tls-failed');
  });
});
