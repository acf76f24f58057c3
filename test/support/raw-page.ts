/**
 * A page that keeps no rule: raw octets over TCP, frames of RFC 6455 built by hand, right or wrong. It tells what came
 * back, as far as that can be read.
 */
import net from 'node:net';
import type { Socket } from 'node:net';

export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameParts {
  opcode: number;
  payload?: Buffer | string;
  fin?: boolean;
  /** RSV1 to RSV3 as they stand in the first octet. */
  rsv?: number;
  isMasked?: boolean;
  /** What the header claims, when it is not the length of the payload. */
  claimedOctets?: number;
}

/** RFC 6455 §5.2. The mask is zero, so that the payload stands in clear. */
export function frame({
  opcode,
  payload = '',
  fin = true,
  rsv = 0,
  isMasked = true,
  claimedOctets,
}: FrameParts): Buffer {
  const body = Buffer.from(payload);
  const octets = claimedOctets ?? body.length;
  const mask = isMasked ? 0x80 : 0;
  const head = Buffer.from([(fin ? 0x80 : 0) | rsv | opcode]);
  return Buffer.concat([head, lengthOf(octets, mask), Buffer.alloc(isMasked ? 4 : 0), body]);
}

function lengthOf(octets: number, mask: number): Buffer {
  if (octets < 126) return Buffer.from([mask | octets]);
  const length = Buffer.alloc(octets < 65536 ? 3 : 9);
  if (octets < 65536) length.writeUInt16BE(octets, 1);
  else length.writeBigUInt64BE(BigInt(octets), 1);
  length[0] = mask | (octets < 65536 ? 126 : 127);
  return length;
}

/** A `connect` frame to a port of loopback. */
export function connectFrame(port: number, extra: object = {}): Buffer {
  const said = { type: 'connect', host: '127.0.0.1', port, security: 'none', window: 65536, ...extra };
  return frame({ opcode: OPCODE.text, payload: JSON.stringify(said) });
}

export interface UpgradeParts {
  method?: string;
  target?: string;
  version?: string;
  /** Fields that replace those of the same name; null leaves them out, several stand one after the other. */
  fields?: Record<string, string | readonly string[] | null>;
}

/** The upgrade request of a page at this port, with what is to be wrong about it. */
export function upgradeRequest(
  port: number,
  { method = 'GET', target = '/tunnel', version = '1.1', fields = {} }: UpgradeParts = {},
): string {
  const all: Record<string, string | readonly string[] | null> = {
    host: `localhost:${port}`,
    origin: `http://localhost:${port}`,
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'poplar.v1',
    ...fields,
  };
  const lines = Object.entries(all).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => `${name}: ${value}\r\n`),
  );
  return `${method} ${target} HTTP/${version}\r\n${lines.join('')}\r\n`;
}

export class RawPage {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #takenOctets = 0;
  #wake = (): void => undefined;
  isClosed = false;

  constructor(port: number) {
    this.socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
    this.socket.on('end', () => this.#wake());
  }

  /** Does the handshake; resolves with it behind. */
  static async open(port: number): Promise<RawPage> {
    const page = new RawPage(port);
    page.socket.write(upgradeRequest(port));
    await page.until((text) => text.startsWith('HTTP/1.1 101') && text.includes('\r\n\r\n'));
    return page;
  }

  /** All that came, read as Latin-1. */
  get text(): string {
    return this.#received.toString('latin1');
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.text)?.[1] ?? 0);
  }

  /** Octets of the server that came in binary frames and were not counted by `takeOctets`. */
  get octets(): number {
    const all = [...framesOf(this.#received)].filter(({ opcode }) => opcode === OPCODE.binary);
    return all.reduce((sum, { payload }) => sum + payload.length, 0) - this.#takenOctets;
  }

  takeOctets(): number {
    const { octets } = this;
    this.#takenOctets += octets;
    return octets;
  }

  /** Waits for what came to be so; fails when the connection is closed before. */
  async until(condition: (text: string) => boolean): Promise<void> {
    while (!condition(this.text)) {
      if (this.isClosed) throw new Error(`closed after ${JSON.stringify(this.text.slice(-500))}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Waits until nothing more can come, says so too, and returns all that came. */
  async end(): Promise<string> {
    while (!this.isClosed && !this.socket.readableEnded)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    this.socket.destroy();
    return this.text;
  }

  /** Waits for the close frame, or for the end without one; returns the codes of failure and close: `bad-frame 4000`. */
  async ending(): Promise<string> {
    while (!this.isClosed && !this.socket.readableEnded && closeCode(this.#received) === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    this.socket.destroy();
    const { text } = this;
    const failed = /"type":"failed","code":"([a-z-]+)"/.exec(text)?.[1];
    return [failed, closeCode(this.#received)].filter((part) => part !== undefined).join(' ');
  }

  /** Writes, and waits for the kernel as long as it takes anything; false when it is closed. */
  async write(bytes: Buffer): Promise<boolean> {
    if (this.socket.destroyed) return false;
    if (!this.socket.write(bytes)) {
      await this.#drained();
    }
    return !this.socket.destroyed;
  }

  /** Until the socket has written what it was given, or is closed. Leaves no listener behind: a flood asks a thousand times. */
  async #drained(): Promise<void> {
    const { socket } = this;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }
}

/** The frames after the handshake, as far as they have come whole (RFC 6455 §5.2). */
function* framesOf(received: Buffer): Generator<{ opcode: number; payload: Buffer }> {
  let at = received.indexOf('\r\n\r\n') + 4;
  while (at + 2 <= received.length) {
    const opcode = (received[at] ?? 0) & 0x0f;
    const short = (received[at + 1] ?? 0) & 0x7f;
    const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    if (start > received.length) return;
    const octets =
      short < 126
        ? short
        : short === 126
          ? received.readUInt16BE(at + 2)
          : Number(received.readBigUInt64BE(at + 2));
    if (start + octets > received.length) return;
    yield { opcode, payload: received.subarray(start, start + octets) };
    at = start + octets;
  }
}

function closeCode(received: Buffer): number | undefined {
  const close = [...framesOf(received)].find(({ opcode }) => opcode === OPCODE.close);
  if (close === undefined) return undefined;
  return close.payload.length < 2 ? 1005 : close.payload.readUInt16BE(0);
}
