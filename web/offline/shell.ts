/**
 * Decisions of the service worker, without one: which requests the kept app shell answers, what the caches are called,
 * which are stale. Pure. Must not know mail: messages are in IndexedDB and never in a cache.
 */

/** What the build wrote down about itself. Paths are relative to the folder the page is served from. */
export interface ShellManifest {
  /** Changes whenever any file changes. */
  version: string;
  files: readonly string[];
}

/** What the page says to a waiting version so that it takes over (state/update says the same word). */
export const TAKE_OVER = 'take-over';

/** The parts of a Request that decide. */
export interface AskedRequest {
  method: string;
  url: string;
  /** It asks for a part of a file: a kept whole answer would be wrong. */
  ranged: boolean;
}

/** `network`: leave it to the browser. `shell`: the kept file `path`; the page itself is `''`. */
export type Answer = { from: 'network' } | { from: 'shell'; path: string };

const network: Answer = { from: 'network' };

/**
 * Decides who answers. The page is known as its folder and as index.html, whatever its query; everything else by its
 * exact path. What is not in the shell (`info`, `tunnel`, health checks, other origins) is never touched.
 */
export function chooseAnswer(request: AskedRequest, scope: string, files: ReadonlySet<string>): Answer {
  if (request.method !== 'GET' || request.ranged) return network;
  const address = new URL(request.url);
  const folder = new URL(scope);
  if (address.origin !== folder.origin || !address.pathname.startsWith(folder.pathname)) return network;
  const path = shellPath(address.pathname.slice(folder.pathname.length));
  return files.has(path) ? { from: 'shell', path } : network;
}

/** A file's path in the shell. index.html is kept as the folder itself: many hosts redirect the one to the other. */
export function shellPath(file: string): string {
  return file === 'index.html' ? '' : file;
}

/** Files with a hash in their name never change; for all others the server is asked whether the browser's copy is new. */
export function requestCache(path: string): 'default' | 'no-cache' {
  return path.startsWith('assets/') ? 'default' : 'no-cache';
}

/** One cache a version and folder, so that two Poplars on one host do not clear each other's. */
export function cacheName(scope: string, version: string): string {
  return `${cachePrefix(scope)}${version}`;
}

/** The caches that an activated version clears away: its own folder's, of other versions. */
export function staleCaches(names: readonly string[], scope: string, version: string): string[] {
  return names.filter((name) => name.startsWith(cachePrefix(scope)) && name !== cacheName(scope, version));
}

function cachePrefix(scope: string): string {
  // No space can be in a path, so no folder's prefix begins another's.
  return `poplar-shell ${new URL(scope).pathname} `;
}
