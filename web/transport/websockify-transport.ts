/**
 * A Transport through a bridge such as websockify: one WebSocket, whose binary frames are the mail server's bytes, and
 * nothing else. The bridge says neither where it leads nor when it is there, and it makes no TLS that anybody could see
 * from here.
 *
 *   opening --> open;   the bridge's close, a failure or close() --> over
 *
 * Must not know which mail protocol runs over it.
 */
import type { ErrorCode, ErrorDetail, Hop } from '../errors.ts';
import { PoplarError } from '../errors.ts';
import type { Clock } from '../wire/clock.ts';
import type { DialObserver, Transport } from '../wire/transport.ts';
import { ChunkQueue } from './chunk-queue.ts';
import { Expectation } from './expectation.ts';
import { SendQueue } from './send-queue.ts';
import type { TunnelSocket } from './tunnel-socket.ts';

/** The only sub-protocol that carries bytes as they are. Old versions of websockify insist on it, new ones do not. */
export const BINARY = 'binary';

/**
 * How much may wait here unread. Nothing in this protocol, and nothing in a browser, holds a bridge back, so that only
 * asking for less ahead keeps it small; what exceeds this is a server that sends unasked.
 */
export const MAX_UNREAD_OCTETS = 64 * 1024 * 1024;
/** Asked for ahead by sizes that the server names; far below the limit, because they may be wrong. */
export const MAX_AHEAD_OCTETS = 2 * 1024 * 1024;

/** How much of ours may wait in the browser. */
const MAX_BUFFERED_OCTETS = 256 * 1024;
const MAX_FRAME_OCTETS = 64 * 1024;
/** `bufferedAmount` has no event, so it is looked at this often while something waits for it. */
const LOOK_AGAIN_MS = 20;

/** RFC 6455 §7.4.1: a normal closure, and a close frame without a code (1005). Whoever sends one has finished. */
const ORDERLY: readonly number[] = [1000, 1005];

/** What of a WebSocket a bridge needs beside what a tunnel does. */
export interface BridgeSocket extends TunnelSocket {
  /** Octets that were given to `send` and have not left yet. */
  readonly bufferedAmount: number;
}

export interface WebsockifyParts {
  socket: BridgeSocket;
  observer: DialObserver;
  /** For people: where the bridge is. */
  bridgeName: string;
  /** Facts for every error: host and port as the account names them, and the bridge. */
  place: ErrorDetail;
  clock: Clock;
  /** How long the bridge may take to open. */
  openTimeoutMs: number;
}

export class WebsockifyTransport implements Transport {
  readonly security = null;
  readonly maxAheadOctets = MAX_AHEAD_OCTETS;
  readonly #parts: WebsockifyParts;
  readonly #inbox = new ChunkQueue(MAX_UNREAD_OCTETS, () => undefined, 1);
  readonly #outbox: SendQueue;
  readonly #expectation: Expectation;
  #state: 'opening' | 'open' | 'over' = 'opening';
  /** The mail server has said something, so that the bridge has reached it. */
  #heard = false;
  /** Sent, and by the last look not gone. */
  #buffered = 0;
  #stopLooking: () => void = () => undefined;

