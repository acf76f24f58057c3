/** The page's end of a tunnel for tests: a WebSocket that keeps what it hears and can be waited on. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SUBPROTOCOL, WINDOW_OCTETS } from '../../../proxy/protocol.ts';
import type { PageFrame, ProxyFrame, TunnelErrorCode } from '../../../proxy/protocol.ts';

type FrameOf<T extends ProxyFrame['type']> = ProxyFrame & { type: T };

export interface PageOptions {
  origin?: string | null;
  host?: string;
  path?: string;
  protocol?: string;
  authorization?: string;
  forwardedFor?: string;
  forwardedProto?: string;
  /** Whom to trust under TLS (PEM). */
  ca?: string;
}

export interface ConnectOptions {
  host?: string;
  security?: 'tls' | 'none';
  window?: number;
  token?: string;
  pin?: string;
}

export class TestPage {
  readonly frames: ProxyFrame[] = [];
  readonly socket: WebSocket;
  octets = 0;
  /** Gives credit back for all that comes, as a page does that reads at once. */
  isGenerous = false;
  closed: { code: number; reason: string } | null = null;
  readonly chunks: Buffer[] = [];
  /** What becomes of the bytes that come; they are kept, unless a test knows better. */
  onBytes: (bytes: Buffer) => void = (bytes) => void this.chunks.push(bytes);
  #wake: () => void = () => undefined;

  constructor(proxyUrl: string, options: PageOptions = {}) {
    const url = new URL(options.path ?? 'tunnel', proxyUrl.replace('localhost', '127.0.0.1'));
    const origin = options.origin === undefined ? new URL(proxyUrl).origin : options.origin;
    this.socket = new WebSocket(url.href.replace('http', 'ws'), options.protocol ?? SUBPROTOCOL, {
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      headers: {
        host: options.host ?? new URL(proxyUrl).host,
        ...(origin === null ? {} : { origin }),
        ...(options.authorization === undefined ? {} : { authorization: options.authorization }),
        ...(options.forwardedFor === undefined ? {} : { 'x-forwarded-for': options.forwardedFor }),
        ...(options.forwardedProto === undefined ? {} : { 'x-forwarded-proto': options.forwardedProto }),
      },
    });
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#take(data);
      else this.frames.push(JSON.parse(data.toString()) as ProxyFrame);
      this.#wake();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.#wake();
    });
  }

  /** Connects to the proxy; resolves when the WebSocket is open. */
  static async open(proxyUrl: string, options: PageOptions = {}): Promise<TestPage> {
    const page = new TestPage(proxyUrl, options);
    await once(page.socket, 'open');
    return page;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  get failure(): FrameOf<'failed'> | undefined {
    return this.frames.find((frame): frame is FrameOf<'failed'> => frame.type === 'failed');
  }

  say(frame: PageFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  connect(port: number, options: ConnectOptions = {}): void {
    const { host = '127.0.0.1', security = 'none', window = WINDOW_OCTETS, ...more } = options;
    this.say({ type: 'connect', host, port, security, window, ...more });
  }

  /** Sends all, never more than the window allows. */
  async sendAll(chunks: Iterable<Buffer> | AsyncIterable<Buffer>, window: number): Promise<void> {
    let sent = 0;
    const credit = (): number =>
      this.frames.reduce((sum, frame) => sum + (frame.type === 'credit' ? frame.octets : 0), window);
    for await (const chunk of chunks) {
      await this.until(() => sent + chunk.length <= credit());
      this.socket.send(chunk);
      sent += chunk.length;
    }
  }

  /** Waits until `condition` holds; fails as soon as the tunnel is closed and it can hold no more. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closed !== null) {
        throw new Error(
          `the tunnel was closed: ${JSON.stringify(this.closed)} ${JSON.stringify(this.frames)}`,
        );
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async frame<T extends ProxyFrame['type']>(type: T): Promise<FrameOf<T>> {
    await this.until(() => this.frames.some((frame) => frame.type === type));
    return this.frames.find((frame): frame is FrameOf<T> => frame.type === type) as FrameOf<T>;
  }

  /** Waits for the end, whatever it is. */
  async over(): Promise<{ code: number; reason: string }> {
    while (this.closed === null) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.closed;
  }

  /** Waits for the end and returns the code of the failure, checking that frame and close reason agree. */
  async failed(): Promise<TunnelErrorCode> {
    const closed = await this.over();
    const code = this.failure?.code;
    if (code === undefined || closed.code !== 4000 || closed.reason !== code) {
      throw new Error(`no typed end: ${JSON.stringify(closed)} ${JSON.stringify(this.frames)}`);
    }
    return code;
  }

  #take(data: Buffer): void {
    this.octets += data.length;
    this.onBytes(data);
    if (this.isGenerous) this.say({ type: 'credit', octets: data.length });
  }
}
