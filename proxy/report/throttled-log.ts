/**
 * A log that a flood cannot fill a disk with: of each kind of line the first few a minute are written, and of the rest
 * how many there were. Must not know what the lines say.
 */
import type { Log, LogFacts } from './log.ts';

/** Lines of one kind that are written in a minute. */
const LINES_A_MINUTE = 5;
const MINUTE_MS = 60_000;

type Level = 'error' | 'warn' | 'info';

interface Kind {
  level: Level;
  event: string;
  reason: string;
  written: number;
  suppressed: number;
}

/** Calls back every `ms` until the returned function is called. */
export type Every = (ms: number, work: () => void) => () => void;

const everyUnreferenced: Every = (ms, work) => {
  const timer = setInterval(work, ms);
  timer.unref();
  return () => clearInterval(timer);
};

export class ThrottledLog implements Log {
  readonly #log: Log;
  readonly #kinds = new Map<string, Kind>();
  readonly #stop: () => void;

  constructor(log: Log, every: Every = everyUnreferenced) {
    this.#log = log;
    this.#stop = every(MINUTE_MS, () => this.#summarise());
  }

  error(event: string, facts: LogFacts, error?: unknown): void {
    if (this.#mayWrite('error', event, facts)) this.#log.error(event, facts, error);
  }

  warn(event: string, facts: LogFacts): void {
    if (this.#mayWrite('warn', event, facts)) this.#log.warn(event, facts);
  }

  info(event: string, facts: LogFacts): void {
    if (this.#mayWrite('info', event, facts)) this.#log.info(event, facts);
  }

  /** Writes what is owed, and stops counting. */
  close(): void {
    this.#stop();
    this.#summarise();
  }

  #mayWrite(level: Level, event: string, facts: LogFacts): boolean {
    const reason = String(facts['reason'] ?? facts['outcome'] ?? '');
    // What went well is what an operator wants to see, and only real mail servers make it.
    if (reason === 'done') return true;
    const key = `${level} ${event} ${reason}`;
    const kind = this.#kinds.get(key) ?? { level, event, reason, written: 0, suppressed: 0 };
    this.#kinds.set(key, kind);
    if (kind.written < LINES_A_MINUTE) kind.written += 1;
    else kind.suppressed += 1;
    return kind.suppressed === 0;
  }

  #summarise(): void {
    for (const { level, event, reason, suppressed } of this.#kinds.values()) {
      if (suppressed === 0) continue;
      this.#log[level]('more of the same', { event, ...(reason === '' ? {} : { reason }), suppressed });
    }
    this.#kinds.clear();
  }
}
