/**
 * Keeps the app shell on this device, so that the page opens without a network. All files of a version or none; a new
 * version waits until the person accepts it. Must not touch mail, `info` or `tunnel`; the decisions are in offline/shell.
 */
import {
  cacheName,
  chooseAnswer,
  requestCache,
  shellPath,
  staleCaches,
  TAKE_OVER,
  type ShellManifest,
} from './offline/shell.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by build/pwa-plugin. */
declare const POPLAR_SHELL: ShellManifest;

const shell = POPLAR_SHELL;
const scope = self.registration.scope;
const name = cacheName(scope, shell.version);
const files = new Set(shell.files.map(shellPath));

self.addEventListener('install', (event) => event.waitUntil(keepShell()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

self.addEventListener('message', (event) => {
  if (event.data === TAKE_OVER) void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { method, url, headers } = event.request;
  const answer = chooseAnswer({ method, url, ranged: headers.has('range') }, scope, files);
  if (answer.from === 'shell') event.respondWith(fromShell(answer.path, event.request));
});

/** All or nothing: `addAll` keeps no file when one is missing, and the failed version is never installed. */
async function keepShell(): Promise<void> {
  const requests = [...files].map((path) => new Request(new URL(path, scope), { cache: requestCache(path) }));
  try {
    const cache = await caches.open(name);
    await cache.addAll(requests);
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
}

async function takeOver(): Promise<void> {
  const stale = staleCaches(await caches.keys(), scope, shell.version);
  await Promise.all(stale.map((old) => caches.delete(old)));
  // The very first visit has to work offline, too, not only the second.
  await self.clients.claim();
}

/** The kept file with the headers it came with (CSP among them); the network only if the browser lost it. */
async function fromShell(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  return (await cache.match(new URL(path, scope), { ignoreVary: true })) ?? fetch(request);
}
