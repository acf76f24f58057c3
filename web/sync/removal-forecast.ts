/** The dry run: what a rule would delete in a maildrop as it is now. It lists and leaves; it cannot delete. */
import type { DeletingRule, RemovalForecast } from '../model/retention.ts';
import type { Pop3Client } from '../pop3/client.ts';
import { knownTo } from './deleted-here.ts';
import { locate } from './locate.ts';
import type { SyncJob, SyncParts } from './maildrop-sync.ts';
import { loginName } from './provider-ways.ts';
import { forecastOf, planRemoval } from './removal-plan.ts';
import { sayGoodbye } from './session.ts';
import { visitMaildrop } from './visit.ts';
import { byUidl } from './wishes.ts';

export interface ForecastJob extends Pick<SyncJob, 'account' | 'password' | 'signal'> {
  rule: DeletingRule;
}

/**
 * As if nothing held the rule back. Messages are not read back yet, so that it is the most that would go. Throws
 * PoplarError that names host and user; `cancelled` when the signal was aborted.
 */
export async function forecastRemoval(parts: SyncParts, job: ForecastJob): Promise<RemovalForecast> {
  const { account, signal } = job;
  try {
    return await visitMaildrop(parts, job, (client) => look(parts, job, client));
  } catch (error) {
    throw locate(error, account, signal);
  }
}

async function look(
  { store, clock, now }: SyncParts,
  { account, password, rule }: ForecastJob,
  client: Pop3Client,
): Promise<RemovalForecast> {
  await client.login({ user: loginName(account), password });
  const listed = await client.identify(await client.list());
  await sayGoodbye(client, clock);
  const [known, holdings, status, allWishes] = await Promise.all([
    store.knownUidls(account.id),
    knownTo(rule, store, account.id),
    store.status(account.id),
    store.wishes(account.id),
  ]);
  const countFrom = status.clock?.jumpedAt ?? null;
  // What somebody wants deleted goes whatever the rule is.
  const wishes = byUidl(allWishes.filter(({ wish }) => wish === 'keep'));
  const question = { listed, known, holdings, wishes, rule, now: now(), countFrom, holdAll: null };
  return forecastOf(planRemoval(question));
}
