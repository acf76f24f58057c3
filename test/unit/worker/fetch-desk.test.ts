import { expect, it } from 'vitest';
import { accountId } from '../../../web/model/ids.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import type { SyncEngine } from '../../../web/sync/engine.ts';
import { FetchDesk } from '../../../web/worker/fetch-desk.ts';
import type { RemoteEnd, RemoteRuns } from '../../../web/worker/remote-runs.ts';

const id = accountId('a');
const account = {
  id,
  address: 'a@example.test',
  displayName: '',
  incoming: { host: 'pop.example.test', port: 995, security: 'tls' },
  user: 'a',
  demo: false,
  addedAt: 0,
} as const;

it.each<{ elsewhere: RemoteEnd | null; fetches: number; name: string }>([
  { name: 'fetches when nobody does', elsewhere: null, fetches: 1 },
  { name: 'leaves it to another tab that fetches', elsewhere: 'told', fetches: 0 },
  { name: 'fetches in place of a tab that is gone', elsewhere: 'gone', fetches: 1 },
])('$name', async ({ elsewhere, fetches }) => {
  const store = new MemoryStore();
  await store.putAccount(account, 'secret');
  let fetched = 0;
  const engine = { isRunning: () => false, sync: async () => void (fetched += 1) };
  const remoteRuns = { join: () => (elsewhere === null ? null : Promise.resolve(elsewhere)) };
  const desk = new FetchDesk({
    store,
    engine: engine as unknown as SyncEngine,
    remoteRuns: remoteRuns as unknown as RemoteRuns,
  });
  await desk.sync(id);
  expect(fetched).toBe(fetches);
});
