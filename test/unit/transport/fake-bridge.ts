/** A WebSocket to a bridge whose other end is the test, and dials over it. */
import { createBridgeDial, type BridgeDialOptions } from '../../../web/transport/bridge-dial.ts';
import type { DialObserver, DialTarget } from '../../../web/wire/transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeSocket } from './fake-socket.ts';

export const PAGE = 'http://mail.example/poplar/';
export const TARGET: DialTarget = {
  host: 'pop.example.org',
  port: 110,
  security: 'none',
  bridge: { url: 'websockify?token=home' },
};

export class FakeBridgeSocket extends FakeSocket {
  /** What was sent and has not left; the test lets it go. */
  bufferedAmount = 0;

  constructor(url: string, subprotocols: string[]) {
    super(url, subprotocols.join(', '));
  }

  override send(data: string | Uint8Array): void {
    super.send(data);
    this.bufferedAmount += data.length;
  }
}

/** Begins a dial; the first socket is there at once, and nothing has happened on it. */
export function startBridgeDial(
  options: Partial<BridgeDialOptions> & {
    target?: DialTarget;
    observer?: DialObserver;
    signal?: AbortSignal;
  } = {},
) {
  const clock = new FakeClock();
  const sockets: FakeBridgeSocket[] = [];
  class Socket extends FakeBridgeSocket {
    constructor(url: string, subprotocols: string[]) {
      super(url, subprotocols);
      sockets.push(this);
    }
  }
  const { target = TARGET, observer = {}, signal = new AbortController().signal, ...given } = options;
  const dial = createBridgeDial({
    baseUrl: PAGE,
    clock,
    openTimeoutMs: 1000,
    WebSocketClass: Socket,
    ...given,
  });
  const outcome = dial(target, observer, signal);
  // Each test awaits the outcome in its own time; until then a rejection is not unhandled.
  outcome.catch(() => undefined);
  return { clock, sockets, outcome, socket: sockets[0] ?? new FakeBridgeSocket('', []) };
}

/** A way through a bridge that stands. */
export async function openBridge(options: Parameters<typeof startBridgeDial>[0] = {}) {
  const started = startBridgeDial(options);
  started.socket.open('binary');
  return { ...started, transport: await started.outcome };
}
