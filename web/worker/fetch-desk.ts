/** Fetching: which account, with which password, in this tab or another. Must not know the protocol. */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError, toErrorRecord } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { ProxyFacts } from '../model/deployment.ts';
import type { SyncProgress, SyncResult } from '../model/event.ts';
import type { AccountId } from '../model/ids.ts';
import type { MailStore } from '../store/mail-store.ts';
import type { EngineParts, SyncEngine } from '../sync/engine.ts';
import { syncMaildrop, type SyncParts } from '../sync/maildrop-sync.ts';
import { findOpenAccount } from './account-desk.ts';
import type { Mailroom } from './mailroom.ts';
import type { Passwords } from './passwords.ts';
import type { RemoteRuns } from './remote-runs.ts';

type FetchCalls = Pick<MailApi, 'sync' | 'cancelSync' | 'running'>;

export interface FetchDeskParts extends SyncParts {
  engine: SyncEngine;
  remoteRuns: RemoteRuns;
}

export class FetchDesk implements FetchCalls {
  readonly #parts: FetchDeskParts;

  constructor(parts: FetchDeskParts) {
    this.#parts = parts;
  }

  /** Throws `not-found`; how the fetch ends is told as an event. */
  async sync(id: AccountId): Promise<void> {
    const { engine, remoteRuns, store } = this.#parts;
    const elsewhere = engine.isRunning(id) ? null : remoteRuns.join(id);
    await (elsewhere ?? engine.sync(await findOpenAccount(store, id)));
  }

  async cancelSync(id: AccountId): Promise<void> {
    const { engine, remoteRuns } = this.#parts;
    if (engine.isRunning(id)) await engine.cancel(id);
    else remoteRuns.cancel(id);
  }

  async running(): Promise<SyncProgress[]> {
    const { engine, remoteRuns } = this.#parts;
    const here = engine.running();
    return [...here, ...remoteRuns.running().filter(({ account }) => !engine.isRunning(account))];
  }
}

export interface FetchParts extends SyncParts {
  passwords: Passwords;
  mailroom: Mailroom;
  /** What the page's proxy says of itself. */
  deployment: () => Promise<ProxyFacts>;
}

/**
 * What the engine runs, alone with the maildrop: account and password are read only now, because the wait for the lock
 * may have been long. Throws PoplarError, `password-needed` when none is known.
 */
export function fetchOnce(parts: FetchParts) {
  return async (
    { id }: Account,
    signal: AbortSignal,
    onProgress: (progress: SyncProgress) => void,
  ): Promise<SyncResult> => {
    const { account, password } = await reach(parts, id);
    const onAdded = parts.mailroom.added.bind(parts.mailroom, id);
    const onCompleted = parts.mailroom.completed.bind(parts.mailroom);
    return syncMaildrop(parts, { account, password, signal, onProgress, onAdded, onCompleted });
  };
}

/** Account and password as they are now. Throws PoplarError, `password-needed` when none is known. */
export async function reach(
  parts: Pick<FetchParts, 'store' | 'passwords' | 'deployment'>,
  id: AccountId,
): Promise<{ account: Account; password: string }> {
  const account = await followDemo(await findOpenAccount(parts.store, id), parts.deployment);
  const password = await parts.passwords.get(id);
  if (password === null) {
    throw new PoplarError('password-needed', 'login', { detail: { user: account.user } });
  }
  return { account, password };
}

/** The same visit, and how it went is kept with the account: when it is visited again hangs on it. */
export function withOutcome(
  store: MailStore,
  now: () => number,
  fetch: EngineParts['fetch'],
): EngineParts['fetch'] {
  return async (account, signal, onProgress) => {
    try {
      const result = await fetch(account, signal, onProgress);
      await store.patchStatus(account.id, { triedAt: now(), trouble: null });
      return result;
    } catch (error) {
      // What went wrong first is what people must hear.
      await keepTrouble(store, account.id, now(), error).catch(() => undefined);
      throw error;
    }
  };
}

async function keepTrouble(store: MailStore, id: AccountId, triedAt: number, error: unknown): Promise<void> {
  const { code, retryable, detail } = toErrorRecord(error);
  // Stopped by somebody's wish: that says nothing of the server.
  if (code === 'cancelled') return store.patchStatus(id, { triedAt });
  const { trouble } = await store.status(id);
  const failures = (trouble?.failures ?? 0) + 1;
  const waitS = typeof detail['seconds'] === 'number' ? detail['seconds'] : null;
  return store.patchStatus(id, { triedAt, trouble: { code, retryable, failures, waitS } });
}

/** The demo mail server takes a free port at each start, so its account asks where it is now. */
async function followDemo(account: Account, deployment: () => Promise<ProxyFacts>): Promise<Account> {
  if (!account.demo) return account;
  const { demo } = await deployment();
  if (demo === null) throw new PoplarError('demo-not-running', 'proxy', { retryable: true });
  return { ...account, incoming: demo.incoming, user: demo.user };
}
