/** The page's own Dial in Node: through a real proxy, as a page that this proxy serves. */
import WebSocket from 'ws';
import { tunnelUrlOf } from '../../web/transport/proxy-address.ts';
import { createDial } from '../../web/transport/websocket-transport.ts';
import type { Clock } from '../../web/wire/clock.ts';
import type { Dial } from '../../web/wire/transport.ts';

export const systemClock: Clock = {
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

/** A Dial through the proxy at `url`; `origin` is the page's, which a browser sends by itself. */
export function dialThrough(url: string, origin = new URL(url).origin): Dial {
  class PageSocket extends WebSocket {
    constructor(tunnelUrl: string, subprotocol: string) {
      super(tunnelUrl, subprotocol, { origin, perMessageDeflate: false });
    }
  }
  return createDial({ tunnelUrl: tunnelUrlOf(url), clock: systemClock, WebSocketClass: PageSocket });
}
