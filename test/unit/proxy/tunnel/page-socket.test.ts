import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { PageSocket } from '../../../../proxy/tunnel/page-socket.ts';

/** A WebSocket whose kernel takes nothing until it is told to. */
class FakeWebSocket extends EventEmitter {
  readonly CLOSED = 3;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly #callbacks: (() => void)[] = [];

  send(data: Buffer | string, callback?: () => void): void {
    this.sent.push(data.toString());
    if (callback !== undefined) this.#callbacks.push(callback);
  }

  pong(data: Buffer, _mask: boolean, callback: () => void): void {
    this.sent.push(`pong ${data.toString()}`);
    this.#callbacks.push(callback);
  }

  takeNext(): void {
    this.#callbacks.shift()?.();
  }
}

function open(): { socket: FakeWebSocket; page: PageSocket; faults: unknown[]; gone: () => number } {
  const socket = new FakeWebSocket();
  const faults: unknown[] = [];
  let gone = 0;
  const ignore = (): void => undefined;
  const page = new PageSocket(socket as unknown as WebSocket, 1000, {
    onFrame: ignore,
    onBytes: ignore,
    onFault: (error) => faults.push(error),
    onGone: () => (gone += 1),
  });
  return { socket, page, faults, gone: () => gone };
}

describe('room for bytes', () => {
  it('ends with the octets that wait', () => {
    const { socket, page } = open();
    socket.bufferedAmount = 1024 * 1024 - 1;
    expect(page.roomOctets).toBeGreaterThan(0);
    socket.bufferedAmount += 1;
    expect(page.roomOctets).toBe(0);
  });

  it('ends with the frames that wait, however small they are, and comes back as they go', () => {
    const { socket, page } = open();
    let sent = 0;
    for (; page.roomOctets > 0; sent += 1) page.sendBytes(Buffer.from('x'), () => undefined);
    expect(sent).toBeLessThanOrEqual(64);
    socket.takeNext();
    expect(page.roomOctets).toBeGreaterThan(0);
  });
});

describe('pings (RFC 6455 §5.5.3)', () => {
  it('are answered one at a time, the latest of those that came meanwhile', () => {
    const { socket } = open();
    for (const name of ['a', 'b', 'c']) socket.emit('ping', Buffer.from(name));
    expect(socket.sent).toEqual(['pong a']);
    socket.takeNext();
    expect(socket.sent).toEqual(['pong a', 'pong c']);
    socket.takeNext();
    socket.emit('ping', Buffer.from('d'));
    expect(socket.sent).toEqual(['pong a', 'pong c', 'pong d']);
  });
});

describe('an error', () => {
  it('that breaks the rules of WebSocket is the fault of the page', () => {
    const { socket, faults } = open();
    socket.emit('error', Object.assign(new Error('RSV1 must be clear'), { code: 'WS_ERR_UNEXPECTED_RSV_1' }));
    expect(faults).toEqual([expect.objectContaining({ code: 'bad-frame' })]);
  });

  it('of the socket means that the page has gone', () => {
    const { socket, faults, gone } = open();
    socket.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect([faults, gone()]).toEqual([[], 1]);
  });
});
