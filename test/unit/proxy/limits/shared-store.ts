/** What instances share, in memory: by the same rules as the real one, with a clock and a switch for being away. */
import type { SharedCounts } from '../../../../proxy/limits/shared-counts.ts';

export const LEASE_MS = 60_000;

export class SharedStore {
  nowMs = 0;
  isAway = false;
  /** All messages that arrived, as `instance verb`. */
  readonly heard: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #tunnels = new Map<string, Map<string, { tunnels: number; untilMs: number }>>();

  /** One instance's view. */
  instance(name: string): SharedCounts {
    return {
      add: async (what, client) => {
        const key = `${what} ${client}`;
        return this.#hear(name, 'add', () => this.#counts.set(key, this.#count(key) + 1).get(key) ?? 0);
      },
      count: async (what, client) => this.#hear(name, 'count', () => this.#count(`${what} ${client}`)),
      claim: async (client, tunnels, max) =>
        this.#hear(name, 'claim', () => {
          if (this.others(name, client) + tunnels > max) return false;
          this.#set(name, client, tunnels);
          return true;
        }),
      tell: async (client, tunnels) =>
        this.#hear(name, 'tell', () => {
          this.#set(name, client, tunnels);
          return true;
        }),
    };
  }

  /** Tunnels of the client that all instances but this one have said they carry, and not too long ago. */
  others(name: string, client: string): number {
    let sum = 0;
    for (const [instance, { tunnels, untilMs }] of this.#tunnels.get(client) ?? []) {
      if (instance !== name && untilMs > this.nowMs) sum += tunnels;
    }
    return sum;
  }

  /** It comes back with an empty memory. */
  restart(): void {
    this.#counts.clear();
    this.#tunnels.clear();
    this.isAway = false;
  }

  #hear<Answer>(name: string, verb: string, answer: () => Answer): Answer | null {
    if (this.isAway) return null;
    this.heard.push(`${name} ${verb}`);
    return answer();
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #set(name: string, client: string, tunnels: number): void {
    const said = this.#tunnels.get(client) ?? new Map();
    said.set(name, { tunnels, untilMs: this.nowMs + LEASE_MS });
    this.#tunnels.set(client, said);
  }
}
