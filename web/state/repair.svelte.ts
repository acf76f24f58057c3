/** A repair as the page sees it: started, watched, stopped, and what it found. Must not know how it is shown. */
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { RepairProgress, RepairReport } from '../model/repair.ts';
import { asPoplarError } from './as-poplar-error.ts';

export class RepairState {
  /** How far it is; null while none runs. */
  progress = $state.raw<RepairProgress | null>(null);
  /** What the last one of this visit found; null when it was stopped or failed. */
  report = $state.raw<RepairReport | null>(null);
  /** Why the last one failed; null when it did not, or was stopped. */
  error = $state.raw<PoplarError | null>(null);
  stopped = $state(false);
  /** Milliseconds that the one under way has been reading. */
  readingMs = $state(0);
  readonly #api: MailApi;
  readonly #now: () => number;
  #control: AbortController | null = null;
  #readingSince: number | null = null;

  constructor(api: MailApi, now: () => number = () => performance.now()) {
    this.#api = api;
    this.#now = now;
  }

  get running(): boolean {
    return this.progress !== null;
  }

  /** Runs one to its end; the outcome is in `report`, `error` or `stopped`. Never throws. */
  async start(): Promise<void> {
    if (this.#control !== null) return;
    const control = new AbortController();
    this.#control = control;
    [this.report, this.error, this.stopped, this.readingMs] = [null, null, false, 0];
    this.#readingSince = null;
    this.progress = WAITING;
    try {
      this.report = await this.#api.repair((progress) => this.#follow(progress, control), control.signal);
    } catch (thrown) {
      const error = asPoplarError(thrown);
      if (error.code === 'cancelled') this.stopped = true;
      else this.error = error;
    } finally {
      this.progress = null;
      this.#control = null;
    }
  }

  /** What was noted by then stays. */
  stop(): void {
    this.#control?.abort();
  }

  #follow(progress: RepairProgress, control: AbortController): void {
    // Some is still on its way when it has been stopped.
    if (this.#control !== control) return;
    if (progress.phase === 'reading') {
      this.#readingSince ??= this.#now();
      this.readingMs = this.#now() - this.#readingSince;
    }
    this.progress = progress;
  }
}

const WAITING: RepairProgress = {
  phase: 'waiting',
  messagesDone: 0,
  messagesTotal: 0,
  octetsDone: 0,
  octetsTotal: 0,
  startedAt: 0,
};
