/** STLS through the real proxy, and bytes smuggled into the seam (RFC 2595 §2.1, CVE-2011-0411). */
import { X509Certificate } from 'node:crypto';
import type net from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../../../web/wire/transport.ts';
import { dialThrough } from '../../support/proxy-dial.ts';
import { fixture, received, useRig } from '../proxy/rig.ts';
import { octets, readUntil } from './through.ts';

const rig = useRig();

/** A transport to a server that greets, answers STLS with `reply`, and then speaks TLS with this certificate. */
async function toStlsServer(reply: string, certificate = 'good.pem', pin?: string): Promise<Transport> {
  const peer = await rig.peer((socket) => {
    socket.write('+OK ready\r\n');
    void received(socket, 'STLS\r\n').then(() => {
      socket.write(reply);
      secure(socket, certificate);
    });
  });
  const proxy = await rig.proxyTo(peer, { names: ['mail.poplar.test'] });
  const target = { host: 'mail.poplar.test', port: peer.port, security: 'starttls' as const };
  const pinned = pin === undefined ? target : { ...target, pin };
  const transport = await dialThrough(proxy.url)(pinned, {}, new AbortController().signal);
  expect(await readUntil(transport, '\n')).toBe('+OK ready\r\n');
  await transport.write(octets('STLS\r\n'));
  return transport;
}

function secure(socket: net.Socket, certificate: string): void {
  const secured = new TLSSocket(socket, {
    isServer: true,
    key: fixture('server.key'),
    cert: fixture(certificate),
  });
  secured.on('error', () => socket.destroy());
  secured.on('data', (bytes) => secured.write(`+OK ${bytes.toString()}`));
}

describe('starting TLS through the proxy', () => {
  it('secures the stream, and the conversation goes on', async () => {
    const transport = await toStlsServer('+OK begin\r\n');
    expect(await readUntil(transport, '\n')).toBe('+OK begin\r\n');
    expect(transport.security).toBeNull();
    await transport.startTls();
    expect(transport.security).toMatchObject({ endsIn: 'proxy', subject: 'CN=mail.poplar.test' });
    await transport.write(octets('CAPA\r\n'));
    expect(await readUntil(transport, '\n')).toBe('+OK CAPA\r\n');
    transport.close();
  });

  it('never succeeds over bytes that were sent in clear behind the go-ahead', async () => {
    // More than one frame, so that some of it is always unread: here, on the way, or in the proxy.
    const transport = await toStlsServer(`+OK begin\r\n${'+OK smuggled\r\n'.repeat(200_000)}`);
    expect(await readUntil(transport, '\n')).toContain('+OK begin\r\n');
    await expect(transport.startTls()).rejects.toMatchObject({ hop: 'tls', retryable: false });
    expect(transport.security).toBeNull();
    await expect(transport.write(octets('PASS secret\r\n'))).rejects.toMatchObject({ hop: 'tls' });
  });

  it('fails for a certificate that is not trusted', async () => {
    const transport = await toStlsServer('+OK begin\r\n', 'self-signed.pem');
    await readUntil(transport, '\n');
    await expect(transport.startTls()).rejects.toMatchObject({ code: 'certificate-self-signed', hop: 'tls' });
    await expect(transport.write(octets('PASS secret\r\n'))).rejects.toMatchObject({
      code: 'certificate-self-signed',
    });
  });

  it('takes the certificate that is trusted, and no other', async () => {
    const pin = new X509Certificate(fixture('self-signed.pem')).fingerprint256;
    const transport = await toStlsServer('+OK begin\r\n', 'self-signed.pem', pin);
    await readUntil(transport, '\n');
    await transport.startTls();
    expect(transport.security?.sha256).toBe(pin);
    transport.close();
    const changed = await toStlsServer('+OK begin\r\n', 'self-signed-renewed.pem', pin);
    await readUntil(changed, '\n');
    await expect(changed.startTls()).rejects.toMatchObject({ code: 'certificate-changed', detail: { pin } });
    await expect(changed.write(octets('PASS secret\r\n'))).rejects.toMatchObject({
      code: 'certificate-changed',
    });
  });
});
