/** Who the mail server is: what is wrong with its certificate, the one that a person trusts, and looking before trusting. */
import { X509Certificate } from 'node:crypto';
import type net from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../../../proxy/proxy-options.ts';
import type { TunnelErrorCode } from '../../../proxy/protocol.ts';
import type { TestPage } from './page.ts';
import { fixture, received, useRig, type Peer } from './rig.ts';

const rig = useRig();
const HOST = 'mail.poplar.test';

const sha256 = (certificate: string): string => new X509Certificate(fixture(certificate)).fingerprint256;

/** A page in front of a proxy that may go to this peer. */
async function pageTo(peer: Peer, options: ProxyOptions = {}): Promise<TestPage> {
  return rig.page(await rig.proxyTo(peer, { names: [HOST], ...options }));
}

/** A POP3 server that begins TLS with this certificate after STLS. */
function stlsPeer(certificate: string): Promise<Peer> {
  return rig.peer((socket) => {
    socket.write('+OK ready\r\n');
    void received(socket, 'STLS\r\n').then(() => {
      socket.write('+OK begin\r\n');
      const secured = new tls.TLSSocket(socket, {
        isServer: true,
        key: fixture('server.key'),
        cert: fixture(certificate),
      });
      secured.on('error', () => socket.destroy());
      secured.on('data', (bytes) => secured.write(`+OK ${bytes.toString()}`));
    });
  });
}

async function sayStls(peer: Peer): Promise<TestPage> {
  const page = await pageTo(peer);
  page.connect(peer.port, { host: HOST });
  await page.until(() => page.text === '+OK ready\r\n');
  page.socket.send(Buffer.from('STLS\r\n'));
  await page.until(() => page.text.endsWith('+OK begin\r\n'));
  return page;
}

describe('a certificate that is not trusted', () => {
  it.each<[string, TunnelErrorCode]>([
    ['expired.pem', 'certificate-expired'],
    ['not-yet-valid.pem', 'certificate-not-yet-valid'],
    ['wrong-name.pem', 'certificate-wrong-name'],
    ['self-signed.pem', 'certificate-self-signed'],
    ['self-signed-expired.pem', 'certificate-expired'],
    ['unknown-issuer.pem', 'certificate-unknown-issuer'],
    ['incomplete-chain.pem', 'certificate-incomplete-chain'],
    ['for-persons.pem', 'certificate-invalid'],
  ])('%s is refused for what is wrong with it, before a byte passes', async (certificate, code) => {
    const peer = await rig.tlsPeer(certificate, (socket) => socket.write('+OK trust me\r\n'));
    const page = await pageTo(peer);
    page.connect(peer.port, { host: HOST, security: 'tls' });
    expect(await page.failed()).toBe(code);
    expect(page.failure?.certificate?.sha256).toBe(sha256(certificate));
    expect(page.octets).toBe(0);
  });

  it.each<[string, TunnelErrorCode]>([
    ['good.pem', 'certificate-incomplete-chain'],
    ['complete-chain.pem', 'certificate-unknown-issuer'],
  ])('%s is refused too when its authority was not named', async (certificate, code) => {
    const peer = await rig.tlsPeer(certificate);
    const page = await pageTo(peer, { extraRoots: [] });
    page.connect(peer.port, { host: HOST, security: 'tls' });
    expect(await page.failed()).toBe(code);
  });

  it('is one with a key and a signature that are too weak', async () => {
    const weak = { key: fixture('weak.key'), ciphers: 'DEFAULT:@SECLEVEL=0' };
    const peer = await rig.tlsPeer('weak.pem', undefined, weak);
    const page = await pageTo(peer);
    page.connect(peer.port, { host: HOST, security: 'tls' });
    expect(await page.failed()).toBe('certificate-invalid');
    expect(page.failure?.message).toContain('too weak');
  });
});

describe('a pin', () => {
  it.each([
    'self-signed.pem',
    'self-signed-expired.pem',
    'unknown-issuer.pem',
    'incomplete-chain.pem',
    'wrong-name.pem',
    'good.pem',
  ])('lets %s in, whatever else is to be said of it', async (certificate) => {
    const peer = await rig.tlsPeer(certificate, (socket) => socket.write('+OK welcome\r\n'));
    const page = await pageTo(peer);
    page.connect(peer.port, { host: HOST, security: 'tls', pin: sha256(certificate) });
    await page.until(() => page.text === '+OK welcome\r\n');
    expect((await page.frame('connected')).tls?.certificate.sha256).toBe(sha256(certificate));
  });

  it.each(['self-signed-renewed.pem', 'good.pem'])(
    'keeps %s out, which has the same key and perhaps a better name, and shows it',
    async (certificate) => {
      const peer = await rig.tlsPeer(certificate, (socket) => socket.write('+OK welcome\r\n'));
      const page = await pageTo(peer);
      page.connect(peer.port, { host: HOST, security: 'tls', pin: sha256('self-signed.pem') });
      expect(await page.failed()).toBe('certificate-changed');
      expect(page.failure?.certificate).toMatchObject({
        subject: 'CN=mail.poplar.test',
        sha256: sha256(certificate),
      });
      expect(page.octets).toBe(0);
    },
  );

  it('counts for STLS as well', async () => {
    const page = await sayStls(await stlsPeer('self-signed.pem'));
    page.say({ type: 'start-tls', pin: sha256('self-signed.pem') });
    await page.frame('secured');
    page.socket.send(Buffer.from('CAPA\r\n'));
    await page.until(() => page.text.endsWith('+OK CAPA\r\n'));
  });

  it('refuses another certificate after STLS', async () => {
    const page = await sayStls(await stlsPeer('self-signed-renewed.pem'));
    page.say({ type: 'start-tls', pin: sha256('self-signed.pem') });
    expect(await page.failed()).toBe('certificate-changed');
  });
});

