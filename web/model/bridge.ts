/**
 * A WebSocket bridge: websockify and its like, which carry bytes between a WebSocket and one mail server that was fixed
 * where the bridge was started. Here is where one may be. Pure; must not know how it is spoken to.
 */

export interface Bridge {
  /** `wss:` or `ws:`, or a path relative to the page. */
  url: string;
}

/** Why an address cannot be that of a bridge. */
export type BridgeProblem = 'empty' | 'no-websocket' | 'in-clear' | 'login' | 'fragment';

/**
 * The address to open for a page at `pageUrl`, or what is wrong with it. `ws:` is refused where the password would cross
 * a network in clear that the page itself did not cross: it is for loopback, and for the site of a page on `http:`.
 */
export function resolveBridge(
  text: string,
  pageUrl: string,
): { url: string; sameOrigin: boolean } | { problem: BridgeProblem } {
  const typed = text.trim();
  if (typed === '') return { problem: 'empty' };
  // The URL parser drops line breaks without a word.
  if (/[\s\p{Cc}]/u.test(typed) || !URL.canParse(typed, pageUrl)) return { problem: 'no-websocket' };
  const [url, page] = [new URL(typed, pageUrl), new URL(pageUrl)];
  const sameOrigin = originOf(url) === page.origin;
  const isPath = !/^[a-z][a-z\d+.-]*:/i.test(typed);
  if (isPath ? !sameOrigin : !/^wss?:$/.test(url.protocol)) return { problem: 'no-websocket' };
  if (url.username !== '' || url.password !== '') return { problem: 'login' };
  if (typed.includes('#')) return { problem: 'fragment' };
  if (isPath) url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  if (url.protocol === 'ws:' && !sameOrigin && !isLoopback(url.hostname)) return { problem: 'in-clear' };
  return { url: url.href, sameOrigin };
}

/** How a bridge is called before people and in errors: its address without the query, which may name a target. */
export function bridgeName({ url }: Bridge): string {
  return url.replace(/[?#].*$/, '');
}

/** The origin of the page that this address would be beside. */
function originOf({ protocol, host }: URL): string {
  return `${protocol.replace(/^ws/, 'http')}//${host}`;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
