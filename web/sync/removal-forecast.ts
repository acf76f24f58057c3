/** The dry run: what a rule would delete in a maildrop as it is now. It lists and leaves; it cannot delete. */
import type { DeletingRule, RemovalForecast } from '../model/retention.ts';
import { knownTo } from './deleted-here.ts';
import type { SyncParts } from './maildrop-sync.ts';
import { forecastOf, planRemoval } from './removal-plan.ts';
import { sayGoodbye } from './session.ts';
import { visitClient, type VisitJob } from './visit-client.ts';
import { byUidl } from './wishes.ts';

export interface ForecastJob extends VisitJob {
  rule: DeletingRule;
}

/**
 * As if nothing held the rule back. Messages are not read back yet, so that it is the most that would go. Throws
 * PoplarError that names host and user; `cancelled` when the signal was aborted.
 */
export async function forecastRemoval(parts: SyncParts, job: ForecastJob): Promise<RemovalForecast> {
  const { store, clock, now } = parts;
  const { id } = job.account;
  const listed = await visitClient(parts, job, async (client) => {
    const found = await client.identify(await client.list());
    await sayGoodbye(client, clock);
    return found;
  });
  const [known, holdings, status, allWishes] = await Promise.all([
    store.knownUidls(id),
    knownTo(job.rule, store, id),
    store.status(id),
    store.wishes(id),
  ]);
  const countFrom = status.clock?.jumpedAt ?? null;
  // What somebody wants deleted goes whatever the rule is.
  const wishes = byUidl(allWishes.filter(({ wish }) => wish === 'keep'));
  const question = { listed, known, holdings, wishes, rule: job.rule, now: now(), countFrom, holdAll: null };
  return forecastOf(planRemoval(question));
}
