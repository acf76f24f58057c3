/**
 * A Transport and a Dial over Node's sockets, without a proxy between: for tests of everything above the transport
 * against real servers. TLS trusts what the test says and nothing else.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { PoplarError } from '../../web/errors.ts';
import type { Dial, DialTarget, Transport, TransportSecurity } from '../../web/wire/transport.ts';

export interface SocketDialOptions {
  /** PEM of the authority that TLS trusts. */
  ca?: string;
}

/** A Dial that connects directly. */
export function createSocketDial(options: SocketDialOptions = {}): Dial {
  return async (target, observer, signal) => {
    if (signal.aborted) throw new PoplarError('cancelled', 'page');
    observer.onReached?.('proxy', 'none');
    const socket = await open(target, signal);
    observer.onReached?.('connection', `${socket.remoteAddress}:${socket.remotePort}`);
    const transport = new SocketTransport(socket, target.host, options);
    if (target.security === 'tls') await transport.startTls();
    return transport;
  };
}

function open({ host, port }: DialTarget, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true });
    const abort = () => socket.destroy(new PoplarError('cancelled', 'page'));
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      resolve(socket);
    });
    socket.once('error', (error) => reject(dialError(error)));
  });
}

function dialError(error: Error & { code?: string }): PoplarError {
  if (error instanceof PoplarError) return error;
  const code = error.code === 'ECONNREFUSED' ? 'connection-refused' : 'connection-unreachable';
  return new PoplarError(code, 'connection', { retryable: true, cause: error });
}

export class SocketTransport implements Transport {
  security: TransportSecurity | null = null;
  readonly #host: string;
  readonly #options: SocketDialOptions;
  #socket: Socket;
  #chunks: AsyncIterator<Uint8Array>;
  #closed = false;

  constructor(socket: Socket, host: string, options: SocketDialOptions = {}) {
    this.#host = host;
    this.#options = options;
    this.#socket = socket;
    socket.on('error', () => undefined); // A read or a write in progress reports it.
    this.#chunks = socket.iterator({ destroyOnReturn: false });
  }

  async read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#chunks.next();
      return done === true ? null : value;
    } catch (cause) {
      if (this.#closed) return null;
      throw new PoplarError('connection-lost', 'connection', { retryable: true, cause });
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (cause) => {
        if (!cause) resolve();
        else reject(new PoplarError('connection-lost', 'connection', { retryable: true, cause }));
      });
    });
  }

  async startTls(): Promise<void> {
    if (this.#socket.readableLength > 0) throw new PoplarError('tls-injection', 'tls');
    const secured = await this.#handshake();
    this.security = factsOf(secured);
    this.#socket = secured;
    this.#chunks = secured.iterator({ destroyOnReturn: false });
  }

  close(): void {
    this.#closed = true;
    this.#socket.destroy();
  }

  #handshake(): Promise<TLSSocket> {
    const { ca } = this.#options;
    return new Promise((resolve, reject) => {
      const secured = connectTls({ socket: this.#socket, servername: this.#host, ca: ca ?? [] });
      secured.once('secureConnect', () => resolve(secured));
      secured.on('error', (cause) => reject(new PoplarError('tls-failed', 'tls', { cause })));
    });
  }
}

function factsOf(socket: TLSSocket): TransportSecurity {
  const certificate = socket.getPeerCertificate();
  return {
    endsIn: 'proxy',
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    subject: `CN=${certificate.subject.CN}`,
    issuer: `CN=${certificate.issuer.CN}`,
    names: (certificate.subjectaltname ?? '').split(', '),
    validToMs: Date.parse(certificate.valid_to),
    sha256: certificate.fingerprint256,
  };
}
