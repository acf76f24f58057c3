/**
 * A Transport through the proxy: one WebSocket, whose text frames are control frames and whose binary frames are the
 * mail server's bytes (proxy/protocol.ts). TLS, where there is any, ends in the proxy.
 *
 *   opening --> dialling --connected--> open <--secured-- securing;   a failure or close() --> over
 *
 * Must not know which mail protocol runs over it.
 */
import type { PageFrame } from '../../proxy/protocol.ts';
import { CLOSE_DONE, MAX_DATA_FRAME_OCTETS, SUBPROTOCOL, WINDOW_OCTETS } from '../../proxy/protocol.ts';
import type { ErrorCode, ErrorDetail, Hop } from '../errors.ts';
import { PoplarError } from '../errors.ts';
import type { Clock } from '../wire/clock.ts';
import type { DialObserver, DialTarget, Transport, TransportSecurity } from '../wire/transport.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Expectation } from './expectation.ts';
import type { ReceivedFrame, ReceivedTls } from './proxy-frame.ts';
import { parseProxyFrame, proxyProtocolError, toSecurity } from './proxy-frame.ts';
import { SendQueue } from './send-queue.ts';
import { closeError, tunnelError } from './tunnel-error.ts';
import type { TunnelSocket } from './tunnel-socket.ts';

type State = 'opening' | 'dialling' | 'open' | 'securing' | 'over';
type Heard = ReceivedFrame['type'] | 'bytes';

/** What the proxy may say in which state; all else is `proxy-protocol`. */
const ORDER: Readonly<Record<State, readonly Heard[]>> = {
  opening: [],
  dialling: ['reached', 'connected', 'draining', 'failed'],
  open: ['bytes', 'credit', 'end', 'draining', 'failed'],
  // Bytes are in order here as far as the proxy goes: they crossed `start-tls` on the way. See #onBytes.
  securing: ['bytes', 'credit', 'end', 'secured', 'draining', 'failed'],
  over: [],
};

export interface TunnelParts {
  socket: TunnelSocket;
  target: DialTarget;
  observer: DialObserver;
  /** What the proxy may ask for before it connects; null sends none. */
  token: string | null;
  /** For people: where the proxy is. */
  proxyName: string;
  clock: Clock;
  /** How long the proxy may be silent while something is expected of it. */
  stepTimeoutMs: number;
}

