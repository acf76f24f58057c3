/**
 * One TCP connection to a mail server, in clear or under TLS, read on demand.
 *
 * It reads ahead by one buffer at most: while something waits to be taken, the kernel's window closes and the mail
 * server has to wait. Knows nothing of WebSockets, frames or policy.
 */
import net from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from './protocol.ts';
import { readBuffer } from './read-buffer.ts';
import { secure, type TlsTarget } from './secure.ts';
import { connectFailure, lostConnection } from './socket-errors.ts';
import { TunnelFailure } from './tunnel-failure.ts';

/** How much decrypted data may wait under TLS, in octets. */
const TLS_READ_AHEAD_OCTETS = 256 * 1024;

export interface MailConnectionEvents {
  /** Something can be taken, or the peer has finished. */
  onReadable(): void;
  /** The peer has finished writing and everything was taken. */
  onEnd(): void;
  onError(failure: TunnelFailure): void;
}

export class MailConnection {
  readonly address: string;
  readonly #plain: net.Socket;
  #tls: TLSSocket | null = null;
  #events: MailConnectionEvents | null = null;
  /** What was read in clear and not taken; never more than one read, because reading stops while it is set. */
  #waiting: Buffer | null = null;
  #flushScheduled = false;
  #failure: TunnelFailure | null = null;

  private constructor(address: string, port: number) {
    this.address = address;
    this.#plain = net.connect({
      host: address,
      port,
      noDelay: true,
      keepAlive: true,
      allowHalfOpen: true,
      onread: { buffer: readBuffer(), callback: (octets, buffer) => this.#onPlainRead(octets, buffer) },
    });
    this.#plain.pause();
    this.#plain.on('end', () => this.#tls ?? this.#events?.onEnd());
    this.#plain.on('error', (error) => this.#onError(error));
  }

  /** Connects to an address (never a name). Throws TunnelFailure with a connection code. */
  static async connect(address: string, port: number, signal: AbortSignal): Promise<MailConnection> {
    const connection = new MailConnection(address, port);
    const socket = connection.#plain;
    const onAbort = (): void => void socket.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('error', (error) => reject(connectFailure(error)));
        socket.once('close', () =>
          reject(new TunnelFailure('connection-timeout', 'Connecting was given up.')),
        );
        if (signal.aborted) onAbort();
      });
      return connection;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Octets read and not taken. */
  get waitingOctets(): number {
    return this.#tls === null ? (this.#waiting?.length ?? 0) : this.#tls.readableLength;
  }

  get isSecure(): boolean {
    return this.#tls !== null;
  }

  /** Starts reading. What arrived or failed before is reported at once. */
  attach(events: MailConnectionEvents): void {
    this.#events = events;
    if (this.#failure !== null) events.onError(this.#failure);
    else if (this.#tls === null) this.#plain.resume();
    else this.#scheduleFlush();
  }

  /** The next octets, `maxOctets` at most, or null when nothing waits. */
  take(maxOctets: number): Buffer | null {
    if (this.#tls !== null) return this.#takeSecured(this.#tls, maxOctets);
    const waiting = this.#waiting;
    if (waiting === null) return null;
    if (waiting.length > maxOctets) {
      this.#waiting = waiting.subarray(maxOctets);
      return waiting.subarray(0, maxOctets);
    }
    this.#waiting = null;
    if (!this.#inCallback) this.#plain.resume();
    return waiting;
  }

  /** `onTaken` is called when the kernel has the bytes; not at all when the connection fails first. */
  write(bytes: Buffer, onTaken: () => void): void {
    (this.#tls ?? this.#plain).write(bytes, (error) => {
      if (!error) onTaken();
    });
  }

  /** Finishes writing (half-close); `onFinished` is called when everything is out. */
  end(onFinished: () => void): void {
    (this.#tls ?? this.#plain).end(onFinished);
  }

  /**
   * Upgrades to TLS and verifies the peer. Throws TunnelFailure. The caller makes sure that nothing waits and that
   * every write was taken; what arrives from now on can only be read as TLS.
   */
  async startTls(target: TlsTarget): Promise<TlsFacts> {
    this.#plain.pause();
    const { socket, facts } = await secure(this.#plain, target, TLS_READ_AHEAD_OCTETS);
    this.#tls = socket;
    socket.on('end', () => this.#events?.onEnd());
    socket.on('error', (error) => this.#onError(error));
    socket.on('readable', () => this.#scheduleFlush());
    return facts;
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#events = null;
    this.#tls?.destroy();
    this.#plain.destroy();
  }

  #inCallback = false;

  #onPlainRead(octets: number, buffer: Uint8Array): boolean {
    // The buffer is shared by all connections and used again for the next read: copy before anything else happens.
    this.#waiting = Buffer.from(buffer.subarray(0, octets));
    this.#inCallback = true;
    this.#events?.onReadable();
    this.#inCallback = false;
    return this.#waiting === null;
  }

  #takeSecured(socket: TLSSocket, maxOctets: number): Buffer | null {
    // Reading at length 0 is what makes a finished stream say 'end'.
    const octets = Math.min(maxOctets, socket.readableLength);
    return socket.read(octets === 0 ? undefined : octets) as Buffer | null;
  }

  /** TLS hands over records of 16 KB at most; one turn of the event loop gathers those that came together. */
  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      this.#events?.onReadable();
    });
  }

  #onError(error: Error): void {
    this.#failure ??= lostConnection(error);
    this.#events?.onError(this.#failure);
  }
}
