/**
 * One TCP connection to a mail server, in clear or under TLS, read on demand.
 *
 * It reads ahead by one buffer at most: while something waits to be taken, nothing more is read, the kernel's window
 * fills up and the mail server has to wait. Knows nothing of WebSockets, frames or policy.
 */
import net from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CipherStream } from './cipher-stream.ts';
import type { TlsFacts } from '../protocol.ts';
import { copies, readBuffer } from './read-buffer.ts';
import { handshake, identify, requireTrust, type PeerIdentity, type TlsTarget } from './secure.ts';
import { SecureStream } from './secure-stream.ts';
import { connectFailure, lostConnection } from './socket-errors.ts';
import { TunnelFailure } from '../tunnel-failure.ts';
import { WriteQueue } from './write-queue.ts';

/** How much decrypted data may wait under TLS, in octets. */
const TLS_READ_AHEAD_OCTETS = 256 * 1024;

export interface MailConnectionEvents {
  /** Something can be taken, or the peer has finished. */
  onReadable(): void;
  /** The peer has finished writing and everything was taken. */
  onEnd(): void;
  /** The kernel has `octets` more of what was written. */
  onTaken(octets: number): void;
  onError(failure: TunnelFailure): void;
}

export class MailConnection {
  readonly address: string;
  readonly #plain: net.Socket;
  /** Set when TLS begins; from then on all that is read goes through it. */
  #cipher: CipherStream | null = null;
  #secured: SecureStream | null = null;
  #events: MailConnectionEvents | null = null;
  readonly #toServer = new WriteQueue(
    (bytes, callback) => (this.#secured ?? this.#plain).write(bytes, callback),
    (octets) => this.#events?.onTaken(octets),
  );
  /** What was read in clear and not taken: never more than one read, because reading stops while it is set. */
  #waiting: Buffer | null = null;
  #isReading = false;
  /** While the handshake runs it has its own ways to fail. */
  #isUpgrading = false;
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
    // Nothing is read before somebody attaches, or the TLS engine does.
    this.#plain.pause();
    this.#plain.on('end', () => this.#cipher !== null || this.#isUpgrading || this.#onPlainEnd());
    this.#plain.on('error', (error) => this.#isUpgrading || this.#onFailure(lostConnection(error)));
  }

  /** Connects to an address, never a name. Rejects with a TunnelFailure, or the reason of the signal. */
  static connect(address: string, port: number, signal: AbortSignal): Promise<MailConnection> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const connection = new MailConnection(address, port);
      const giveUp = (): void => {
        connection.destroy();
        reject(signal.reason);
      };
      const fail = (error: Error): void => reject(connectFailure(error));
      signal.addEventListener('abort', giveUp, { once: true });
      connection.#plain.once('error', fail);
      connection.#plain.once('connect', () => {
        signal.removeEventListener('abort', giveUp);
        // It would keep the whole race for as long as the connection stands.
        connection.#plain.off('error', fail);
        resolve(connection);
      });
    });
  }

  /** Octets read and not taken. */
  get waitingOctets(): number {
    return this.#secured?.waitingOctets ?? this.#waiting?.length ?? 0;
  }

  get isSecure(): boolean {
    return this.#secured !== null;
  }

  /** Starts reading. What happened before is reported now. */
  attach(events: MailConnectionEvents): void {
    this.#events = events;
    if (this.#failure !== null) events.onError(this.#failure);
    else if (this.#secured === null) this.#plain.resume();
    else this.#secured.scheduleFlush();
  }

  /**
   * The next octets, `maxOctets` at most, or null when nothing waits. They belong to the caller, who gives them back
   * when nobody will look at them again.
   */
  take(maxOctets: number): Buffer | null {
    if (this.#secured !== null) return this.#secured.take(maxOctets);
    const waiting = this.#waiting;
    if (waiting === null) return null;
    if (waiting.length > maxOctets) {
      this.#waiting = waiting.subarray(maxOctets);
      return copies.copy(waiting.subarray(0, maxOctets));
    }
    this.#waiting = null;
    // Inside the read callback its return value says whether to go on, and what waits is not ours yet.
    if (this.#isReading) return copies.copy(waiting);
    this.#plain.resume();
    return waiting;
  }

  giveBack(bytes: Buffer): void {
    copies.giveBack(bytes);
  }

  write(bytes: Buffer): void {
    this.#toServer.push(bytes);
  }

  /** Finishes writing (half-close); `onFinished` is called when everything is out. */
  end(onFinished: () => void): void {
    this.#toServer.whenEmpty(() => (this.#secured ?? this.#plain).end(onFinished));
  }

  /**
   * Upgrades to TLS and verifies the peer, by its pin when there is one. Throws TunnelFailure. Reading in clear stops at
   * this very call: what comes now, and what the kernel holds already, can only be read as TLS.
   */
  async startTls(target: TlsTarget, pin: string | null): Promise<TlsFacts> {
    const { socket, cipher } = await this.#handshake(target);
    const facts = requireTrust(identify(socket), pin);
    this.#secured = new SecureStream(socket, cipher, {
      onReadable: () => this.#events?.onReadable(),
      onEnd: () => this.#events?.onEnd(),
      onError: (failure) => this.#onFailure(failure),
    });
    this.#isUpgrading = false;
    return facts;
  }

  /** Makes the handshake to learn who the peer is, without trusting it; the connection is of no use afterwards. */
  async identifyPeer(target: TlsTarget): Promise<PeerIdentity> {
    const { socket } = await this.#handshake(target);
    return identify(socket);
  }

  /** Drops the connection at once. */
  destroy(): void {
    this.#events = null;
    this.#secured?.destroy();
    this.#plain.destroy();
  }

  #onPlainRead(octets: number, buffer: Uint8Array): boolean {
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, octets);
    if (this.#cipher !== null) return this.#cipher.feed(copies.copy(bytes));
    this.#waiting = bytes;
    this.#isReading = true;
    this.#events?.onReadable();
    this.#isReading = false;
    if (this.#waiting === null) return true;
    // The buffer belongs to all connections and is used again for the next read of any.
    this.#waiting = copies.copy(this.#waiting);
    return false;
  }

  /**
   * A reset that comes right behind the last octets is an end to libuv, which looks no further. The kernel still knows,
   * and says so to whoever writes: nothing is written, and the end told if that worked. What waits to be written finds
   * out by itself; after our own end nobody can.
   */
  #onPlainEnd(): void {
    const tell = (): void => this.#events?.onEnd();
    if (!this.#plain.writable || this.#plain.writableLength > 0) tell();
    else this.#plain.write('', (error) => error || tell());
  }

  async #handshake(target: TlsTarget): Promise<{ socket: TLSSocket; cipher: CipherStream }> {
    this.#isUpgrading = true;
    this.#plain.pause();
    this.#refuseWaiting();
    // The TLS engine writes past the stream's own queue, so that has to be empty (and is, but for a slow peer).
    await this.#written(target.timeoutMs);
    this.#refuseWaiting();
    if (this.#plain.destroyed || this.#plain.readableEnded) {
      throw new TunnelFailure('tls-failed', 'The server closed the connection before TLS had begun.');
    }
    const cipher = new CipherStream(this.#plain);
    this.#cipher = cipher;
    return { socket: await handshake(cipher, target, TLS_READ_AHEAD_OCTETS), cipher };
  }

  /** Resolves when the kernel has all that was written, or the connection is closed. */
  async #written(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      const failure = new TunnelFailure(
        'tls-timeout',
        'The server did not read what came before TLS in time.',
      );
      timer = setTimeout(() => reject(failure), timeoutMs);
      this.#plain.once('close', resolve);
      this.#toServer.whenEmpty(resolve);
    }).finally(() => clearTimeout(timer));
  }

  /** CVE-2011-0411 and its kin: what was sent in clear must never be read as if it had come under TLS. */
  #refuseWaiting(): void {
    if (this.#waiting === null) return;
    throw new TunnelFailure('start-tls-with-bytes-pending', 'The server sent bytes before TLS had begun.');
  }

  #onFailure(failure: TunnelFailure): void {
    this.#failure ??= failure;
    this.#events?.onError(this.#failure);
  }
}