  constructor(parts: WebsockifyParts) {
    this.#parts = parts;
    const { socket, clock, openTimeoutMs } = parts;
    const seconds = Math.round(openTimeoutMs / 1000);
    this.#expectation = new Expectation(
      clock,
      openTimeoutMs,
      () => void this.fail(this.#error('bridge-unreachable', 'proxy', { seconds })),
    );
    this.#outbox = new SendQueue(MAX_FRAME_OCTETS, (bytes) => this.#send(bytes));
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => this.#onOpen());
    socket.addEventListener('message', (event) => this.#onMessage(event.data));
    socket.addEventListener('close', (event) => this.#onClose(event));
    socket.addEventListener('error', () => this.#onError());
  }

  /** Resolves when the bridge has taken the WebSocket; it may still fail to reach its mail server. Called once. */
  opened(): Promise<void> {
    return this.#expectation.wait();
  }

  /** Throws `bridge-no-target` when the bridge went before the mail server had said a word. */
  read(): Promise<Uint8Array | null> {
    return this.#inbox.read();
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#look();
    const written = this.#outbox.write(bytes);
    this.#lookAgainIfWaiting();
    return written;
  }

  /** Always throws: whoever speaks TLS here would have to do so in the browser. */
  startTls(): Promise<void> {
    return Promise.reject(this.#error('tls-not-possible', 'tls'));
  }

  close(): void {
    // First, so that a pending read gets null and not the error that pending writes get.
    this.#inbox.close();
    if (this.#state !== 'over') this.#finish(this.#error('connection-lost', 'connection'), 1000);
  }

  /** Ends the connection with an error, unless it is over, and returns that error. */
  fail(error: PoplarError): PoplarError {
    if (this.#state !== 'over') {
      this.#inbox.fail(error);
      this.#finish(error);
    }
    return error;
  }

  #finish(error: PoplarError, closeCode?: number): void {
    this.#state = 'over';
    this.#stopLooking();
    this.#outbox.fail(error);
    this.#expectation.disappoint(error);
    this.#parts.socket.close(closeCode);
  }

  #onOpen(): void {
    if (this.#state !== 'opening') return;
    const { socket, observer, bridgeName } = this.#parts;
    if (socket.protocol !== '' && socket.protocol !== BINARY) {
      this.fail(this.#notABridge(`It chose the sub-protocol ${socket.protocol}.`));
      return;
    }
    observer.onReached?.('proxy', bridgeName);
    this.#state = 'open';
    this.#outbox.open(MAX_BUFFERED_OCTETS);
    this.#expectation.meet();
  }

  #onMessage(data: unknown): void {
    // What was under way when it ended here is nobody's any more.
    if (this.#state !== 'open') return;
    if (!(data instanceof ArrayBuffer)) {
      this.fail(this.#notABridge('It sent text where only bytes belong.'));
      return;
    }
    this.#heard ||= data.byteLength > 0;
    if (!this.#inbox.push(new Uint8Array(data)))
      this.fail(this.#error('bridge-overflow', 'proxy', { limitOctets: MAX_UNREAD_OCTETS }));
  }

  /** Without an opening this is the end: Chromium sends no 'close' when the page's policy forbids the address. */
  #onError(): void {
    if (this.#state === 'opening') this.fail(this.#error('bridge-unreachable', 'proxy'));
  }

  #onClose({ code, reason }: { code: number; reason: string }): void {
    if (this.#state === 'opening') this.fail(this.#error('bridge-unreachable', 'proxy'));
    if (this.#state !== 'open') return;
    const closed = `The bridge closed the WebSocket with code ${code}${reason === '' ? '' : `: ${reason}`}`;
    const message = { message: closed.replace(/\.$/, '') };
    // websockify takes the WebSocket first and then looks for its target; without one it closes with 1011.
    if (!this.#heard) this.fail(this.#error('bridge-no-target', 'connection', message));
    else if (ORDERLY.includes(code)) this.#onEnd(this.#error('connection-lost', 'connection', message));
    else this.fail(this.#error('connection-lost', 'proxy', message));
  }

  /** What came before can still be read, then comes null; only a write meets the error. */
  #onEnd(error: PoplarError): void {
    this.#inbox.end();
    this.#finish(error);
  }

  #send(bytes: Uint8Array): void {
    this.#buffered += bytes.length;
    // Nothing here is in shared memory, which a page would have to ask for by COOP and COEP.
    this.#parts.socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  /** Lets as much through as has left the browser since the last look. */
  #look(): void {
    if (this.#state !== 'open') return;
    const left = Math.min(this.#parts.socket.bufferedAmount, this.#buffered);
    const gone = this.#buffered - left;
    this.#buffered = left;
    if (gone > 0) this.#outbox.refill(gone);
  }

  #lookAgainIfWaiting(): void {
    this.#stopLooking();
    if (this.#state !== 'open' || !this.#outbox.isWaiting) return;
    this.#stopLooking = this.#parts.clock.after(LOOK_AGAIN_MS, () => {
      this.#look();
      this.#lookAgainIfWaiting();
    });
  }

  #notABridge(message: string): PoplarError {
    return this.#error('bridge-protocol', 'proxy', { message: message.replace(/\.$/, '') });
  }

  #error(code: ErrorCode, hop: Hop, facts: ErrorDetail = {}): PoplarError {
    const retryable = code !== 'bridge-protocol' && code !== 'tls-not-possible';
    return new PoplarError(code, hop, { retryable, detail: { ...this.#parts.place, ...facts } });
  }
}
