import { describe, expect, it } from 'vitest';
import { chooseDial } from '../../../web/transport/bridge-dial.ts';
import type { Dial } from '../../../web/wire/transport.ts';
import { settled } from '../../support/settled.ts';
import { PAGE, startBridgeDial, TARGET } from './fake-bridge.ts';

const PLACE = {
  host: 'pop.example.org',
  port: 110,
  bridge: 'websockify',
  elsewhere: false,
};

describe('dialling through a bridge', () => {
  it('opens its address beside the page and offers the sub-protocol that old ones insist on', () => {
    const { socket } = startBridgeDial();
    expect([socket.url, socket.offered, socket.binaryType]).toEqual([
      'ws://mail.example/poplar/websockify?token=home',
      'binary',
      'arraybuffer',
    ]);
  });

  it.each(['binary', ''])(
    'stands when the bridge chose the sub-protocol "%s", and sends nothing',
    async (chosen) => {
      const told: string[] = [];
      const { socket, outcome } = startBridgeDial({
        observer: { onReached: (hop, fact) => void told.push(`${hop} ${fact}`) },
      });
      socket.open(chosen);
      const transport = await outcome;
      expect(transport.security).toBeNull();
      expect(socket.sent).toEqual([]);
      expect(told).toEqual(['proxy ws://mail.example/poplar/websockify']);
    },
  );

  it('is refused when the bridge chose another sub-protocol', async () => {
    const { socket, outcome } = startBridgeDial();
    socket.open('base64');
    await expect(outcome).rejects.toMatchObject({ code: 'bridge-protocol', hop: 'proxy', retryable: false });
    expect(socket.closed).toHaveLength(1);
  });

  it('asks once more without a sub-protocol, because a bridge that knows none lets the browser hang up', async () => {
    const { sockets, socket, outcome } = startBridgeDial();
    socket.drop(1006);
    await settled();
    expect(sockets[1]?.offered).toBe('');
    sockets[1]?.open('');
    await outcome;
  });

  it('is unreachable when that fails too', async () => {
    const { sockets, socket, outcome } = startBridgeDial();
    socket.drop(1006);
    await settled();
    sockets[1]?.drop(1006);
    await expect(outcome).rejects.toMatchObject({
      code: 'bridge-unreachable',
      hop: 'proxy',
      retryable: true,
      detail: PLACE,
    });
    expect(sockets).toHaveLength(2);
  });

  it('is unreachable when the bridge does not open in time, and is not asked again', async () => {
    const { clock, sockets, outcome } = startBridgeDial();
    clock.advance(1000);
    await expect(outcome).rejects.toMatchObject({
      code: 'bridge-unreachable',
      detail: { ...PLACE, seconds: 1 },
    });
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.closed).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is unreachable when the browser forbids the WebSocket', async () => {
    const { outcome } = startBridgeDial({
      WebSocketClass: class {
        constructor() {
          throw new SyntaxError('not from an https: page');
        }
      } as never,
    });
    await expect(outcome).rejects.toMatchObject({ code: 'bridge-unreachable', detail: PLACE });
  });

  it('names a bridge on another site as such, without what its query says', async () => {
    const bridge = { url: 'wss://bridge.example.org/way?token=home' };
    const { clock, outcome } = startBridgeDial({ target: { ...TARGET, bridge } });
    clock.advance(1000);
    await expect(outcome).rejects.toMatchObject({
      detail: { bridge: 'wss://bridge.example.org/way', elsewhere: true },
    });
  });

  it.each(['tls', 'starttls'] as const)('refuses security %s without a WebSocket', async (security) => {
    const { sockets, outcome } = startBridgeDial({ target: { ...TARGET, security } });
    await expect(outcome).rejects.toMatchObject({ code: 'tls-not-possible', hop: 'tls', retryable: false });
    expect(sockets).toHaveLength(0);
  });

  it.each(['', 'ws://far.example/', 'https://mail.example/websockify', 'wss://a:b@far.example/'])(
    'refuses the address "%s" without a WebSocket',
    async (url) => {
      const { sockets, outcome } = startBridgeDial({ target: { ...TARGET, bridge: { url } } });
      await expect(outcome).rejects.toMatchObject({ code: 'bad-input', detail: { field: 'bridge address' } });
      expect(sockets).toHaveLength(0);
    },
  );

  it('is refused when the device is offline, without a WebSocket', async () => {
    const { sockets, outcome } = startBridgeDial({ isOnline: () => false });
    await expect(outcome).rejects.toMatchObject({ code: 'offline', retryable: true });
    expect(sockets).toHaveLength(0);
  });

  it('can be cancelled while it opens', async () => {
    const control = new AbortController();
    const { sockets, socket, outcome } = startBridgeDial({ signal: control.signal });
    control.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
    expect(socket.closed).toHaveLength(1);
    expect(sockets).toHaveLength(1);
  });

  it('does not begin when it is cancelled already', async () => {
    const { sockets, outcome } = startBridgeDial({ signal: AbortSignal.abort() });
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
    expect(sockets).toHaveLength(0);
  });
});

describe('the way of an account', () => {
  it('is its bridge where it has one, else the proxy of the page', async () => {
    const taken: string[] = [];
    const way =
      (name: string): Dial =>
      () => {
        taken.push(name);
        return Promise.reject(new Error(PAGE));
      };
    const dial = chooseDial({ proxy: way('proxy'), bridge: way('bridge') });
    const { bridge: _bridge, ...direct } = TARGET;
    const { signal } = new AbortController();
    await dial(TARGET, {}, signal).catch(() => undefined);
    await dial(direct, {}, signal).catch(() => undefined);
    expect(taken).toEqual(['bridge', 'proxy']);
  });
});
