/** A WebSocket whose other end is the test: it says what it likes and sees what the page sent, in order. */
import type { PageFrame } from '../../../proxy/protocol.ts';
import { SUBPROTOCOL } from '../../../proxy/protocol.ts';
import type { DialObserver, DialTarget } from '../../../web/wire/transport.ts';
import type { DialOptions } from '../../../web/transport/websocket-transport.ts';
import { createDial } from '../../../web/transport/websocket-transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';

type Listener = (event: { data: unknown; code: number; reason: string }) => void;

export class FakeSocket {
  readonly url: string;
  readonly offered: string;
  binaryType = 'blob';
  protocol = '';
  /** Control frames as objects, bytes as their length. */
  readonly sent: (PageFrame | number)[] = [];
  readonly sentBytes: Uint8Array[] = [];
  /** The code of each close() by the page. */
  readonly closed: (number | undefined)[] = [];
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string, offered: string) {
    this.url = url;
    this.offered = offered;
  }

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') this.sent.push(JSON.parse(data) as PageFrame);
    else {
      this.sent.push(data.length);
      this.sentBytes.push(data.slice());
    }
  }

  close(code?: number): void {
    this.closed.push(code);
  }

  addEventListener(type: string, listener: Listener | (() => void)): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  /** The proxy takes the WebSocket. */
  open(protocol = SUBPROTOCOL): void {
    this.protocol = protocol;
    this.#emit('open', {});
  }

  /** The proxy sends a control frame; a string goes as it is. */
  say(frame: object | string): void {
    this.#emit('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  /** The proxy sends bytes, or whatever a broken WebSocket could deliver. */
  deliver(data: unknown): void {
    this.#emit('message', { data: data instanceof Uint8Array ? data.slice().buffer : data });
  }

  /** The WebSocket is closed by the other side, or was never opened. */
  drop(code = 1006, reason = ''): void {
    this.#emit('error', {});
    this.#emit('close', { code, reason });
  }

  #emit(type: string, event: Partial<Parameters<Listener>[0]>): void {
    const whole = { data: null, code: 0, reason: '', ...event };
    for (const listener of this.#listeners.get(type) ?? []) listener(whole);
  }
}

export const TARGET: DialTarget = { host: 'pop.example.org', port: 995, security: 'none' };

export const CERTIFICATE = {
  subject: 'CN=pop.example.org',
  issuer: 'CN=Test CA',
  names: ['pop.example.org', 'mail.example.org'],
  validFromMs: 1,
  validToMs: 2,
  sha256: 'AA:BB',
};
export const TLS = { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', certificate: CERTIFICATE };

/** Begins a dial; the socket is there at once, and nothing has happened on it. */
export function startDial(
  options: Partial<DialOptions> & { target?: DialTarget; observer?: DialObserver; signal?: AbortSignal } = {},
) {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  class Socket extends FakeSocket {
    constructor(url: string, offered: string) {
      super(url, offered);
      sockets.push(this);
    }
  }
  const dial = createDial({
    tunnelUrl: 'ws://page.example/mail/tunnel',
    clock,
    connectTimeoutMs: 1000,
    WebSocketClass: Socket,
    ...options,
  });
  const { target = TARGET, observer = {}, signal = new AbortController().signal } = options;
  const outcome = dial(target, observer, signal);
  // Each test awaits the outcome in its own time; until then a rejection is not unhandled.
  outcome.catch(() => undefined);
  return { clock, sockets, outcome, socket: sockets[0] ?? new FakeSocket('', '') };
}

/** A tunnel that stands, with the `connect` frame taken off what was sent. */
export async function openTunnel(options: Parameters<typeof startDial>[0] & { window?: number } = {}) {
  const { window = 4 * 1024 * 1024, ...rest } = options;
  const started = startDial(rest);
  started.socket.open();
  started.socket.say({ type: 'connected', window, tls: rest.target?.security === 'tls' ? TLS : null });
  const transport = await started.outcome;
  started.socket.sent.length = 0;
  return { ...started, transport };
}
