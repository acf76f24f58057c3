/**
 * The page's end of a tunnel: a WebSocket that sends control frames and bytes. It must not know what they mean.
 * Keep it dumb: order, credit and failure belong to the tunnel.
 */
import type { RawData, WebSocket } from 'ws';
import { badFrame, encodeProxyFrame, parsePageFrame } from './control-frame.ts';
import { errorCode } from '../error-code.ts';
import { CLOSE_DONE, CLOSE_FAILED, MAX_DATA_FRAME_OCTETS } from '../protocol.ts';
import type { PageFrame, ProxyFrame } from '../protocol.ts';
import type { TunnelFailure } from '../tunnel-failure.ts';

/** Octets that may wait inside the WebSocket for a page that reads slowly, whatever credit it gave. */
const MAX_BACKLOG_OCTETS = 1024 * 1024;
/** Frames with bytes that may wait there. A frame of one octet costs a hundred; what is not read waits in the kernel. */
const MAX_BACKLOG_FRAMES = 64;

export interface PageEvents {
  onFrame(frame: PageFrame): void;
  onBytes(bytes: Buffer): void;
  /** A frame could not be read, or a handler above threw. */
  onFault(error: unknown): void;
  /** The WebSocket is closed, by whom ever. */
  onGone(): void;
}

export class PageSocket {
  readonly #socket: WebSocket;
  readonly #closingTimeoutMs: number;
  #closing: NodeJS.Timeout | undefined;
  #backlogFrames = 0;
  #isPonging = false;
  #unansweredPing: Buffer | null = null;

  /** `closingTimeoutMs` is how long a page that was told to go may keep its WebSocket. */
  constructor(socket: WebSocket, closingTimeoutMs: number, events: PageEvents) {
    this.#socket = socket;
    this.#closingTimeoutMs = closingTimeoutMs;
    socket.on('message', (data, isBinary) => {
      try {
        receive(data, isBinary, events);
      } catch (error) {
        events.onFault(error);
      }
    });
    socket.on('close', () => {
      clearTimeout(this.#closing);
      events.onGone();
    });
    socket.on('error', (error) => {
      // A breach of RFC 6455 or a frame over the limit: ws has sent its own close frame, and 'close' follows.
      if (errorCode(error).startsWith('WS_ERR_'))
        events.onFault(badFrame('The rules of WebSocket were broken.'));
      else events.onGone();
    });
    socket.on('ping', (data) => this.#pong(data));
  }

  /** Octets sent that the kernel has not taken. */
  get backlogOctets(): number {
    return this.#socket.bufferedAmount;
  }

  /** How many octets may be sent now in one frame; 0 when the page does not keep up. */
  get roomOctets(): number {
    const isFull = this.#backlogFrames >= MAX_BACKLOG_FRAMES || this.backlogOctets >= MAX_BACKLOG_OCTETS;
    return isFull ? 0 : MAX_DATA_FRAME_OCTETS;
  }

  send(frame: ProxyFrame): void {
    this.#socket.send(encodeProxyFrame(frame));
  }

  /** `onOver` is called when the kernel has taken the bytes, or with false when they are lost. */
  sendBytes(bytes: Buffer, onOver: (isSent: boolean) => void): void {
    this.#backlogFrames += 1;
    this.#socket.send(bytes, (error) => {
      this.#backlogFrames -= 1;
      onOver(!error);
    });
  }

  /** Tells the page why, and closes. */
  closeFailed({ code, message, certificate }: TunnelFailure): void {
    this.send({ type: 'failed', code, message, ...(certificate === null ? {} : { certificate }) });
    this.#close(CLOSE_FAILED, code);
  }

  closeDone(): void {
    this.#close(CLOSE_DONE);
  }

  #close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    // ws has no time-out for a page that has finished writing (TCP FIN) and does not read: that would never be over.
    this.#closing ??= setTimeout(() => this.#socket.terminate(), this.#closingTimeoutMs);
  }

  /**
   * RFC 6455 §5.5.3: only the latest ping has to be answered. One pong is under way at a time, because a page that asks
   * and does not read would have them pile up.
   */
  #pong(data: Buffer): void {
    if (this.#isPonging) {
      this.#unansweredPing = Buffer.from(data);
      return;
    }
    this.#isPonging = true;
    this.#socket.pong(data, false, () => {
      this.#isPonging = false;
      const next = this.#unansweredPing;
      this.#unansweredPing = null;
      if (next !== null) this.#pong(next);
    });
  }
}

function receive(data: RawData, isBinary: boolean, events: PageEvents): void {
  // With ws's default binaryType every message is one Buffer, fragments joined.
  const bytes = data as Buffer;
  if (isBinary) events.onBytes(bytes);
  else events.onFrame(parsePageFrame(bytes));
}
