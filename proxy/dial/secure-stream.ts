/**
 * A stream under TLS that was verified: read on demand, and at its end honest about how it ended.
 * Knows nothing of certificates or handshakes.
 */
import type { TLSSocket } from 'node:tls';
import type { CipherStream } from './cipher-stream.ts';
import { cutOff, lostConnection } from './socket-errors.ts';
import type { TunnelFailure } from '../tunnel-failure.ts';

export interface SecureStreamEvents {
  onReadable(): void;
  /** The peer has said goodbye and everything was taken. */
  onEnd(): void;
  onError(failure: TunnelFailure): void;
}

export class SecureStream {
  readonly #socket: TLSSocket;
  readonly #events: SecureStreamEvents;
  readonly #cipher: CipherStream;
  #isFlushScheduled = false;

  constructor(socket: TLSSocket, cipher: CipherStream, events: SecureStreamEvents) {
    this.#socket = socket;
    this.#cipher = cipher;
    this.#events = events;
    cipher.onOver = () => this.#checkEnd();
    socket.on('end', () => events.onEnd());
    socket.on('error', (error) => events.onError(lostConnection(error)));
    socket.on('readable', () => this.scheduleFlush());
    // It may have ended while the handshake was still being looked at.
    this.#checkEnd();
  }

  get waitingOctets(): number {
    return this.#socket.readableLength;
  }

  /** The next octets, `maxOctets` at most, or null when nothing waits. */
  take(maxOctets: number): Buffer | null {
    const octets = Math.min(maxOctets, this.#socket.readableLength);
    // At length 0 this returns null, and makes a stream that has finished say 'end'.
    const bytes = this.#socket.read(octets === 0 ? undefined : octets) as Buffer | null;
    this.#checkEnd();
    return bytes;
  }

  write(bytes: Buffer, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  end(onFinished: () => void): void {
    this.#socket.end(onFinished);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** TLS hands over records of 16 KB at most; one turn of the event loop gathers those that came together. */
  scheduleFlush(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    setImmediate(() => {
      this.#isFlushScheduled = false;
      this.#events.onReadable();
    });
  }

  /**
   * RFC 8446 §6.1: a stream that ends without close_notify may have been cut by anybody, at any octet. When the last of
   * its ciphertext is deciphered and all was taken, a goodbye, if there was one, is known.
   */
  #checkEnd(): void {
    if (!this.#cipher.isOver || this.#socket.readableLength > 0) return;
    // Makes a stream that has finished say 'end', before the next turn of the event loop.
    this.#socket.read(0);
    setImmediate(() => {
      if (!this.#socket.readableEnded && !this.#socket.destroyed) this.#events.onError(cutOff());
    });
  }
}
