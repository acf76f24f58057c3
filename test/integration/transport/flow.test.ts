/** Bytes through the real proxy: all of them, in order, no faster than the slower side. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { received, useRig } from '../proxy/rig.ts';
import { dial, octets, pattern, readUntil } from './through.ts';

const rig = useRig();
const MiB = 1024 * 1024;
/** Far more than the windows and the kernel's buffers on the way can hold. */
const MUCH = 48 * MiB;

describe('a tunnel through the proxy', () => {
  it('carries a conversation', async () => {
    const peer = await rig.peer((socket) => {
      socket.write('+OK ready\r\n');
      socket.on('data', (bytes) => socket.write(`+OK ${bytes.toString()}`));
    });
    const transport = await dial(await rig.proxyTo(peer), peer.port);
    expect(await readUntil(transport, '\n')).toBe('+OK ready\r\n');
    await transport.write(octets('NOOP\r\n'));
    expect(await readUntil(transport, '\n')).toBe('+OK NOOP\r\n');
    transport.close();
    expect(await transport.read()).toBeNull();
  });

  it('brings everything down, and holds the server back while the page does not read', async () => {
    const sent = pattern(MUCH);
    let gone = false;
    const peer = await rig.peer((socket) => {
      socket.end(sent, () => (gone = true));
      socket.on('data', () => undefined);
    });
    const proxy = await rig.proxyTo(peer);
    const transport = await dial(proxy, peer.port);
    const socket = await peer.socket();
    for (let turn = 0; turn < 50; turn++) {
      const arrived = once(socket, 'data');
      await transport.write(octets('x'));
      await arrived;
    }
    expect(gone).toBe(false);
    expect(proxy.counters().heldOctets).toBeLessThan(8 * MiB);
    const got = Buffer.alloc(MUCH);
    let length = 0;
    for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read()) {
      got.set(chunk, length);
      length += chunk.length;
    }
    expect([length, got.equals(sent)]).toEqual([MUCH, true]);
    transport.close();
  });

  it('brings everything up, and holds the page back while the server does not read', async () => {
    const sent = pattern(MUCH);
    const peer = await rig.peer((socket) => socket.pause());
    const proxy = await rig.proxyTo(peer);
    const transport = await dial(proxy, peer.port);
    const socket = await peer.socket();
    let gone = false;
    const writing = transport.write(sent).then(() => (gone = true));
    for (let turn = 0; turn < 50; turn++) {
      socket.write('x');
      await transport.read();
    }
    expect(gone).toBe(false);
    const got = Buffer.alloc(MUCH);
    let length = 0;
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.copy(got, length);
      if (length === MUCH) break;
    }
    await writing;
    expect(got.equals(sent)).toBe(true);
    transport.close();
  });
});

describe('the end of a tunnel', () => {
  it('in one direction leaves the other open', async () => {
    const peer = await rig.peer((socket) => socket.end('+OK that is all\r\n'));
    const transport = await dial(await rig.proxyTo(peer), peer.port);
    expect(await readUntil(transport, 'never')).toBe('+OK that is all\r\n');
    expect(await transport.read()).toBeNull();
    await transport.write(octets('but I have more\r\n'));
    expect(await received(await peer.socket(), '\n')).toBe('but I have more\r\n');
    transport.close();
  });

  it('by the page lets the server have every octet, then an orderly end', async () => {
    const peer = await rig.peer();
    const proxy = await rig.proxyTo(peer);
    const transport = await dial(proxy, peer.port);
    const socket = await peer.socket();
    await transport.write(octets('QUIT\r\n'));
    transport.close();
    const seen: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) seen.push(chunk);
    expect(Buffer.concat(seen).toString()).toBe('QUIT\r\n');
  });

  it('leaves nothing behind in the proxy', async () => {
    const peer = await rig.peer((socket) => socket.end('+OK bye\r\n'));
    const proxy = await rig.proxyTo(peer);
    const transport = await dial(proxy, peer.port);
    const closed = once(await peer.socket(), 'close');
    await readUntil(transport, 'never');
    transport.close();
    (await peer.socket()).resume();
    await closed;
    await expect.poll(() => proxy.counters().tunnels).toBe(0);
  });

  it('by a reset comes after what was sent before it', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK 120 octets\r\n'));
    const transport = await dial(await rig.proxyTo(peer), peer.port);
    await readUntil(transport, '\n');
    (await peer.socket()).resetAndDestroy();
    await expect(transport.read()).rejects.toMatchObject({ code: 'connection-lost', hop: 'connection' });
    await expect(transport.write(octets('x'))).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('by a proxy that is shut down names the proxy', async () => {
    const peer = await rig.peer();
    const proxy = await rig.proxyTo(peer);
    const transport = await dial(proxy, peer.port);
    const reading = expect(transport.read()).rejects.toMatchObject({ code: 'proxy-closing', hop: 'proxy' });
    await proxy.close();
    await reading;
  });

  it('by a proxy that says nothing for too long names the proxy', async () => {
    const peer = await rig.peer();
    const transport = await dial(await rig.proxyTo(peer, { idleTimeoutMs: 50 }), peer.port);
    await expect(transport.read()).rejects.toMatchObject({ code: 'tunnel-idle', retryable: true });
  });
});
