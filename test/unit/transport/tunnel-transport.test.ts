import { describe, expect, it } from 'vitest';
import { MAX_DATA_FRAME_OCTETS, WINDOW_OCTETS } from '../../../proxy/protocol.ts';
import { openTunnel, TARGET, TLS } from './fake-socket.ts';

const bytes = (...octets: number[]): Uint8Array => Uint8Array.from(octets);
const MiB = 1024 * 1024;

describe('reading', () => {
  it('gives chunks in order, then null when the server has finished', async () => {
    const { socket, transport } = await openTunnel();
    socket.deliver(bytes(1, 2));
    socket.deliver(bytes());
    socket.deliver(bytes(3));
    socket.say({ type: 'end' });
    expect(await transport.read()).toEqual(bytes(1, 2));
    expect(await transport.read()).toEqual(bytes(3));
    expect(await transport.read()).toBeNull();
    expect(await transport.read()).toBeNull();
  });

  it('waits for bytes that are not here yet', async () => {
    const { socket, transport } = await openTunnel();
    const reading = transport.read();
    await expect(transport.read()).rejects.toMatchObject({ code: 'internal' });
    socket.deliver(bytes(7));
    expect(await reading).toEqual(bytes(7));
  });

  it('gives what came before a failure, then the failure, again and again', async () => {
    const { socket, transport } = await openTunnel();
    socket.deliver(bytes(1));
    socket.say({ type: 'failed', code: 'connection-reset', message: 'reset' });
    socket.drop(4000, 'connection-reset');
    expect(await transport.read()).toEqual(bytes(1));
    const lost = { code: 'connection-lost', hop: 'connection', retryable: true };
    await expect(transport.read()).rejects.toMatchObject(lost);
    await expect(transport.read()).rejects.toMatchObject(lost);
    await expect(transport.write(bytes(1))).rejects.toMatchObject(lost);
    expect(socket.closed).toHaveLength(1);
  });

  it('takes a lost WebSocket for a lost connection to the proxy', async () => {
    const { socket, transport } = await openTunnel();
    const reading = transport.read();
    socket.drop(1006);
    await expect(reading).rejects.toMatchObject({ code: 'connection-lost', hop: 'proxy' });
  });

  it('is at its end, not broken, when the WebSocket closes after the server has finished', async () => {
    const { socket, transport } = await openTunnel();
    socket.say({ type: 'end' });
    socket.drop(1006);
    expect(await transport.read()).toBeNull();
    await expect(transport.write(bytes(1))).rejects.toMatchObject({ code: 'connection-lost' });
  });
});

describe('credit for what was read', () => {
  it('is given once a quarter of the window has been read, not for each chunk', async () => {
    const { socket, transport } = await openTunnel();
    for (let chunk = 0; chunk < 40; chunk++) socket.deliver(new Uint8Array(100 * 1024));
    expect(socket.sent).toEqual([]);
    for (let chunk = 0; chunk < 40; chunk++) await transport.read();
    const eleven = { type: 'credit', octets: 11 * 100 * 1024 };
    expect(socket.sent).toEqual([eleven, eleven, eleven]);
  });

  it('is not given for what only came', async () => {
    const { socket, transport } = await openTunnel();
    for (let chunk = 0; chunk < 4; chunk++) socket.deliver(new Uint8Array(MiB));
    expect(socket.sent).toEqual([]);
    await transport.read();
    expect(socket.sent).toEqual([{ type: 'credit', octets: MiB }]);
  });

  it('bounds the proxy: an octet beyond it ends the tunnel', async () => {
    const { socket, transport } = await openTunnel();
    for (let octets = 0; octets < WINDOW_OCTETS; octets += MiB) socket.deliver(new Uint8Array(MiB));
    expect(socket.closed).toEqual([]);
    socket.deliver(bytes(1));
    expect(socket.closed).toHaveLength(1);
    for (let chunk = 0; chunk < 4; chunk++) expect((await transport.read())?.length).toBe(MiB);
    await expect(transport.read()).rejects.toMatchObject({ code: 'proxy-protocol' });
  });
});

