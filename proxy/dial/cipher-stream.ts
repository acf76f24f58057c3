/**
 * What lies between the TLS engine and the TCP socket: ciphertext in both directions, and the end of the peer's TCP
 * stream. Node alone gives one 'end' for an orderly TLS goodbye and for a cut cable; here the engine never hears of the
 * TCP stream's end, so that an 'end' it gives is a goodbye. It must not know what the bytes mean.
 *
 * It also hands over what one large read brought at once, where Node's own way takes 16 KB at a time.
 */
import type net from 'node:net';
import { Duplex } from 'node:stream';
import { copies } from './read-buffer.ts';

export class CipherStream extends Duplex {
  /** Called when the peer's TCP stream has ended and the engine has all of it. */
  onOver = (): void => undefined;
  readonly #plain: net.Socket;
  #isPlainOver = false;

  /** Takes over `plain`, which is paused and whose reads are fed in from now on. */
  constructor(plain: net.Socket) {
    super({ allowHalfOpen: true });
    this.#plain = plain;
    plain.once('end', () => {
      this.#isPlainOver = true;
      this.#checkOver();
    });
    // Without the error: who holds the socket reports that, and TLS would call it something else. And not after an end in
    // order: a page that reads slowly may still have all of it to read, the goodbye last.
    plain.once('close', () => this.#isPlainOver || this.destroy());
  }

  /** The peer's TCP stream has ended and the engine has all of it. */
  get isOver(): boolean {
    return this.#isPlainOver && this.readableLength === 0;
  }

  /** To be called when the engine listens already: it has to have each chunk before the end is told. */
  watchEnd(): void {
    this.on('data', (bytes: Buffer) => {
      copies.giveBack(bytes);
      this.#checkOver();
    });
  }

  /** What the socket has read. False when it is to read no more for now. */
  feed(bytes: Buffer): boolean {
    return this.push(bytes);
  }

  override _read(): void {
    this.#plain.resume();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#plain.write(bytes, (error) => {
      if (!error) done();
    });
  }

  override _final(done: () => void): void {
    this.#plain.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#plain.destroy();
    done(error);
  }

  #checkOver(): void {
    if (this.isOver) this.onOver();
  }
}
