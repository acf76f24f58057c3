/**
 * Dial through the proxy: opens the WebSocket, says where to, and waits until the mail server is connected. What runs
 * over the tunnel then is in tunnel-transport.ts.
 */
import { SUBPROTOCOL } from '../../proxy/protocol.ts';
import { PoplarError } from '../errors.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial, DialTarget } from '../wire/transport.ts';
import { cancelled, untilOpen } from './dialling.ts';
import { TunnelTransport } from './tunnel-transport.ts';
import type { TunnelSocket, TunnelSocketClass } from './tunnel-socket.ts';

/** Longer than the proxy's own time-outs, so that its answer, which names the hop, comes first. */
const CONNECT_TIMEOUT_MS = 20_000;

export interface DialOptions {
  /** `ws:` or `wss:`; see tunnelUrlOf. */
  tunnelUrl: string;
  clock: Clock;
  /** How long the proxy may be silent while opening, dialling or starting TLS; 20,000 when left out. */
  connectTimeoutMs?: number;
  /** The browser's WebSocket when left out. */
  WebSocketClass?: TunnelSocketClass;
  /** What the browser says of the network; asked before each dial. */
  isOnline?: () => boolean;
  /** The proxy's access token, or null when there is none; read anew for each dial. None when left out. */
  token?: () => Promise<string | null>;
}

/** A Dial over the proxy's tunnel. */
export function createDial(options: DialOptions): Dial {
  const { tunnelUrl, clock, connectTimeoutMs = CONNECT_TIMEOUT_MS, isOnline = () => true } = options;
  const proxyName = new URL(tunnelUrl).host;
  return async (target, observer, signal) => {
    if (signal.aborted) throw cancelled();
    if (!isOnline()) throw new PoplarError('offline', 'page', { retryable: true });
    const token = options.token === undefined ? null : await options.token();
    if (signal.aborted) throw cancelled();
    const socket = openSocket(options, target);
    const parts = { socket, target, observer, token, proxyName, clock, stepTimeoutMs: connectTimeoutMs };
    return untilOpen(new TunnelTransport(parts), signal);
  };
}

function openSocket(
  { tunnelUrl, WebSocketClass = WebSocket }: DialOptions,
  target: DialTarget,
): TunnelSocket {
  try {
    return new WebSocketClass(tunnelUrl, SUBPROTOCOL);
  } catch (cause) {
    // A browser refuses at once what its policies forbid, ws: from an https: page for one.
    const { host, port } = target;
    throw new PoplarError('proxy-unreachable', 'proxy', { detail: { host, port }, cause });
  }
}