describe('writing', () => {
  it('cuts at the largest frame and stops at the window', async () => {
    const { socket, transport } = await openTunnel({ window: 2 * MiB + 5 });
    const all = Uint8Array.from({ length: 3 * MiB }, (_, index) => index % 251);
    let written = false;
    const writing = transport.write(all).then(() => (written = true));
    expect(socket.sent).toEqual([MAX_DATA_FRAME_OCTETS, MAX_DATA_FRAME_OCTETS, 5]);
    socket.say({ type: 'credit', octets: 2 * MiB });
    await writing;
    expect(written).toBe(true);
    expect(socket.sent).toEqual([MiB, MiB, 5, MiB - 5]);
    expect(Buffer.concat(socket.sentBytes).equals(all)).toBe(true);
  });

  it('keeps the order of calls and resolves each when its own bytes are gone', async () => {
    const { socket, transport } = await openTunnel({ window: 3 });
    const done: string[] = [];
    const writes = [
      transport.write(bytes(1, 2)).then(() => done.push('a')),
      transport.write(bytes(3, 4)).then(() => done.push('b')),
      transport.write(bytes()).then(() => done.push('nothing')),
      transport.write(bytes(5)).then(() => done.push('c')),
    ];
    await writes[0];
    expect([socket.sent, done]).toEqual([[2, 1], ['a']]);
    socket.say({ type: 'credit', octets: 3 });
    await Promise.all(writes);
    expect(done).toEqual(['a', 'b', 'nothing', 'c']);
    expect([...Buffer.concat(socket.sentBytes)]).toEqual([1, 2, 3, 4, 5]);
  });

  it('rejects what waits for credit when the tunnel fails', async () => {
    const { socket, transport } = await openTunnel({ window: 1 });
    const writing = transport.write(bytes(1, 2));
    socket.say({ type: 'failed', code: 'idle-timeout', message: 'idle' });
    await expect(writing).rejects.toMatchObject({ code: 'tunnel-idle', hop: 'proxy' });
  });

  it('refuses credit for what was never sent', async () => {
    const { socket, transport } = await openTunnel({ window: 100 });
    await transport.write(bytes(1, 2));
    socket.say({ type: 'credit', octets: 2 });
    expect(socket.closed).toEqual([]);
    socket.say({ type: 'credit', octets: 1 });
    await expect(transport.read()).rejects.toMatchObject({ code: 'proxy-protocol' });
  });

  it('buffers no more than our own window, whatever the proxy offers', async () => {
    const { socket, transport } = await openTunnel({ window: Number.MAX_SAFE_INTEGER });
    const writing = transport.write(new Uint8Array(WINDOW_OCTETS + 1));
    expect(socket.sent.reduce<number>((sum, octets) => sum + Number(octets), 0)).toBe(WINDOW_OCTETS);
    transport.close();
    await expect(writing).rejects.toMatchObject({ code: 'connection-lost' });
  });
});

describe('a proxy that does not keep to the protocol', () => {
  it.each([
    { name: 'connects twice', frame: { type: 'connected', window: 1000, tls: null } },
    { name: 'secures unasked', frame: { type: 'secured', tls: TLS } },
    { name: 'still dials', frame: { type: 'reached', hop: 'name', address: 'x' } },
    { name: 'gives no credit', frame: { type: 'credit', octets: 0 } },
    { name: 'gives negative credit', frame: { type: 'credit', octets: -5 } },
    { name: 'speaks POP3 in a text frame', frame: '+OK' },
  ])('is left when it $name', async ({ frame }) => {
    const { socket, transport } = await openTunnel();
    socket.say(frame);
    await expect(transport.read()).rejects.toMatchObject({ code: 'proxy-protocol', hop: 'proxy' });
    expect(socket.closed).toHaveLength(1);
  });

  it('is left when it sends a frame that is too long, or a Blob', async () => {
    for (const data of [new Uint8Array(MAX_DATA_FRAME_OCTETS + 1), new Blob(['x'])]) {
      const { socket, transport } = await openTunnel();
      socket.deliver(data);
      await expect(transport.read()).rejects.toMatchObject({ code: 'proxy-protocol' });
    }
  });

  it('is left when it sends bytes after the end', async () => {
    const { socket, transport } = await openTunnel();
    socket.say({ type: 'end' });
    socket.deliver(bytes(1));
    expect(socket.closed).toHaveLength(1);
    expect(await transport.read()).toBeNull();
  });
});

