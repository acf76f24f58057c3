import { describe, expect, it } from 'vitest';
import { MAX_AHEAD_OCTETS, MAX_UNREAD_OCTETS } from '../../../web/transport/websockify-transport.ts';
import { bytes } from '../../support/octets.ts';
import { settled } from '../../support/settled.ts';
import { openBridge } from './fake-bridge.ts';

const MEBI = 1024 * 1024;
const BUFFER = 256 * 1024;

describe('reading through a bridge', () => {
  it('hands out frames as they came, waiting or not', async () => {
    const { socket, transport } = await openBridge();
    const early = transport.read();
    socket.deliver(bytes('+OK '));
    socket.deliver(bytes('ready\r\n'));
    expect(await early).toEqual(bytes('+OK '));
    expect(await transport.read()).toEqual(bytes('ready\r\n'));
  });

  it.each([1000, 1005])('ends with null after an orderly close (%d), the rest first', async (code) => {
    const { socket, transport } = await openBridge();
    socket.deliver(bytes('+OK bye\r\n'));
    socket.drop(code, 'Target closed');
    expect(await transport.read()).toEqual(bytes('+OK bye\r\n'));
    expect(await transport.read()).toBeNull();
    await expect(transport.write(bytes('NOOP'))).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it.each([1001, 1006, 1011, 4000])('fails after another close (%d), the rest first', async (code) => {
    const { socket, transport } = await openBridge();
    socket.deliver(bytes('+OK'));
    socket.drop(code);
    expect(await transport.read()).toEqual(bytes('+OK'));
    await expect(transport.read()).rejects.toMatchObject({
      code: 'connection-lost',
      hop: 'proxy',
      retryable: true,
      detail: {
        host: 'pop.example.org',
        bridge: 'websockify',
        message: `The bridge closed the WebSocket with code ${code}`,
      },
    });
  });

  it.each([1000, 1005, 1006, 1011])(
    'names the target when the bridge closes (%d) before it has sent a byte',
    async (code) => {
      const { socket, transport } = await openBridge();
      socket.drop(code, 'Failed to connect to downstream server');
      await expect(transport.read()).rejects.toMatchObject({
        code: 'bridge-no-target',
        hop: 'connection',
        retryable: true,
        detail: {
          message: `The bridge closed the WebSocket with code ${code}: Failed to connect to downstream server`,
        },
      });
    },
  );

  it.each([
    ['text', '+OK ready\r\n'],
    ['a blob', new Blob(['+OK'])],
  ])('takes %s for no bridge', async (_name, data) => {
    const { socket, transport } = await openBridge();
    socket.deliver(data);
    await expect(transport.read()).rejects.toMatchObject({ code: 'bridge-protocol', hop: 'proxy' });
    expect(socket.closed).toHaveLength(1);
  });

  it('lets the limit wait unread, again and again, and not one octet more', async () => {
    const { socket, transport } = await openBridge();
    const mebi = new Uint8Array(MEBI);
    for (let octets = 0; octets < MAX_UNREAD_OCTETS; octets += MEBI) socket.deliver(mebi);
    await transport.read();
    socket.deliver(mebi);
    expect(socket.closed).toEqual([]);
    socket.deliver(bytes('!'));
    expect(socket.closed).toHaveLength(1);
    for (let octets = 0; octets < MAX_UNREAD_OCTETS; octets += MEBI) {
      expect((await transport.read())?.length).toBe(MEBI);
    }
    await expect(transport.read()).rejects.toMatchObject({
      code: 'bridge-overflow',
      hop: 'proxy',
      retryable: true,
      detail: { limitOctets: MAX_UNREAD_OCTETS },
    });
  });

  it('asks the reader to ask for far less ahead than may wait', async () => {
    const { transport } = await openBridge();
    expect(transport.maxAheadOctets).toBe(MAX_AHEAD_OCTETS);
    expect(MAX_AHEAD_OCTETS).toBeLessThan(MAX_UNREAD_OCTETS / 16);
  });

  it('gives null to a pending read when it is closed, and closes once', async () => {
    const { clock, socket, transport } = await openBridge();
    const pending = transport.read();
    transport.close();
    transport.close();
    expect(await pending).toBeNull();
    expect(socket.closed).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it('is deaf after the end', async () => {
    const { socket, transport } = await openBridge();
    transport.close();
    socket.deliver(bytes('late'));
    socket.drop(1006);
    expect(await transport.read()).toBeNull();
    expect(socket.closed).toEqual([1000]);
  });
});

describe('writing through a bridge', () => {
  it('sends bytes alone, in order, and is done when the browser has them', async () => {
    const { socket, transport } = await openBridge();
    await Promise.all([transport.write(bytes('CAPA\r\n')), transport.write(bytes('QUIT\r\n'))]);
    expect(socket.sentBytes).toEqual([bytes('CAPA\r\n'), bytes('QUIT\r\n')]);
  });

  it('waits while the browser holds too much, and goes on as that leaves', async () => {
    const { clock, socket, transport } = await openBridge();
    const sent = (): number => socket.sentBytes.reduce((sum, frame) => sum + frame.length, 0);
    const long = new Uint8Array(BUFFER + 100_000).map((_, index) => index % 251);
    let written = false;
    const writing = transport.write(long).then(() => (written = true));
    expect(sent()).toBe(BUFFER);
    clock.advance(20);
    expect(sent()).toBe(BUFFER);
    socket.bufferedAmount = BUFFER - 60_000;
    clock.advance(20);
    expect(sent()).toBe(BUFFER + 60_000);
    await settled();
    expect(written).toBe(false);
    socket.bufferedAmount = 0;
    clock.advance(20);
    await writing;
    expect(Buffer.concat(socket.sentBytes).equals(long)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('fails what waits when the bridge goes', async () => {
    const { clock, socket, transport } = await openBridge();
    const writing = transport.write(new Uint8Array(BUFFER + 1));
    socket.deliver(bytes('+OK'));
    socket.drop(1006);
    await expect(writing).rejects.toMatchObject({ code: 'connection-lost', hop: 'proxy' });
    expect(clock.pending).toBe(0);
  });

  it('can not start TLS', async () => {
    const { socket, transport } = await openBridge();
    await expect(transport.startTls()).rejects.toMatchObject({ code: 'tls-not-possible', hop: 'tls' });
    expect(socket.sent).toEqual([]);
  });
});
