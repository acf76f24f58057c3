/** The benchmark's page: the product's own worker and client, without the screen. Driven through `window.bench`. */
import { createMailClient } from '../../../web/api/client.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import type { SyncResult } from '../../../web/model/event.ts';
import workerUrl from '../../../web/worker/worker.ts?worker&url';

export interface FetchFigures {
  /** From the call to the event after the last commit and QUIT. */
  ms: number;
  /** From the call to the first rows that a list could show. */
  firstRowsMs: number;
  fetched: number;
  octets: number;
}

declare global {
  interface Window {
    bench: { fetch(draft: AccountDraft, proxyUrl: string): Promise<FetchFigures> };
  }
}

window.bench = {
  async fetch(draft, proxyUrl) {
    const worker = new Worker(workerUrl, { type: 'module' });
    const api = createMailClient(worker, { baseUrl: proxyUrl });
    const account = await api.addAccount(draft);
    const startedAt = performance.now();
    let firstRowsMs = Number.NaN;
    const result = await new Promise<SyncResult>((resolve, reject) => {
      api.subscribe((event) => {
        if (event.type === 'messages-added' && Number.isNaN(firstRowsMs))
          firstRowsMs = performance.now() - startedAt;
        if (event.type === 'sync-finished') resolve(event.result);
        if (event.type === 'sync-failed') reject(new Error(JSON.stringify(event.error)));
      });
      api.sync(account.id).catch(reject);
    });
    const ms = performance.now() - startedAt;
    worker.terminate();
    return { ms, firstRowsMs, fetched: result.fetched, octets: result.fetchedOctets };
  },
};