describe('starting TLS', () => {
  const target = { ...TARGET, security: 'starttls' as const };

  it('comes after everything written before, and gives the facts of the proxy', async () => {
    const { socket, transport, clock } = await openTunnel({ target, window: 3 });
    const writing = transport.write(bytes(1, 2, 3, 4));
    const securing = transport.startTls();
    expect(socket.sent).toEqual([3]);
    socket.say({ type: 'credit', octets: 3 });
    await writing;
    await Promise.resolve();
    await Promise.resolve();
    expect(socket.sent).toEqual([3, 1, { type: 'start-tls' }]);
    expect(transport.security).toBeNull();
    socket.say({ type: 'secured', tls: TLS });
    await securing;
    expect(transport.security).toMatchObject({ endsIn: 'proxy', protocol: 'TLSv1.3', sha256: 'AA:BB' });
    expect(clock.pending).toBe(0);
    socket.deliver(bytes(9));
    expect(await transport.read()).toEqual(bytes(9));
  });

  it('names the certificate that is trusted', async () => {
    const { socket, transport } = await openTunnel({ target: { ...target, pin: 'AA:BB' } });
    const securing = transport.startTls();
    await Promise.resolve();
    await Promise.resolve();
    expect(socket.sent).toEqual([{ type: 'start-tls', pin: 'AA:BB' }]);
    socket.say({ type: 'secured', tls: TLS });
    await securing;
    expect(transport.security?.sha256).toBe('AA:BB');
  });

  it('is refused for bytes that wait unread', async () => {
    const { socket, transport } = await openTunnel({ target });
    socket.deliver(bytes(1));
    await expect(transport.startTls()).rejects.toMatchObject({
      code: 'tls-injection',
      hop: 'tls',
      retryable: false,
    });
    expect(socket.sent).toEqual([]);
    expect(socket.closed).toHaveLength(1);
  });

  it('is given up for bytes that come in clear meanwhile', async () => {
    const { socket, transport } = await openTunnel({ target });
    const securing = transport.startTls();
    await Promise.resolve();
    await Promise.resolve();
    socket.deliver(bytes(1));
    socket.say({ type: 'secured', tls: TLS });
    await expect(securing).rejects.toMatchObject({ code: 'tls-injection' });
    expect(transport.security).toBeNull();
    await expect(transport.read()).rejects.toMatchObject({ code: 'tls-injection' });
  });

  it.each([
    { name: 'the proxy has bytes itself', code: 'start-tls-with-bytes-pending', meant: 'tls-injection' },
    { name: 'the certificate is refused', code: 'certificate-self-signed', meant: 'certificate-self-signed' },
    { name: 'the server does not speak TLS', code: 'tls-not-spoken', meant: 'tls-not-spoken' },
  ])('fails when $name', async ({ code, meant }) => {
    const { socket, transport } = await openTunnel({ target });
    const securing = transport.startTls();
    await Promise.resolve();
    socket.say({ type: 'failed', code, message: 'why' });
    await expect(securing).rejects.toMatchObject({ code: meant, hop: 'tls' });
  });

  it('fails when the server has finished already', async () => {
    const { socket, transport } = await openTunnel({ target });
    socket.say({ type: 'end' });
    await expect(transport.startTls()).rejects.toMatchObject({ code: 'tls-failed' });
  });

  it('fails when it stands already', async () => {
    const { transport } = await openTunnel({ target: { ...TARGET, security: 'tls' } });
    await expect(transport.startTls()).rejects.toMatchObject({ code: 'tls-failed' });
  });

  it('fails when the proxy stays silent', async () => {
    const { transport, clock } = await openTunnel({ target });
    const securing = transport.startTls();
    await Promise.resolve();
    await Promise.resolve();
    clock.advance(1000);
    await expect(securing).rejects.toMatchObject({ code: 'tls-timeout', hop: 'tls', detail: { seconds: 1 } });
  });
});

describe('closing', () => {
  it('says end, closes once, and ends a read with null', async () => {
    const { socket, transport } = await openTunnel();
    const reading = transport.read();
    transport.close();
    transport.close();
    expect(await reading).toBeNull();
    expect(socket.sent).toEqual([{ type: 'end' }]);
    expect(socket.closed).toEqual([1000]);
  });

  it('drops what waits unread, and ignores what comes late', async () => {
    const { socket, transport } = await openTunnel();
    socket.deliver(bytes(1));
    transport.close();
    expect(await transport.read()).toBeNull();
    socket.deliver(bytes(2));
    socket.say({ type: 'failed', code: 'internal', message: '' });
    socket.say('garbage');
    socket.drop(1006);
    expect(await transport.read()).toBeNull();
    await expect(transport.write(bytes(1))).rejects.toMatchObject({ code: 'connection-lost' });
    await expect(transport.startTls()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(socket.closed).toEqual([1000]);
  });

  it('ends a startTls that is under way', async () => {
    const { socket, transport, clock } = await openTunnel();
    const securing = transport.startTls();
    await Promise.resolve();
    await Promise.resolve();
    transport.close();
    await expect(securing).rejects.toMatchObject({ code: 'connection-lost' });
    // 'end' would be out of order here.
    expect(socket.sent).toEqual([{ type: 'start-tls' }]);
    expect(clock.pending).toBe(0);
  });

  it('turns the errors of a failed tunnel into null', async () => {
    const { socket, transport } = await openTunnel();
    socket.drop(1006);
    transport.close();
    expect(await transport.read()).toBeNull();
    expect(socket.closed).toEqual([undefined]);
  });
});