export class TunnelTransport implements Transport {
  readonly #parts: TunnelParts;
  readonly #inbox: ChunkQueue;
  readonly #outbox: SendQueue;
  readonly #expectation: Expectation;
  #state: State = 'opening';
  #security: TransportSecurity | null = null;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
    const { socket, clock, stepTimeoutMs } = parts;
    this.#expectation = new Expectation(clock, stepTimeoutMs, () => this.#onTimeout());
    this.#inbox = new ChunkQueue(WINDOW_OCTETS, (octets) => this.#say({ type: 'credit', octets }));
    // Nothing here is in shared memory, which a page would have to ask for by COOP and COEP.
    this.#outbox = new SendQueue(MAX_DATA_FRAME_OCTETS, (bytes) =>
      socket.send(bytes as Uint8Array<ArrayBuffer>),
    );
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.#onOpen());
    socket.addEventListener('message', (event) => this.#onMessage(event.data));
    socket.addEventListener('close', (event) => this.#onClose(event));
    // Says nothing that the 'close' after it does not; without a listener `ws` would throw.
    socket.addEventListener('error', () => undefined);
  }

  /** Resolves when the mail server is connected (and TLS stands, where it begins at once). Called once. */
  opened(): Promise<void> {
    return this.#expectation.wait();
  }

  get security(): TransportSecurity | null {
    return this.#security;
  }

  read(): Promise<Uint8Array | null> {
    return this.#inbox.read();
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#outbox.write(bytes);
  }

  async startTls(): Promise<void> {
    // An empty write resolves when everything before it is sent: start-tls must not overtake it.
    await this.#outbox.write(new Uint8Array(0));
    if (!this.#inbox.isEmpty) throw this.fail(this.#error('tls-injection', 'tls'));
    if (this.#state !== 'open' || this.#inbox.ended || this.#security !== null) {
      throw this.fail(this.#error('tls-failed', 'tls'));
    }
    this.#state = 'securing';
    this.#say({ type: 'start-tls', ...this.#pinned() });
    await this.#expectation.wait();
  }

  close(): void {
    // First, so that a pending read gets null and not the error that pending writes get.
    this.#inbox.close();
    if (this.#state !== 'over') {
      // An orderly end for the server; the proxy would otherwise cut the connection under its last octets.
      if (this.#state === 'open') this.#say({ type: 'end' });
      const closed = this.#error('connection-lost', 'connection', {
        message: 'The page closed the connection.',
      });
      this.#finish(closed, CLOSE_DONE);
    }
  }

  /** Ends the tunnel with an error, unless it is over, and returns that error. */
  fail(error: PoplarError): PoplarError {
    if (this.#state !== 'over') this.#finish(error);
    return error;
  }

  #finish(error: PoplarError, closeCode?: number): void {
    this.#state = 'over';
    this.#inbox.fail(error);
    this.#outbox.fail(error);
    this.#expectation.disappoint(error);
    this.#parts.socket.close(closeCode);
  }

  #onTimeout(): void {
    const seconds = Math.round(this.#parts.stepTimeoutMs / 1000);
    this.fail(
      this.#state === 'securing'
        ? this.#error('tls-timeout', 'tls', { seconds })
        : this.#error('proxy-unreachable', 'proxy', { seconds }),
    );
  }

  #onOpen(): void {
    if (this.#state !== 'opening') return;
    const { socket, target, observer, proxyName, token } = this.#parts;
    if (socket.protocol !== SUBPROTOCOL) {
      this.fail(proxyProtocolError('What answers is a WebSocket server, but no proxy of Poplar.'));
      return;
    }
    observer.onReached?.('proxy', proxyName);
    this.#state = 'dialling';
    this.#expectation.signOfLife();
    const { host, port } = target;
    const security = target.security === 'tls' ? 'tls' : 'none';
    const more = { ...(token === null ? {} : { token }), ...(security === 'tls' ? this.#pinned() : {}) };
    this.#say({ type: 'connect', host, port, security, window: WINDOW_OCTETS, ...more });
  }

  #onMessage(data: unknown): void {
    // What was under way when the tunnel ended here is nobody's any more.
    if (this.#state === 'over') return;
    try {
      if (data instanceof ArrayBuffer) this.#onBytes(new Uint8Array(data));
      else if (typeof data === 'string') this.#onFrame(parseProxyFrame(data));
      else throw proxyProtocolError('The proxy sent a frame that is neither text nor bytes.');
    } catch (error) {
      if (!(error instanceof PoplarError)) throw error;
      this.fail(error);
    }
  }

  #onBytes(bytes: Uint8Array): void {
    this.#mustBeInOrder('bytes');
    // RFC 2595 §2.1 and CVE-2011-0411: these came in clear, behind the server's go-ahead, and would be read as if they
    // had come under TLS.
    if (this.#state === 'securing') throw this.#error('tls-injection', 'tls');
    if (bytes.length > MAX_DATA_FRAME_OCTETS)
      throw proxyProtocolError('The proxy sent a frame that is too long.');
    if (!this.#inbox.push(bytes)) throw proxyProtocolError('The proxy sent more than it had credit for.');
  }

  #onFrame(frame: ReceivedFrame | null): void {
    if (frame === null) return;
    this.#mustBeInOrder(frame.type);
    const { observer } = this.#parts;
    switch (frame.type) {
      case 'reached':
        this.#expectation.signOfLife();
        observer.onReached?.(frame.hop, frame.address);
        return;
      case 'connected':
        this.#onConnected(frame.window, frame.tls);
        return;
      case 'secured':
        this.#security = this.#accepted(frame.tls);
        this.#state = 'open';
        this.#expectation.meet();
        return;
      case 'credit':
        if (!this.#outbox.refill(frame.octets))
          throw proxyProtocolError('The proxy gave credit for nothing.');
        return;
      case 'end':
        this.#inbox.end();
        return;
      case 'draining':
        observer.onDraining?.(frame.withinMs);
        return;
      case 'certificate':
        // The answer to a look-up, which no transport asks for: out of order in every state.
        return;
      case 'failed':
        throw tunnelError(frame, { ...this.#place(), ...this.#pinned() });
    }
  }

  #onConnected(window: number, tls: ReceivedTls | null): void {
    if ((tls !== null) !== (this.#parts.target.security === 'tls')) {
      throw proxyProtocolError('The proxy connected with another security than was asked for.');
    }
    if (tls !== null) {
      this.#security = this.#accepted(tls);
      this.#parts.observer.onReached?.('tls', tls.protocol);
    }
    // Whatever the proxy would take, no more than our own window is ever buffered here.
    this.#outbox.open(Math.min(window, WINDOW_OCTETS));
    this.#state = 'open';
    this.#expectation.meet();
  }

  #onClose(event: { code: number; reason: string }): void {
    this.fail(
      this.#state === 'opening'
        ? this.#error('proxy-unreachable', 'proxy')
        : closeError(event, this.#place()),
    );
  }

  #mustBeInOrder(heard: Heard): void {
    if (ORDER[this.#state].includes(heard)) return;
    throw proxyProtocolError(`The proxy said '${heard}' out of order (${this.#state}).`);
  }

  #say(frame: PageFrame): void {
    if (this.#state !== 'over') this.#parts.socket.send(JSON.stringify(frame));
  }

  #accepted(tls: ReceivedTls): TransportSecurity {
    const { pin } = this.#parts.target;
    if (pin === undefined || pin === tls.certificate.sha256) return toSecurity(tls);
    throw proxyProtocolError('The proxy accepted another certificate than the one that is trusted.');
  }

  #pinned(): { pin?: string } {
    const { pin } = this.#parts.target;
    return pin === undefined ? {} : { pin };
  }

  #place(): { host: string; port: number } {
    return { host: this.#parts.target.host, port: this.#parts.target.port };
  }

  #error(code: ErrorCode, hop: Hop, facts: ErrorDetail = {}): PoplarError {
    const retryable = code !== 'tls-injection' && code !== 'tls-failed';
    return new PoplarError(code, hop, { retryable, detail: { ...this.#place(), ...facts } });
  }
}
