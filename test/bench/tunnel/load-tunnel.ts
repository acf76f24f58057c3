/**
 * The client end of one tunnel, for each of the protocols that are compared. All of them read into one buffer, mask
 * nothing while they run and look at no payload, so that the server is what limits and is measured.
 */
import { connect, type Socket } from 'node:net';
import { BINARY, clientFrame, FrameReader, TEXT, type Piece } from './frames.ts';
import { SUBPROTOCOL, TUNNEL_PATH, WINDOW_OCTETS, type ProxyFrame } from '../../../proxy/protocol.ts';

export type Wire = 'raw' | 'websocket' | 'poplar' | 'wisp';

/** How to reach the target through one of the servers. */
export interface Way {
  wire: Wire;
  port: number;
  target: { host: string; port: number; security: 'none' | 'tls' };
  /** Poplar only: octets that may be under way before we give credit. */
  windowOctets?: number;
}

/** What uploads consist of: a block is written at once and holds so many frames. */
export const UPLOAD_FRAME_OCTETS = 64 * 1024;
const UPLOAD_FRAMES = 16;
const BLOCK_OCTETS = UPLOAD_FRAMES * UPLOAD_FRAME_OCTETS;

/** For all tunnels: it is only good within one callback, and nobody keeps it. */
const readBuffer = Buffer.allocUnsafeSlow(1024 * 1024);

/** Opens a tunnel; resolves when the first octet of the target's greeting is here. */
export function openTunnel(way: Way): Promise<LoadTunnel> {
  const tunnel = createTunnel(way);
  return new Promise((resolve, reject) => {
    tunnel.onProgress = () => resolve(tunnel);
    tunnel.onOver = () => reject(new Error(`the ${way.wire} tunnel was closed before the first octet`));
  });
}

function createTunnel(way: Way): LoadTunnel {
  switch (way.wire) {
    case 'raw':
      return new LoadTunnel(way);
    case 'websocket':
      return new WebSocketTunnel(way);
    case 'poplar':
      return new PoplarTunnel(way);
    case 'wisp':
      return new WispTunnel(way);
  }
}

/** Plain TCP, and what the others have in common. */
export class LoadTunnel {
  /** Octets of the target's that have come. */
  received = 0;
  /** Called when `received` has grown. */
  onProgress: () => void = () => undefined;
  onOver: () => void = () => undefined;
  protected readonly way: Way;
  readonly #socket: Socket;
  #block: Buffer | null = null;

  constructor(way: Way) {
    this.way = way;
    this.#socket = connect({
      host: '127.0.0.1',
      port: way.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (octets, buffer) => {
          this.read(buffer as Buffer, octets);
          return true;
        },
      },
    });
    this.#socket.on('connect', () => this.begin());
    this.#socket.on('drain', () => this.pour());
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => this.onOver());
  }

  /** `payload` as it goes over the wire. */
  encode(payload: Buffer): Buffer {
    return payload;
  }

  write(encoded: Buffer): boolean {
    return this.#socket.write(encoded);
  }

  /** Uploads without end, as fast as server and target take it. */
  startUpload(): void {
    const frame = this.encode(Buffer.alloc(UPLOAD_FRAME_OCTETS, 'poplar\r\n'));
    this.#block = Buffer.concat(Array.from({ length: UPLOAD_FRAMES }, () => frame));
    this.pour();
  }

  /** Stops reading: a client that is stuck. */
  pause(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.onOver = () => undefined;
    this.#block = null;
    this.#socket.destroy();
  }

  protected begin(): void {
    // Nothing to say before the target's greeting.
  }

  protected read(_buffer: Buffer, octets: number): void {
    this.gain(octets);
  }

  /** Takes `octets` out of the credit; false when there is not enough. */
  protected spend(_octets: number): boolean {
    return true;
  }

  protected gain(octets: number): void {
    this.received += octets;
    this.onProgress();
  }

  protected pour(): void {
    while (this.#block !== null && !this.#socket.writableNeedDrain && this.spend(BLOCK_OCTETS)) {
      this.#socket.write(this.#block);
    }
  }
}

/** A WebSocket whose binary frames are the target's bytes and nothing else. */
class WebSocketTunnel extends LoadTunnel {
  protected readonly path: string = '/';
  protected readonly subprotocol: string | null = null;
  readonly #frames = new FrameReader((piece) => this.readPiece(piece));
  #answer: string | null = '';

  override encode(payload: Buffer): Buffer {
    return clientFrame(BINARY, payload);
  }

