/**
 * Tells how far a fetch is: every change of phase at once, figures at most ten times a second.
 * Figures are the server's own (LIST), so that they end at the promised total even when the server lies.
 */
import type { AccountId } from '../model/ids.ts';
import type { SyncProgress } from '../model/event.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { sumOctets } from './plan.ts';

/** Between two reports of figures, in milliseconds. */
const REPORT_EVERY_MS = 100;

export class ProgressMeter {
  readonly #now: () => number;
  readonly #report: (progress: SyncProgress) => void;
  readonly #progress: SyncProgress;
  #expected: readonly ListedMessage[] = [];
  /** How many were done when these were expected. */
  #before = 0;
  /** Octets of the message that is arriving. */
  #arriving = 0;
  #reportedAt = -Infinity;

  constructor(account: AccountId, now: () => number, report: (progress: SyncProgress) => void) {
    this.#now = now;
    this.#report = report;
    this.#progress = {
      account,
      phase: 'connecting',
      messagesDone: 0,
      messagesTotal: 0,
      octetsDone: 0,
      octetsTotal: 0,
      startedAt: now(),
    };
  }

  get phase(): SyncProgress['phase'] {
    return this.#progress.phase;
  }

  enter(phase: SyncProgress['phase']): void {
    this.#progress.phase = phase;
    this.#send();
  }

  /** What will be fetched next, in this order; what was expected before and has not come will not come. */
  expect(messages: readonly ListedMessage[]): void {
    const done = this.#progress.messagesDone;
    this.#expected = messages;
    this.#before = done;
    this.#arriving = 0;
    this.#progress.messagesTotal = done + messages.length;
    this.#progress.octetsTotal = this.#progress.octetsDone + sumOctets(messages);
  }

  /** More octets of the current message have arrived. */
  arriving(octets: number): void {
    this.#arriving += octets;
    this.#sendIfDue();
  }

  /** The current message is here, or was given up. */
  done(): void {
    this.#progress.octetsDone += this.#announced();
    this.#progress.messagesDone += 1;
    this.#arriving = 0;
    this.#sendIfDue();
  }

  /** Octets of the current message by LIST. */
  #announced(): number {
    return this.#expected[this.#progress.messagesDone - this.#before]?.octets ?? 0;
  }

  #sendIfDue(): void {
    if (this.#now() - this.#reportedAt >= REPORT_EVERY_MS) this.#send();
  }

  #send(): void {
    this.#reportedAt = this.#now();
    const octetsDone = this.#progress.octetsDone + Math.min(this.#arriving, this.#announced());
    this.#report({ ...this.#progress, octetsDone });
  }
}
