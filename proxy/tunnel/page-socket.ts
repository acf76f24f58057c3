/**
 * The page's end of a tunnel: a WebSocket that sends control frames and bytes. It must not know what they mean.
 * Keep it dumb: order, credit and failure belong to the tunnel.
 */
import type { RawData, WebSocket } from 'ws';
import { encodeProxyFrame, parsePageFrame } from './control-frame.ts';
import { CLOSE_DONE, CLOSE_FAILED, MAX_DATA_FRAME_OCTETS } from '../protocol.ts';
import type { PageFrame, ProxyFrame } from '../protocol.ts';
import type { TunnelFailure } from '../tunnel-failure.ts';

/** Octets that may wait inside the WebSocket for a page that reads slowly, whatever credit it gave. */
const MAX_BACKLOG_OCTETS = 1024 * 1024;

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

  constructor(socket: WebSocket, events: PageEvents) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => {
      try {
        receive(data, isBinary, events);
      } catch (error) {
        events.onFault(error);
      }
    });
    socket.on('close', () => events.onGone());
    // A breach of RFC 6455 or a frame over the limit: ws has sent its own close frame, and 'close' follows.
    socket.on('error', () => events.onGone());
    // Pongs to a page that does not read would pile up, so they share the limit of the bytes.
    socket.on('ping', (data) => {
      if (socket.bufferedAmount < MAX_BACKLOG_OCTETS) socket.pong(data);
    });
  }

  /** Octets sent that the kernel has not taken. */
  get backlogOctets(): number {
    return this.#socket.bufferedAmount;
  }

  /** How many octets may be sent now in one frame; 0 when the page does not keep up. */
  get roomOctets(): number {
    return this.#socket.bufferedAmount >= MAX_BACKLOG_OCTETS ? 0 : MAX_DATA_FRAME_OCTETS;
  }

  send(frame: ProxyFrame): void {
    this.#socket.send(encodeProxyFrame(frame));
  }

  /** `onSent` is called when the kernel has taken the bytes, or when they are lost. */
  sendBytes(bytes: Buffer, onSent: () => void): void {
    this.#socket.send(bytes, onSent);
  }

  /** Tells the page why, and closes. */
  closeFailed({ code, message, certificate }: TunnelFailure): void {
    this.send({ type: 'failed', code, message, ...(certificate === null ? {} : { certificate }) });
    this.#socket.close(CLOSE_FAILED, code);
  }

  closeDone(): void {
    this.#socket.close(CLOSE_DONE);
  }
}

function receive(data: RawData, isBinary: boolean, events: PageEvents): void {
  // With ws's default binaryType every message is one Buffer, fragments joined.
  const bytes = data as Buffer;
  if (isBinary) events.onBytes(bytes);
  else events.onFrame(parsePageFrame(bytes));
}
