/**
 * How many tunnels of each client stand: here, and through SharedCounts in all instances together. What this instance
 * tells is always its whole count for a client, never a difference, so that a message that was lost is made good by
 * the next one. Must not know what a tunnel is.
 */
import { notShared, type SharedCounts } from './shared-counts.ts';

/** More than these are not remembered: they expire in the store by themselves. */
const MAX_UNTOLD = 10_000;

export class StandingTunnels {
  readonly #shared: SharedCounts;
  readonly #here = new Map<string, number>();
  /** Clients of whom the store may still believe something else. */
  readonly #untold = new Set<string>();

  constructor(shared: SharedCounts = notShared) {
    this.#shared = shared;
  }

  /** Counts one more, until `leave`; or returns false when there are `max` already, and then none is to leave. */
  async enter(client: string, max: number): Promise<boolean> {
    const here = (this.#here.get(client) ?? 0) + 1;
    if (here > max) return false;
    // Before anything is waited for: two at the same time are two.
    this.#here.set(client, here);
    const granted = await this.#shared.claim(client, here, max);
    // Null: the store is away. Nobody is turned away for that alone; `renew` tells it later.
    if (granted !== false) return true;
    this.leave(client);
    return false;
  }

  leave(client: string): void {
    const here = (this.#here.get(client) ?? 0) - 1;
    if (here > 0) this.#here.set(client, here);
    else this.#here.delete(client);
    void this.#tell(client);
  }

  /** Says everything again: before the store forgets it, and when the store has been away. */
  async renew(): Promise<void> {
    const clients = new Set([...this.#here.keys(), ...this.#untold]);
    await Promise.all(Array.from(clients, (client) => this.#tell(client)));
  }

  async #tell(client: string): Promise<void> {
    this.#untold.delete(client);
    if ((await this.#shared.tell(client, this.#here.get(client) ?? 0)) !== null) return;
    if (this.#untold.size >= MAX_UNTOLD) this.#untold.clear();
    this.#untold.add(client);
  }
}
