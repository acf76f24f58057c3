/** A Clock whose hands the test turns. */
import type { Clock } from '../../web/wire/clock.ts';

interface Alarm {
  atMs: number;
  fire: () => void;
}

export class FakeClock implements Clock {
  nowMs = 0;
  #alarms: Alarm[] = [];

  after(ms: number, fire: () => void): () => void {
    const alarm = { atMs: this.nowMs + ms, fire };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** Alarms that are set and have not gone off. */
  get pending(): number {
    return this.#alarms.length;
  }

  /** Turns the hands; what is due goes off in order. */
  advance(ms: number): void {
    this.nowMs += ms;
    const due = this.#alarms.filter((alarm) => alarm.atMs <= this.nowMs).sort((a, b) => a.atMs - b.atMs);
    this.#alarms = this.#alarms.filter((alarm) => !due.includes(alarm));
    for (const alarm of due) alarm.fire();
  }
}
