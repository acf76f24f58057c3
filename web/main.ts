/** The page's composition root: worker, api, states, components, service worker. Holds no logic of its own. */
// First, so that its order of layers holds for every component's styles.
import './ui/theme.css';
import { mount } from 'svelte';
import { createMailClient } from './api/client.ts';
import { buildStates, startStates } from './state/build-states.ts';
import { UpdateState } from './state/update.svelte.ts';
import App from './ui/App.svelte';
import { surroundings } from './ui/browser.ts';
import workerUrl from './worker/worker.ts?worker&url';

/** Script addresses that this page may run: the two it was built with. */
const trusted = trustedScripts([workerUrl, './service-worker.js']);

const worker = new Worker(trusted(workerUrl), { type: 'module', name: 'poplar' });
const api = createMailClient(worker, { baseUrl: new URL('./', document.baseURI).href });
const states = buildStates(api, surroundings(window));
startStates(states);
states.settings.start(window);

const target = document.getElementById('app');
if (target === null) throw new TypeError('index.html has no #app');
mount(App, { target, props: { states } });

if (import.meta.env.PROD && 'serviceWorker' in navigator) void keepOffline();

/** Keeps the page on this device. Without it everything works, but for opening the page offline. */
async function keepOffline(): Promise<void> {
  const updates = new UpdateState(states.toasts, {
    container: navigator.serviceWorker,
    document,
    reload: () => location.reload(),
    now: () => performance.now(),
  });
  try {
    updates.watch(await navigator.serviceWorker.register(trusted('./service-worker.js')));
  } catch {
    // A browser that forbids it does not say why; what it means is the same.
    states.toasts.note('This browser does not keep the page: it cannot be opened offline');
  }
}

/** Trusted Types: an address must be one of `known`. Where the browser has no such types, the address itself is used. */
function trustedScripts(known: readonly string[]): (url: string) => string {
  const check = (url: string): string => {
    if (!known.includes(url)) throw new TypeError(`${url} is no script of this page`);
    return url;
  };
  const policy = window.trustedTypes?.createPolicy('poplar-url', { createScriptURL: check });
  // The DOM's own types (TypeScript 6) still say string where browsers take a TrustedScriptURL.
  return (url) => (policy === undefined ? check(url) : (policy.createScriptURL(url) as unknown as string));
}
