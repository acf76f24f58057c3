/**
 * RetrieveWindow: which messages to ask for now, so that the server always has something to send and never more than
 * the window. Pure counting; sizes are the server's hints.
 */
import type { ListedMessage } from './listing.ts';

export interface WindowLimits {
  readonly commands: number;
  readonly octets: number;
}

/** What an unknown size counts as, in octets. */
const GUESSED_OCTETS = 8192;

export class RetrieveWindow {
  readonly #messages: readonly ListedMessage[];
  readonly #limits: WindowLimits;
  /** Index of the message that is coming in. */
  #current = 0;
  /** Index of the next message to ask for. */
  #next = 0;
  /** Octets asked for and not here yet, by the hints. */
  #octets = 0;
  /** What is still counted for the current message. */
  #currentOctets = 0;

  constructor(messages: readonly ListedMessage[], limits: WindowLimits) {
    this.#messages = messages;
    this.#limits = limits;
  }

  /** The message that is coming in, or undefined after the last. */
  get current(): ListedMessage | undefined {
    return this.#messages[this.#current];
  }

  /** Something was asked for and is not here whole. */
  get isUnderWay(): boolean {
    return this.#commands > 0;
  }

  get #commands(): number {
    return this.#next - this.#current;
  }

  /**
   * Messages to ask for now, in one go. None while more than half of the window is under way: refilling at half keeps
   * the server busy and makes few, large writes. At least one is always under way.
   */
  refill(): readonly ListedMessage[] {
    const { commands, octets } = this.#limits;
    if (this.#commands > commands / 2 || this.#octets > octets / 2) return [];
    const from = this.#next;
    for (let message = this.#messages[from]; message !== undefined; message = this.#messages[this.#next]) {
      const size = sizeOf(message);
      if (this.#commands > 0 && (this.#commands >= commands || this.#octets + size > octets)) break;
      if (this.#commands === 0) this.#currentOctets = size;
      this.#next++;
      this.#octets += size;
    }
    return this.#messages.slice(from, this.#next);
  }

  /** Octets of the current message came in. */
  received(octets: number): void {
    const counted = Math.min(octets, this.#currentOctets);
    this.#currentOctets -= counted;
    this.#octets -= counted;
  }

  /** The current message is complete, or was refused. */
  finished(): void {
    this.#octets -= this.#currentOctets;
    this.#current++;
    const { current } = this;
    this.#currentOctets = current !== undefined && this.#commands > 0 ? sizeOf(current) : 0;
  }
}

function sizeOf(message: ListedMessage): number {
  return message.octets === 0 ? GUESSED_OCTETS : message.octets;
}
