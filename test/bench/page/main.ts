/** The benchmark's page: the product's own worker and client, without the screen. Driven through `window.bench`. */
import { createMailClient } from '../../../web/api/client.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import type { SyncResult } from '../../../web/model/event.ts';
import type { DrainAnswer } from './drain-worker.ts';
import drainUrl from './drain-worker.ts?worker&url';
import workerUrl from '../../../web/worker/worker.ts?worker&url';

export interface FetchFigures {
  /** From the call to the event after the last commit and QUIT. */
  ms: number;
  fetched: number;
  octets: number;
}

declare global {
  interface Window {
    bench: {
      fetch(draft: AccountDraft, proxyUrl: string): Promise<FetchFigures>;
      /** Milliseconds until the page has the summaries of so many messages, all stored. The rest is not fetched. */
      newest(draft: AccountDraft, proxyUrl: string, count: number): Promise<number>;
      /** Milliseconds for a fetch that keeps nothing. */
      drain(draft: AccountDraft, proxyUrl: string): Promise<number>;
    };
  }
}

window.bench = {
  async fetch(draft, proxyUrl) {
    const { worker, api, account } = await open(draft, proxyUrl);
    const startedAt = performance.now();
    const result = await new Promise<SyncResult>((resolve, reject) => {
      api.subscribe((event) => {
        if (event.type === 'sync-finished') resolve(event.result);
        if (event.type === 'sync-failed') reject(new Error(JSON.stringify(event.error)));
      });
      api.sync(account.id).catch(reject);
    });
    const ms = performance.now() - startedAt;
    worker.terminate();
    return { ms, fetched: result.fetched, octets: result.fetchedOctets };
  },

  async newest(draft, proxyUrl, count) {
    const { worker, api, account } = await open(draft, proxyUrl);
    const startedAt = performance.now();
    let rows = 0;
    await new Promise<void>((resolve, reject) => {
      api.subscribe((event) => {
        if (event.type === 'messages-added') rows += event.count;
        if (rows >= count) resolve();
        if (event.type === 'sync-failed') reject(new Error(JSON.stringify(event.error)));
      });
      api.sync(account.id).catch(reject);
    });
    const ms = performance.now() - startedAt;
    worker.terminate();
    return ms;
  },

  async drain(draft, proxyUrl) {
    const worker = new Worker(drainUrl, { type: 'module' });
    const answer = await new Promise<DrainAnswer>((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<DrainAnswer>) => resolve(event.data);
      worker.onerror = () => reject(new Error('the worker failed'));
      worker.postMessage({ draft, proxyUrl });
    });
    worker.terminate();
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.ms;
  },
};

async function open(draft: AccountDraft, proxyUrl: string) {
  const worker = new Worker(workerUrl, { type: 'module' });
  const api = createMailClient(worker, { baseUrl: proxyUrl });
  return { worker, api, account: await api.addAccount(draft) };
}
