/**
 * Credit bookkeeping for one direction of a tunnel. Pure counting; nothing here knows sockets.
 * The sender may have `size` octets under way; the receiver gives credit back as it gets rid of them.
 */

/** Our view when we send: how much more the receiver is ready for. */
export class SendWindow {
  readonly #size: number;
  #available: number;

  constructor(size: number) {
    this.#size = size;
    this.#available = size;
  }

  get available(): number {
    return this.#available;
  }

  spend(octets: number): void {
    this.#available -= octets;
  }

  /** Takes credit back. False when it is more than is outstanding: the receiver is inventing room. */
  refill(octets: number): boolean {
    if (octets > this.#size - this.#available) return false;
    this.#available += octets;
    return true;
  }
}

/** Our view when we receive: what has come in, and what credit we owe. */
export class ReceiveWindow {
  readonly #size: number;
  #held = 0;
  #owed = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Octets received and not yet got rid of. */
  get held(): number {
    return this.#held;
  }

  /** Counts octets in. False when the sender had no credit for them. */
  accept(octets: number): boolean {
    this.#held += octets;
    return this.#held + this.#owed <= this.#size;
  }

  /**
   * Counts octets out and returns the credit to send now, or 0. Credit is saved up to a quarter of the window: a
   * frame for every small write would cost more than the write, and the sender never runs dry at three quarters.
   */
  release(octets: number): number {
    this.#held -= octets;
    this.#owed += octets;
    if (this.#owed * 4 < this.#size) return 0;
    const credit = this.#owed;
    this.#owed = 0;
    return credit;
  }
}
