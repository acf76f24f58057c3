/**
 * A WebSocket bridge in a few lines, as many stand on the net: binary frames are the bytes of one TCP server that was
 * fixed at the start. With switches for what such bridges do differently or wrong. Nothing here holds a sender back.
 */
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { createBridgeDial } from '../../web/transport/bridge-dial.ts';
import type { Clock } from '../../web/wire/clock.ts';
import type { Dial } from '../../web/wire/transport.ts';
import { systemClock } from './proxy-dial.ts';

export interface RawBridgeOptions {
  /** Port of the server on loopback. */
  target: number;
  /** It has never heard of sub-protocols and answers none. */
  ignoresSubprotocols?: boolean;
  /** Octets of a frame at most. */
  frameOctets?: number;
  /** Sends the server's bytes as text. */
  asText?: boolean;
  /** Cuts the n-th connection (from 1), without a close frame, after so many octets to the page. */
  cuts?: readonly number[];
  /** The code of its close frame when the server has finished; none when null. */
  endCode?: number | null;
}

export interface RawBridge {
  url: string;
  /** WebSockets that were opened so far. */
  readonly opened: number;
  close(): Promise<void>;
}

/** Starts a bridge on a free port of loopback. */
export async function startRawBridge(options: RawBridgeOptions): Promise<RawBridge> {
  let opened = 0;
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    ...(options.ignoresSubprotocols === true && { handleProtocols: () => false }),
  });
  await once(server, 'listening');
  server.on('connection', (page) => {
    const cutAfter = options.cuts?.[opened] ?? Infinity;
    opened += 1;
    carry(page, options, cutAfter);
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get opened() {
      return opened;
    },
    async close() {
      for (const page of server.clients) page.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function carry(page: WebSocket, options: RawBridgeOptions, cutAfter: number): void {
  const { target, frameOctets = Infinity, asText = false, endCode = 1000 } = options;
  const socket = connect({ host: '127.0.0.1', port: target });
  let carried = 0;
  socket.on('data', (bytes) => {
    const rest = bytes.subarray(0, cutAfter - carried);
    carried += rest.length;
    for (let at = 0; at < rest.length; at += Math.min(frameOctets, rest.length)) {
      page.send(rest.subarray(at, at + frameOctets), { binary: !asText });
    }
    if (carried === cutAfter) page.terminate();
  });
  socket.on('end', () => (endCode === null ? page.close() : page.close(endCode, 'Target closed')));
  socket.on('error', () => page.close(1011, 'Failed to connect to downstream server'));
  page.on('message', (data: Buffer) => socket.write(data));
  page.on('close', () => socket.destroy());
  page.on('error', () => socket.destroy());
}

/** The page's own Dial in Node for targets with a bridge; the page is on the bridge's own site. */
export function dialOverBridge(url: string, clock: Clock = systemClock): Dial {
  class PageSocket extends WebSocket {
    constructor(address: string, subprotocols: string[]) {
      super(address, subprotocols, { perMessageDeflate: false });
    }
  }
  const baseUrl = url.replace(/^ws/, 'http');
  return createBridgeDial({ baseUrl, clock, WebSocketClass: PageSocket });
}
