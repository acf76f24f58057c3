/**
 * The benchmark's page: the product's own worker and client, without the screen. It fetches its job and posts how that
 * went: a browser that is steered over its debugging protocol copies every frame of a WebSocket to whoever steers it.
 */
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

/** Where to fetch from, and through which proxy. */
export interface Place {
  draft: AccountDraft;
  proxyUrl: string;
}

export type Job = Place &
  (
    | { kind: 'fetch' }
    /** Until the page has the summaries of so many messages, all stored. The rest is not fetched. */
    | { kind: 'newest'; count: number }
    /** Keeps nothing. */
    | { kind: 'drain' }
  );

export type Answer = { figures: FetchFigures } | { failure: string };

async function fetchAll(place: Place): Promise<FetchFigures> {
  const { worker, api, account } = await open(place);
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
}

async function newest(place: Place, count: number): Promise<FetchFigures> {
  const { worker, api, account } = await open(place);
  const startedAt = performance.now();
  let fetched = 0;
  await new Promise<void>((resolve, reject) => {
    api.subscribe((event) => {
      if (event.type === 'messages-added') fetched += event.count;
      if (fetched >= count) resolve();
      if (event.type === 'sync-failed') reject(new Error(JSON.stringify(event.error)));
    });
    api.sync(account.id).catch(reject);
  });
  const ms = performance.now() - startedAt;
  worker.terminate();
  return { ms, fetched, octets: 0 };
}

async function drain({ draft, proxyUrl }: Place): Promise<FetchFigures> {
  const worker = new Worker(drainUrl, { type: 'module' });
  const answer = await new Promise<DrainAnswer>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<DrainAnswer>) => resolve(event.data);
    worker.onerror = () => reject(new Error('the worker failed'));
    worker.postMessage({ draft, proxyUrl });
  });
  worker.terminate();
  if ('failure' in answer) throw new Error(answer.failure);
  return { ...answer, octets: 0 };
}

function carryOut(job: Job): Promise<FetchFigures> {
  if (job.kind === 'fetch') return fetchAll(job);
  return job.kind === 'newest' ? newest(job, job.count) : drain(job);
}

async function main(): Promise<void> {
  const job = (await (await fetch('/job')).json()) as Job;
  const answer: Answer = await carryOut(job).then(
    (figures) => ({ figures }),
    (error: unknown) => ({ failure: String(error) }),
  );
  await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });
}

main().catch(reportError);

async function open({ draft, proxyUrl }: Place) {
  const worker = new Worker(workerUrl, { type: 'module' });
  const api = createMailClient(worker, { baseUrl: proxyUrl });
  return { worker, api, account: await api.addAccount(draft) };
}