  protected override begin(): void {
    const host = `localhost:${this.way.port}`;
    const lines = [
      `GET ${this.path} HTTP/1.1`,
      `Host: ${host}`,
      `Origin: http://${host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: cG9wbGFyIHR1bm5lbCE9PQ==',
      ...(this.subprotocol === null ? [] : [`Sec-WebSocket-Protocol: ${this.subprotocol}`]),
    ];
    this.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  }

  protected override read(buffer: Buffer, octets: number): void {
    if (this.#answer === null) return this.#frames.push(buffer, 0, octets);
    const before = this.#answer.length;
    this.#answer += buffer.toString('latin1', 0, octets);
    const end = this.#answer.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    if (!this.#answer.startsWith('HTTP/1.1 101')) return this.destroyUnheard(this.#answer);
    this.#answer = null;
    this.upgraded();
    this.#frames.push(buffer, end - before, octets);
  }

  protected destroyUnheard(answer: string): void {
    console.log(`refused: ${answer.split('\r\n', 1)[0]}`);
    this.onOver();
    this.destroy();
  }

  protected upgraded(): void {
    // The server dials of itself.
  }

  protected readPiece(piece: Piece): void {
    if (piece.opcode === BINARY || piece.opcode === 0) this.gain(piece.end - piece.start);
  }
}

/** Our own protocol, as the page speaks it: credit for every quarter of the window. */
class PoplarTunnel extends WebSocketTunnel {
  protected override readonly path = `/${TUNNEL_PATH}`;
  protected override readonly subprotocol = SUBPROTOCOL;
  #credit = 0;
  #owed = 0;
  #text = '';
  readonly #window = this.way.windowOctets ?? WINDOW_OCTETS;
  readonly #quarter = clientFrame(
    TEXT,
    Buffer.from(JSON.stringify({ type: 'credit', octets: Math.floor(this.#window / 4) })),
  );

  protected override upgraded(): void {
    const { host, port, security } = this.way.target;
    const frame = { type: 'connect', host, port, security, window: this.#window };
    this.write(clientFrame(TEXT, Buffer.from(JSON.stringify(frame))));
  }

  protected override readPiece(piece: Piece): void {
    if (piece.opcode !== TEXT) {
      super.readPiece(piece);
      return this.#giveCredit(piece.end - piece.start);
    }
    this.#text += piece.buffer.toString('latin1', piece.start, piece.end);
    if (this.#text.length < piece.frameOctets) return;
    const frame = JSON.parse(this.#text) as ProxyFrame;
    this.#text = '';
    if (frame.type === 'failed') this.destroyUnheard(`${frame.code}: ${frame.message}`);
    if (frame.type === 'connected') this.#credit = frame.window;
    if (frame.type === 'credit') this.#credit += frame.octets;
    this.pour();
  }

  protected override spend(octets: number): boolean {
    if (this.#credit < octets) return false;
    this.#credit -= octets;
    return true;
  }

  #giveCredit(octets: number): void {
    this.#owed += octets;
    for (const quarter = Math.floor(this.#window / 4); this.#owed >= quarter; this.#owed -= quarter) {
      this.write(this.#quarter);
    }
  }
}

const WISP_CONNECT = 1;
const WISP_DATA = 2;
const WISP_CONTINUE = 3;
const WISP_TCP = 1;
const WISP_HEADER_OCTETS = 5;

/** Wisp 1: one stream, number 1; the server says how many packets it has room for. */
class WispTunnel extends WebSocketTunnel {
  #packets = 0;
  readonly #head = Buffer.alloc(9);

  override encode(payload: Buffer): Buffer {
    return clientFrame(BINARY, Buffer.concat([wispHeader(WISP_DATA), payload]));
  }

  protected override upgraded(): void {
    const { host, port } = this.way.target;
    const connect = Buffer.from([WISP_TCP, port & 0xff, port >> 8]);
    this.write(clientFrame(BINARY, Buffer.concat([wispHeader(WISP_CONNECT), connect, Buffer.from(host)])));
  }

  protected override readPiece(piece: Piece): void {
    if (piece.opcode !== BINARY) return;
    if (piece.offset < this.#head.length) {
      piece.buffer.copy(this.#head, piece.offset, piece.start, piece.end);
    }
    const end = piece.offset + piece.end - piece.start;
    const type = this.#head[0];
    if (type === WISP_CONTINUE && end === piece.frameOctets) {
      this.#packets = this.#head.readUInt32LE(WISP_HEADER_OCTETS);
      this.pour();
    }
    const gained = end - Math.max(piece.offset, WISP_HEADER_OCTETS);
    if (type === WISP_DATA && gained > 0) this.gain(gained);
  }

  protected override spend(octets: number): boolean {
    const packets = octets / UPLOAD_FRAME_OCTETS;
    if (this.#packets < packets) return false;
    this.#packets -= packets;
    return true;
  }
}

function wispHeader(type: number): Buffer {
  return Buffer.from([type, 1, 0, 0, 0]);
}