describe('a look-up', () => {
  it('shows the certificate and what is wrong with it, and ends in order', async () => {
    const peer = await rig.tlsPeer('self-signed.pem', (socket) => socket.write('+OK not for you\r\n'));
    const page = await pageTo(peer);
    page.say({ type: 'look-up', host: HOST, port: peer.port });
    await expect(page.until(() => false)).rejects.toThrow('"code":1000');
    expect(page.frames.map((frame) => frame.type)).toEqual(['reached', 'reached', 'certificate']);
    const { tls: facts, chain, problem } = await page.frame('certificate');
    expect(problem).toBe('certificate-self-signed');
    expect(facts).toMatchObject({ protocol: 'TLSv1.3', certificate: { sha256: sha256('self-signed.pem') } });
    expect(chain).toEqual([fixture('self-signed.pem')]);
    expect(page.octets).toBe(0);
  });

  it('has nothing to say against a good one, and shows the whole chain', async () => {
    const peer = await rig.tlsPeer('complete-chain.pem');
    const page = await pageTo(peer);
    page.say({ type: 'look-up', host: HOST, port: peer.port });
    const { chain, problem } = await page.frame('certificate');
    expect(problem).toBeNull();
    expect(chain.join('')).toBe(fixture('complete-chain.pem') + fixture('ca.pem'));
  });

  it('sends nothing to the server beyond the handshake', async () => {
    const heard: string[] = [];
    const peer = await rig.tlsPeer('self-signed.pem', (socket) => {
      socket.on('data', (bytes: Buffer) => heard.push(bytes.toString()));
    });
    const page = await pageTo(peer);
    page.say({ type: 'look-up', host: HOST, port: peer.port });
    await page.frame('certificate');
    const socket = await peer.socket();
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
    expect(heard).toEqual([]);
  });

  it('goes over STLS too', async () => {
    const page = await sayStls(await stlsPeer('unknown-issuer.pem'));
    page.say({ type: 'start-look-up' });
    await expect(page.until(() => false)).rejects.toThrow('"code":1000');
    const { chain, problem } = await page.frame('certificate');
    expect(problem).toBe('certificate-unknown-issuer');
    expect(chain.join('')).toBe(fixture('unknown-issuer.pem'));
  });

  it.each<[string, (socket: net.Socket) => void, TunnelErrorCode]>([
    ['speaks no TLS', (socket) => socket.write('+OK ready\r\n'), 'tls-not-spoken'],
    ['closes', (socket) => socket.end(), 'tls-failed'],
    ['says nothing', () => undefined, 'tls-timeout'],
  ])('fails like a connection to a server that %s', async (_kind, onConnection, code) => {
    const peer = await rig.peer((socket) => void socket.once('data', () => onConnection(socket)));
    const page = await pageTo(peer, { connectTimeoutMs: 200 });
    page.say({ type: 'look-up', host: HOST, port: peer.port });
    expect(await page.failed()).toBe(code);
  });

  it('keeps to the same rules about destinations', async () => {
    const page = await rig.page(await rig.proxy());
    page.say({ type: 'look-up', host: '127.0.0.1', port: 995 });
    expect(await page.failed()).toBe('address-refused');
  });

  it('leaves nothing behind', async () => {
    const peer = await rig.tlsPeer('self-signed.pem');
    const proxy = await rig.proxyTo(peer, { names: [HOST] });
    const page = await rig.page(proxy);
    page.say({ type: 'look-up', host: HOST, port: peer.port });
    await expect(page.until(() => false)).rejects.toThrow('"code":1000');
    expect(proxy.counters()).toEqual({ tunnels: 0, heldOctets: 0 });
    const socket = await peer.socket();
    if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  });

  it.each<[string, object]>([
    ['a second time', { type: 'look-up', host: HOST, port: 995 }],
    ['of a stream that is secured already', { type: 'start-look-up' }],
  ])('is out of order %s', async (_kind, frame) => {
    const peer = await rig.tlsPeer('good.pem');
    const page = await pageTo(peer);
    page.connect(peer.port, { host: HOST, security: 'tls' });
    await page.frame('connected');
    page.socket.send(JSON.stringify(frame));
    expect(await page.failed()).toBe('bad-frame');
  });
});
