/**
 * Visits accounts by themselves, each when it is due (schedule.ts), one visit at a time for each. Must not know tabs,
 * locks or pages; time is handed in.
 */
import type { Account } from '../model/account.ts';
import type { Trigger } from '../model/event.ts';
import type { AccountId } from '../model/ids.ts';
import type { Clock } from '../wire/clock.ts';
import { isDue, nextVisitAt, type Timetable } from './schedule.ts';

export interface Scheduled extends Timetable {
  account: Account;
}

export interface SchedulerParts {
  clock: Clock;
  /** Milliseconds since 1970. */
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  /** All accounts as they are now. */
  accounts: () => Promise<Scheduled[]>;
  /** Resolves when the visit is over, however it ended. */
  visit: (account: Account) => Promise<void>;
  /** A fetch of this account is under way, here or in another tab. */
  isRunning: (account: AccountId) => boolean;
}

/** A sleeping machine stops the clock, so that no alarm is set for much later. */
const MAX_ALARM_MS = 10 * 60_000;
/** Should a visit leave no trace in the store, it is not repeated at once for all that. */
const MIN_GAP_MS = 30_000;
/** All pages that open at nine must not log in at the same second for the rest of the day. */
const SPREAD_MS = 20_000;

export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #spreadMs: number;
  readonly #visitedAt = new Map<AccountId, number>();
  #stopAlarm = (): void => undefined;
  /** What has happened since the last review began. */
  #triggers = new Set<Trigger>();
  #reviewing: Promise<void> | null = null;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.#spreadMs = parts.random() * SPREAD_MS;
  }

  /** Visits what is due, and sets the alarm for the next time. Never rejects. */
  wake(trigger: Trigger): Promise<void> {
    this.#triggers.add(trigger);
    this.#reviewing ??= this.#review().finally(() => {
      this.#reviewing = null;
    });
    return this.#reviewing;
  }

  async #review(): Promise<void> {
    while (this.#triggers.size > 0) {
      const triggers = this.#triggers;
      this.#triggers = new Set();
      // A store that fails here fails for every call of the page, too, and is told there.
      const accounts = await this.#parts.accounts().catch((): Scheduled[] => []);
      for (const scheduled of accounts) this.#visitIfDue(scheduled, triggers);
      this.#setAlarm(accounts);
    }
  }

  #visitIfDue(scheduled: Scheduled, triggers: ReadonlySet<Trigger>): void {
    const { account } = scheduled;
    const { now, visit, isRunning } = this.#parts;
    const mayVisit = now() >= this.#earliest(account.id) && !isRunning(account.id);
    if (!mayVisit || ![...triggers].some((trigger) => isDue(scheduled, trigger, this.#moment(trigger))))
      return;
    this.#visitedAt.set(account.id, now());
    void visit(account).then(() => this.wake('timer'));
  }

  /** Timers are late by the spread; what a person does is not. */
  #moment(trigger: Trigger): number {
    return this.#parts.now() - (trigger === 'timer' ? this.#spreadMs : 0);
  }

  #earliest(account: AccountId): number {
    return (this.#visitedAt.get(account) ?? -Infinity) + MIN_GAP_MS;
  }

  #setAlarm(accounts: readonly Scheduled[]): void {
    this.#stopAlarm();
    const { now, clock, isRunning } = this.#parts;
    const times = accounts.flatMap((scheduled) => {
      const next = nextVisitAt(scheduled);
      const { id } = scheduled.account;
      // Whoever runs wakes this up when it is over.
      return next === null || isRunning(id) ? [] : [Math.max(next + this.#spreadMs, this.#earliest(id))];
    });
    if (times.length === 0) return;
    const inMs = Math.min(Math.max(Math.min(...times) - now(), 0), MAX_ALARM_MS);
    this.#stopAlarm = clock.after(inMs, () => void this.wake('timer'));
  }
}
