/**
 * The benchmark's page: the product's own worker and client, without the screen. It fetches its job and posts how that
 * went: a browser that is steered over its debugging protocol copies every frame of a WebSocket to whoever steers it.
 */
import { createMailClient } from '../../../web/api/client.ts';
import type { MailApi } from '../../../web/api/mail-api.ts';
import type { Account, AccountDraft } from '../../../web/model/account.ts';
import type { SyncResult } from '../../../web/model/event.ts';
import type { DrainAnswer } from './drain-worker.ts';
import drainUrl from './drain-worker.ts?worker&url';
import type { ListAnswer } from './list-worker.ts';
import listUrl from './list-worker.ts?worker&url';
import { seed, type Seed } from './seed.ts';
import workerUrl from '../../../web/worker/worker.ts?worker&url';

export interface FetchFigures {
  /** From the call to the event after the last commit and QUIT. */
  ms: number;
  fetched: number;
  octets: number;
  /** Of the whole session, where `ms` is less. */
  sessionMs?: number;
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
    /** UIDL and LIST, and nothing is read of them. */
    | { kind: 'list' }
    /** Puts messages into the store of this origin, as if they had been fetched. */
    | { kind: 'seed'; seeds: Seed[] }
    /** Fetches into the account that was put there first. */
    | { kind: 'sync' }
  );

export type Answer = { figures: FetchFigures } | { failure: string };

async function fetchAll(opened: Opened): Promise<FetchFigures> {
  const { worker, api, account } = opened;
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

/** By a worker of the benchmark that does nothing else. */
async function alone(workerUrl: string, { draft, proxyUrl }: Place): Promise<FetchFigures> {
  const worker = new Worker(workerUrl, { type: 'module' });
  const answer = await new Promise<DrainAnswer | ListAnswer>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<DrainAnswer | ListAnswer>) => resolve(event.data);
    worker.onerror = () => reject(new Error('the worker failed'));
    worker.postMessage({ draft, proxyUrl });
  });
  worker.terminate();
  if ('failure' in answer) throw new Error(answer.failure);
  return { fetched: 0, octets: 0, ...answer };
}

async function plant(seeds: readonly Seed[]): Promise<FetchFigures> {
  const startedAt = performance.now();
  for (const one of seeds) await seed(one);
  return { ms: performance.now() - startedAt, fetched: 0, octets: 0 };
}

async function carryOut(job: Job): Promise<FetchFigures> {
  switch (job.kind) {
    case 'fetch':
      return fetchAll(await open(job));
    case 'newest':
      return newest(job, job.count);
    case 'drain':
      return alone(drainUrl, job);
    case 'list':
      return alone(listUrl, job);
    case 'seed':
      return plant(job.seeds);
    case 'sync':
      return fetchAll(await openSeeded(job));
  }
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

interface Opened {
  worker: Worker;
  api: MailApi;
  account: Pick<Account, 'id'>;
}

function start(proxyUrl: string): Omit<Opened, 'account'> {
  const worker = new Worker(workerUrl, { type: 'module' });
  return { worker, api: createMailClient(worker, { baseUrl: proxyUrl }) };
}

async function open({ draft, proxyUrl }: Place): Promise<Opened> {
  const { worker, api } = start(proxyUrl);
  return { worker, api, account: await api.addAccount(draft) };
}

async function openSeeded({ proxyUrl }: Place): Promise<Opened> {
  const { worker, api } = start(proxyUrl);
  const [first] = await api.accounts();
  if (first === undefined) throw new Error('nothing was put there');
  return { worker, api, account: first.account };
}
