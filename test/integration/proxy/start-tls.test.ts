/** STLS and STARTTLS: the upgrade, and the attacks on the seam between clear and secured bytes (CVE-2011-0411). */
import type net from 'node:net';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { TestPage } from './page.ts';
import { fixture, received, useRig, type Peer } from './rig.ts';

const rig = useRig();

/** A POP3 server that answers STLS with `reply` and then does what the test says with the connection. */
function stlsPeer(reply: string, after: (socket: net.Socket) => void = upgrade): Promise<Peer> {
  return rig.peer((socket) => {
    socket.write('+OK ready\r\n');
    void received(socket, 'STLS\r\n').then(() => {
      socket.write(reply);
      after(socket);
    });
  });
}

function upgrade(socket: net.Socket, certificate = 'good.pem'): void {
  const secured = new tls.TLSSocket(socket, {
    isServer: true,
    key: fixture('server.key'),
    cert: fixture(certificate),
  });
  secured.on('error', () => socket.destroy());
  secured.on('data', (bytes) => secured.write(`+OK ${bytes.toString()}`));
}

async function sayStls(peer: Peer): Promise<TestPage> {
  const page = await rig.page(await rig.proxyTo(peer));
  page.connect(peer.port);
  await page.until(() => page.text === '+OK ready\r\n');
  page.socket.send(Buffer.from('STLS\r\n'));
  return page;
}

describe('start-tls', () => {
  it('secures the stream, and bytes go on in both directions', async () => {
    const page = await sayStls(await stlsPeer('+OK begin\r\n'));
    await page.until(() => page.text.endsWith('+OK begin\r\n'));
    page.say({ type: 'start-tls' });
    const { tls: facts } = await page.frame('secured');
    expect(facts).toMatchObject({ protocol: 'TLSv1.3', certificate: { subject: 'CN=mail.poplar.test' } });
    page.socket.send(Buffer.from('CAPA\r\n'));
    await page.until(() => page.text.endsWith('+OK CAPA\r\n'));
  });

  it('carries megabytes once secured', async () => {
    const octets = 6 * 1024 * 1024;
    const peer = await stlsPeer('+OK begin\r\n', (socket) => {
      const secured = new tls.TLSSocket(socket, {
        isServer: true,
        key: fixture('server.key'),
        cert: fixture('good.pem'),
      });
      secured.on('error', () => socket.destroy());
      secured.once('data', () => secured.write(Buffer.alloc(octets, 'x')));
    });
    const page = await sayStls(peer);
    page.isGenerous = true;
    await page.until(() => page.text.endsWith('+OK begin\r\n'));
    page.say({ type: 'start-tls' });
    await page.frame('secured');
    const before = page.octets;
    page.socket.send(Buffer.from('RETR 1\r\n'));
    await page.until(() => page.octets - before === octets);
  });

  it('checks the certificate as for TLS from the start', async () => {
    const page = await sayStls(
      await stlsPeer('+OK begin\r\n', (socket) => upgrade(socket, 'self-signed.pem')),
    );
    await page.until(() => page.text.endsWith('+OK begin\r\n'));
    page.say({ type: 'start-tls' });
    expect(await page.failed()).toBe('certificate-self-signed');
  });

  it('is refused while bytes wait that the page has no credit for', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK ready\r\n+OK injected\r\n'));
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port, { window: '+OK ready\r\n'.length });
    await page.until(() => page.text === '+OK ready\r\n');
    page.say({ type: 'start-tls' });
    expect(await page.failed()).toBe('start-tls-with-bytes-pending');
    expect(page.text).toBe('+OK ready\r\n');
  });

  it('hands bytes that came together with the reply over in clear, before the upgrade', async () => {
    const page = await sayStls(await stlsPeer('+OK begin\r\n+OK injected\r\n'));
    await page.until(() => page.text.endsWith('injected\r\n'));
    // The page sees them now, unread, and refuses (see the transport's tests). None is left to come after.
    expect(page.frames.some((frame) => frame.type === 'secured')).toBe(false);
    page.say({ type: 'start-tls' });
    await page.frame('secured');
    expect(page.text).toBe('+OK ready\r\n+OK begin\r\n+OK injected\r\n');
  });

  it('never takes clear bytes for secured ones when they come after it was accepted', async () => {
    const peer = await stlsPeer('+OK begin\r\n', (socket) => {
      // The first thing that comes is the ClientHello: the upgrade is under way.
      socket.once('data', () => socket.write('+OK injected\r\n'));
    });
    const page = await sayStls(peer);
    await page.until(() => page.text.endsWith('+OK begin\r\n'));
    page.say({ type: 'start-tls' });
    expect(await page.failed()).toBe('tls-not-spoken');
    expect(page.text).not.toContain('injected');
  });

  it('never takes clear bytes for secured ones when a real handshake follows them', async () => {
    const peer = await stlsPeer('+OK begin\r\n', (socket) => {
      socket.once('data', (hello: Buffer) => {
        socket.write('+OK injected\r\n');
        socket.unshift(hello);
        upgrade(socket);
      });
    });
    const page = await sayStls(peer);
    await page.until(() => page.text.endsWith('+OK begin\r\n'));
    page.say({ type: 'start-tls' });
    expect(await page.failed()).toBe('tls-not-spoken');
    expect(page.text).not.toContain('injected');
  });

  it.each<[string, (socket: net.Socket) => void]>([
    ['closes', (socket) => socket.end()],
    ['resets', (socket) => void socket.once('data', () => socket.resetAndDestroy())],
  ])('fails when the server %s instead', async (_kind, after) => {
    const page = await sayStls(await stlsPeer('+OK begin\r\n', after));
    await page.until(() => page.text.endsWith('+OK begin\r\n'));
    page.say({ type: 'start-tls' });
    expect(await page.failed()).toBe('tls-failed');
  });

  it('sends everything that was written before it, in clear and in order', async () => {
    const seen: string[] = [];
    const peer = await rig.peer((socket) => {
      void received(socket, 'STLS\r\n').then((text) => {
        seen.push(text);
        upgrade(socket);
      });
    });
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    await page.frame('connected');
    page.socket.send(Buffer.from('CAPA\r\n'));
    page.socket.send(Buffer.from('STLS\r\n'));
    page.say({ type: 'start-tls' });
    await page.frame('secured');
    expect(seen).toEqual(['CAPA\r\nSTLS\r\n']);
  });
});
