/** Where the proxy's doors are: beside the page, so that a page under a sub-path needs no settings. */
import { INFO_PATH, TUNNEL_PATH } from '../../proxy/protocol.ts';

/** The tunnel's `ws:` or `wss:` URL for a page at `baseUrl`. */
export function tunnelUrlOf(baseUrl: string): string {
  const url = new URL(TUNNEL_PATH, baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** The URL of the proxy's description for a page at `baseUrl`. */
export function infoUrlOf(baseUrl: string): string {
  return new URL(INFO_PATH, baseUrl).href;
}
