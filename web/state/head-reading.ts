/**
 * When headers of messages that are only on the server are asked for: once somebody has stopped at them, and once each.
 * Must not know how they are read.
 */
import type { LedgerRow } from '../model/server-ledger.ts';
import type { Uidl } from '../model/ids.ts';

/** Nobody reads a row that is passed by sooner. */
const READ_AFTER_MS = 250;

export class HeadReading {
  readonly #read: (uidls: Uidl[]) => void;
  /** What the server does not show must not be asked for over and over. */
  readonly #asked = new Set<Uidl>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(read: (uidls: Uidl[]) => void) {
    this.#read = read;
  }

  /** `rows` gives those on screen, once it is time. */
  soon(rows: () => readonly (LedgerRow | undefined)[]): void {
    this.stop();
    this.#timer = setTimeout(() => {
      const wanted = rows().flatMap((row) =>
        row?.head === 'not-asked' && row.uidl !== null && !this.#asked.has(row.uidl) ? row.uidl : [],
      );
      for (const uidl of wanted) this.#asked.add(uidl);
      if (wanted.length > 0) this.#read(wanted);
    }, READ_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** All may be asked for again. */
  reset(): void {
    this.stop();
    this.#asked.clear();
  }
}
