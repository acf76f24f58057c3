/**
 * Which fetches run: one an account, and one a maildrop over all tabs. A second call joins the first. Progress and
 * outcome are told as events. Must not know how a fetch is done nor what kind of lock keeps the tabs apart.
 */
import { PoplarError, toErrorRecord } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { MailEvent, SyncProgress, SyncResult } from '../model/event.ts';
import type { AccountId } from '../model/ids.ts';
import type { MaildropAddress } from './locate.ts';

/**
 * Runs the task while nobody else, in any tab, holds the name; waits for it. Throws PoplarError `cancelled` when the
 * signal is aborted before the task began.
 */
export type Exclusive = <Result>(
  name: string,
  signal: AbortSignal,
  task: () => Promise<Result>,
) => Promise<Result>;

export interface EngineParts {
  exclusive: Exclusive;
  fetch: (
    account: Account,
    signal: AbortSignal,
    onProgress: (progress: SyncProgress) => void,
  ) => Promise<SyncResult>;
  emit: (event: MailEvent) => void;
  /** Milliseconds since 1970. */
  now: () => number;
}

interface Run {
  /** Nobody has asked for it, nor joined it. */
  automatic: boolean;
  control: AbortController;
  progress: SyncProgress;
  /** Settles when it is over, however it ended. */
  over: Promise<void>;
}

/** Names a maildrop for the lock: two accounts here may be the same one there. Upper and lower case of a host are one. */
export function maildropName({ incoming, user }: MaildropAddress): string {
  return `maildrop ${user} at ${incoming.host.toLowerCase()}:${incoming.port}`;
}

export class SyncEngine {
  readonly #parts: EngineParts;
  readonly #runs = new Map<AccountId, Run>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /**
   * Starts a fetch, or joins the one that runs. Resolves when it is over; how it ended is told as an event. `automatic`:
   * nobody has asked for it.
   */
  sync(account: Account, { automatic = false } = {}): Promise<void> {
    const running = this.#runs.get(account.id);
    if (running !== undefined) {
      running.automatic &&= automatic;
      return running.over;
    }
    const run: Run = {
      automatic,
      control: new AbortController(),
      progress: waiting(account.id, this.#parts.now()),
      over: Promise.resolve(),
    };
    this.#runs.set(account.id, run);
    run.over = this.#run(account, run);
    return run.over;
  }

  /** Stops the fetch of this account, if one runs here. Resolves when it is over and what it had is stored. */
  async cancel(account: AccountId): Promise<void> {
    const run = this.#runs.get(account);
    run?.control.abort();
    await run?.over;
  }

  isRunning(account: AccountId): boolean {
    return this.#runs.has(account);
  }

  running(): SyncProgress[] {
    return Array.from(this.#runs.values(), (run) => run.progress);
  }

  async #run(account: Account, run: Run): Promise<void> {
    const { exclusive, emit } = this.#parts;
    this.#tell(run, run.progress);
    try {
      await exclusive(maildropName(account), run.control.signal, async () => {
        const outcome = await this.#fetch(account, run);
        this.#runs.delete(account.id);
        // Told before the lock is free: who waits for the lock then knows already.
        emit(outcome);
      });
    } catch (error) {
      this.#runs.delete(account.id);
      emit(failed(account, run, error));
    }
  }

  async #fetch(account: Account, run: Run): Promise<MailEvent> {
    const { signal } = run.control;
    try {
      if (signal.aborted) throw new PoplarError('cancelled', 'page');
      const result = await this.#parts.fetch(account, signal, (progress) => this.#tell(run, progress));
      return { type: 'sync-finished', result };
    } catch (error) {
      return failed(account, run, error);
    }
  }

  #tell(run: Run, progress: SyncProgress): void {
    run.progress = progress;
    this.#parts.emit({ type: 'sync-progress', progress });
  }
}

function failed({ id }: Account, { automatic }: Run, error: unknown): MailEvent {
  const event = { type: 'sync-failed', account: id, error: toErrorRecord(error) } as const;
  return automatic ? { ...event, automatic } : event;
}

function waiting(account: AccountId, startedAt: number): SyncProgress {
  const nothing = { messagesDone: 0, messagesTotal: 0, octetsDone: 0, octetsTotal: 0 };
  return { account, phase: 'waiting', ...nothing, startedAt };
}
