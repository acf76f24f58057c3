/**
 * Dial through the bridge that an account names: refuses what no bridge can do, then opens the WebSocket. What runs over
 * it then is in websockify-transport.ts.
 */
import { PoplarError, type ErrorDetail } from '../errors.ts';
import { bridgeName, resolveBridge } from '../model/bridge.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial, DialTarget } from '../wire/transport.ts';
import { cancelled, untilOpen } from './dialling.ts';
import { BINARY, WebsockifyTransport, type BridgeSocket } from './websockify-transport.ts';

const OPEN_TIMEOUT_MS = 20_000;

export type BridgeSocketClass = new (url: string, subprotocols: string[]) => BridgeSocket;

export interface BridgeDialOptions {
  /** Where the page is: a bridge may be a path relative to it. */
  baseUrl: string;
  clock: Clock;
  /** How long a bridge may take to open; 20,000 when left out. */
  openTimeoutMs?: number;
  /** The browser's WebSocket when left out. */
  WebSocketClass?: BridgeSocketClass;
  /** What the browser says of the network; asked before each dial. */
  isOnline?: () => boolean;
}

/** A Dial for targets with a bridge. Throws `bad-input` and `tls-not-possible` before anything is opened. */
export function createBridgeDial(options: BridgeDialOptions): Dial {
  const { baseUrl, isOnline = () => true } = options;
  return async (target, observer, signal) => {
    if (signal.aborted) throw cancelled();
    const { url, place } = wayOf(target, baseUrl);
    if (!isOnline()) throw new PoplarError('offline', 'page', { retryable: true });
    const open = (subprotocols: string[]): Promise<WebsockifyTransport> => {
      const socket = openSocket(options, url, subprotocols, place);
      const { clock, openTimeoutMs = OPEN_TIMEOUT_MS } = options;
      const parts = { socket, observer, bridgeName: bareUrl(url), place, clock, openTimeoutMs };
      return untilOpen(new WebsockifyTransport(parts), signal);
    };
    try {
      return await open([BINARY]);
    } catch (error) {
      if (!mayKnowNoSubprotocols(error)) throw error;
      return open([]);
    }
  };
}

/** Each target's own way: through its bridge where it has one, else through the proxy of the page. */
export function chooseDial(ways: { proxy: Dial; bridge: Dial }): Dial {
  return (target, observer, signal) =>
    (target.bridge === undefined ? ways.proxy : ways.bridge)(target, observer, signal);
}

function wayOf(target: DialTarget, baseUrl: string): { url: string; place: ErrorDetail } {
  const { host, port, security, bridge } = target;
  const resolved = bridge === undefined ? { problem: 'empty' } : resolveBridge(bridge.url, baseUrl);
  if (bridge === undefined || 'problem' in resolved) {
    throw new PoplarError('bad-input', 'page', { detail: { host, port, field: 'bridge address' } });
  }
  const place = { host, port, bridge: bridgeName(bridge), elsewhere: !resolved.sameOrigin };
  if (security !== 'none')
    throw new PoplarError('tls-not-possible', 'tls', { detail: { ...place, security } });
  return { url: resolved.url, place };
}

/**
 * A bridge that knows no sub-protocols does not answer the offer of one, and then the browser hangs up (RFC 6455 §4.1).
 * One that was silent until the time was up is not asked again.
 */
function mayKnowNoSubprotocols(error: unknown): boolean {
  return (
    error instanceof PoplarError &&
    error.code === 'bridge-unreachable' &&
    error.detail['seconds'] === undefined &&
    error.cause === undefined
  );
}

function openSocket(
  { WebSocketClass = WebSocket }: BridgeDialOptions,
  url: string,
  subprotocols: string[],
  place: ErrorDetail,
): BridgeSocket {
  try {
    return new WebSocketClass(url, subprotocols);
  } catch (cause) {
    // A browser refuses at once what its policies forbid, ws: from an https: page for one.
    throw new PoplarError('bridge-unreachable', 'proxy', { retryable: true, detail: place, cause });
  }
}

function bareUrl(url: string): string {
  return bridgeName({ url });
}
