/** When messages are deleted on a server: tried without deleting, confirmed, taken back. Must not know how it is done. */
import type { MailApi } from '../api/mail-api.ts';
import type { AccountId } from '../model/ids.ts';
import type { DeletingRule, Retention, RemovalForecast } from '../model/retention.ts';
import { maildropName, type Exclusive, type SyncEngine } from '../sync/engine.ts';
import { forecastRemoval } from '../sync/removal-forecast.ts';
import { findOpenAccount } from './account-desk.ts';
import { cleanRetention } from './draft.ts';
import { reach, type FetchParts } from './fetch-desk.ts';
import type { RemoteRuns } from './remote-runs.ts';

export interface RetentionDeskParts extends FetchParts {
  exclusive: Exclusive;
  engine: Pick<SyncEngine, 'cancel'>;
  remoteRuns: Pick<RemoteRuns, 'cancel'>;
}

export class RetentionDesk implements Pick<MailApi, 'forecastRemoval' | 'setRetention'> {
  readonly #parts: RetentionDeskParts;

  constructor(parts: RetentionDeskParts) {
    this.#parts = parts;
  }

  async forecastRemoval(id: AccountId, rule: DeletingRule, signal: AbortSignal): Promise<RemovalForecast> {
    const { exclusive, store } = this.#parts;
    const clean = cleanRetention(rule);
    const name = maildropName(await findOpenAccount(store, id));
    return exclusive(name, signal, async () => {
      const { account, password } = await reach(this.#parts, id);
      return forecastRemoval(this.#parts, { account, password, rule: clean, signal });
    });
  }

  /**
   * Under the maildrop's lock: a visit that runs ends under the rule that it began with. If that is one that deletes the
   * visit is called off: who wants another rule does not want to see it carried out meanwhile.
   */
  async setRetention(id: AccountId, retention: Retention): Promise<void> {
    const { exclusive, store, mailroom, now, engine, remoteRuns } = this.#parts;
    const rule = retention.rule === 'keep' ? null : cleanRetention(retention);
    const found = await findOpenAccount(store, id);
    if (found.retention !== undefined) {
      remoteRuns.cancel(id);
      await engine.cancel(id);
    }
    await exclusive(maildropName(found), new AbortController().signal, async () => {
      const { retention: _before, formerRule: _elsewhere, ...account } = await findOpenAccount(store, id);
      await store.putAccount(
        rule === null ? account : { ...account, retention: { ...rule, confirmedAt: now() } },
        null,
      );
    });
    mailroom.tell({ type: 'accounts-changed' });
  }
}
