/**
 * The mail worker's composition root: opens the store, builds the service over the browser's own network, locks and
 * clocks, and serves the page that started it. Holds no logic of its own.
 */
import { serveMailApi } from '../api/serve.ts';
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import { digest } from '../message/digest.ts';
import { accountId } from '../model/ids.ts';
import { openIdbStore } from '../store/idb-store.ts';
import { chooseDial, createBridgeDial } from '../transport/bridge-dial.ts';
import { infoUrlOf, tunnelUrlOf } from '../transport/proxy-address.ts';
import { fetchProxyFacts } from '../transport/proxy-info.ts';
import { createDial } from '../transport/websocket-transport.ts';
import type { Clock } from '../wire/clock.ts';
import { createExclusive, type WebLocks } from './locks.ts';
import { createMailService } from './mail-service.ts';
import { ProxyToken } from './proxy-token.ts';
import { parseWorkerStarter } from './start-parse-worker.ts';
import { joinTabs } from './tabs.ts';

/** No honest message is larger; what is stays on the server and is listed as skipped. */
const MAX_MESSAGE_OCTETS = 128 * 1024 * 1024;

const clock: Clock = {
  after: (ms, fire) => {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};
/** A proxy on this very machine, and the demo mailbox beside it, need no network. */
const isOnline = (): boolean =>
  navigator.onLine || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

/** Where the browser does not say, it may evict. */
const isKept = async (): Promise<boolean> => {
  const { storage } = navigator as { storage?: Partial<StorageManager> };
  return (await storage?.persisted?.()) ?? false;
};

serveMailApi(self, ({ baseUrl }) => open(baseUrl));

/** Throws the store's errors; each call of the page then hears them. */
async function open(baseUrl: string): Promise<MailApi> {
  let onLost: (error: PoplarError) => void = () => undefined;
  const storeLoss = new Promise<PoplarError>((resolve) => (onLost = resolve));
  const store = await openIdbStore({ onLost: (error) => onLost(error) });
  const tabs = joinTabs();
  const proxyToken = new ProxyToken(store, tabs);
  // Web Locks, like much else, are there only over https: and on localhost.
  const locks = (navigator as { locks?: WebLocks }).locks;
  return createMailService({
    store,
    storeLoss,
    clock,
    now: () => Date.now(),
    dial: chooseDial({
      proxy: createDial({
        tunnelUrl: tunnelUrlOf(baseUrl),
        clock,
        isOnline,
        token: () => proxyToken.get(),
      }),
      bridge: createBridgeDial({ baseUrl, clock, isOnline }),
    }),
    proxyToken,
    deployment: () => fetchProxyFacts({ infoUrl: infoUrlOf(baseUrl), clock, isOnline }),
    digest,
    policy: { maxMessageOctets: MAX_MESSAGE_OCTETS },
    isKept,
    language: navigator.language,
    exclusive: createExclusive(locks),
    exclusiveOverTabs: locks !== undefined,
    tabs,
    createParseWorker: parseWorkerStarter(),
    newId: () => accountId(randomHex(16)),
    // Absent where the context is not secure.
    subtle: (crypto as { subtle?: SubtleCrypto }).subtle,
  });
}

/** crypto.randomUUID is missing where the context is not secure. */
function randomHex(octets: number): string {
  const random = crypto.getRandomValues(new Uint8Array(octets));
  return Array.from(random, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
