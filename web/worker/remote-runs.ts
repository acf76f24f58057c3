/**
 * Fetches that run in other tabs. They are joined instead of repeated, cancelled by asking, and watched: a tab that is
 * closed in the middle of a fetch says nothing, but its lock becomes free.
 */
import type { Account } from '../model/account.ts';
import type { MailEvent, SyncProgress } from '../model/event.ts';
import type { AccountId } from '../model/ids.ts';
import { maildropName, type Exclusive } from '../sync/engine.ts';
import { PoplarError, toErrorRecord } from '../errors.ts';
import type { Tabs } from './tabs.ts';

export interface RemoteRunsParts {
  tabs: Tabs;
  /** Locks that reach over tabs; null when there are none, and then nobody can tell whether the other tab lives. */
  exclusive: Exclusive | null;
  account: (id: AccountId) => Promise<Account | null>;
  /** Cancels the fetch of this account if it runs in this tab. */
  cancelHere: (id: AccountId) => Promise<void>;
  /** Tells the page of this tab that a fetch elsewhere has gone without a word. */
  tellHere: (event: MailEvent) => void;
}

interface RemoteRun {
  progress: SyncProgress;
  over: Promise<void>;
  end: () => void;
}

export class RemoteRuns {
  readonly #parts: RemoteRunsParts;
  readonly #runs = new Map<AccountId, RemoteRun>();

  constructor(parts: RemoteRunsParts) {
    this.#parts = parts;
    parts.tabs.listen((message) => {
      if (message.type === 'cancel') void parts.cancelHere(message.account);
      if (message.type === 'told') this.#follow(message.event);
    });
  }

  running(): SyncProgress[] {
    return Array.from(this.#runs.values(), (run) => run.progress);
  }

  /** Resolves when the fetch of this account in another tab is over; null when none is known. */
  join(account: AccountId): Promise<void> | null {
    return this.#runs.get(account)?.over ?? null;
  }

  cancel(account: AccountId): void {
    this.#parts.tabs.post({ type: 'cancel', account });
  }

  #follow(event: MailEvent): void {
    if (event.type === 'sync-progress') this.#progress(event.progress);
    if (event.type === 'sync-finished') this.#end(event.result.account);
    if (event.type === 'sync-failed') this.#end(event.account);
  }

  #progress(progress: SyncProgress): void {
    const known = this.#runs.get(progress.account);
    if (known !== undefined) {
      known.progress = progress;
      return;
    }
    // It holds no lock while it waits for one, so that there is nothing yet to join or to watch.
    if (progress.phase === 'waiting') return;
    let end: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const run: RemoteRun = { progress, over, end };
    this.#runs.set(progress.account, run);
    const { exclusive } = this.#parts;
    // A store that fails here fails for every call too, and is told there.
    if (exclusive !== null) this.#watch(progress.account, run, exclusive).catch(end);
  }

  #end(account: AccountId): void {
    this.#runs.get(account)?.end();
    this.#runs.delete(account);
  }

  /** Waits for the lock of the other tab. Whoever finishes in order has said so before the lock is free. */
  async #watch(id: AccountId, run: RemoteRun, exclusive: Exclusive): Promise<void> {
    const account = await this.#parts.account(id);
    if (account !== null) {
      const { signal } = new AbortController();
      await exclusive(maildropName(account), signal, () => Promise.resolve());
    }
    if (this.#runs.get(id) !== run) return;
    this.#end(id);
    const error = toErrorRecord(new PoplarError('cancelled', 'page'));
    this.#parts.tellHere({ type: 'sync-failed', account: id, error });
  }
}
