/** How long it is believed what a server was like. */
import { expect, it } from 'vitest';
import type { Security } from '../../../web/model/account.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { ServerMemory } from '../../../web/sync/server-memory.ts';
import { account } from '../store/mail-fixtures.ts';

const DAY = 86_400_000;
const NOTES = {
  ...{ fingerprint: 'ready', learntAt: 5 * DAY, skipCapa: true, skipAuthListing: false },
  ...{ twoSteps: false, utf8: false, oneByOne: false, deadWays: [] },
};

it.each<{ security: Security; days: number }>([
  { security: 'tls', days: 30 },
  { security: 'starttls', days: 30 },
  { security: 'none', days: 1 },
])('with $security it is believed for $days days', async ({ security, days }) => {
  const anna = account('anna');
  const store = new MemoryStore();
  await store.putAccount({ ...anna, incoming: { ...anna.incoming, security } }, null);
  await store.patchStatus(anna.id, { notes: NOTES });
  const recalled = (now: number) =>
    new ServerMemory(store, { ...anna, incoming: { ...anna.incoming, security } }, () => now).recall();
  expect(await recalled(NOTES.learntAt + days * DAY - 1)).toEqual(NOTES);
  expect(await recalled(NOTES.learntAt + days * DAY)).toBeNull();
});
