/** What the two ends of all tunnels have seen, held against what was meant to be. Knows no sockets. */
import { isInOrder } from './faults.ts';
import type { Plan } from './plan.ts';

/** More are only counted. */
const MAX_BREACHES = 20;

interface Entry {
  plan: Plan;
  downOctets: number;
  upOctets: number;
  isServerOver: boolean;
  onPageOver: () => void;
  isPageOver: boolean;
}

export class Ledger {
  /** Tunnels by their fault and their end. */
  readonly endings = new Map<string, number>();
  /** Ends that the proxy gave a reason for, by that reason. */
  readonly reasons = new Map<string, number>();
  /** What must not be, the first ones in words. */
  readonly breaches: string[] = [];
  breachCount = 0;
  over = 0;
  downOctets = 0;
  upOctets = 0;
  readonly #open = new Map<number, Entry>();

  begin(plan: Plan): void {
    this.#open.set(plan.id, {
      plan,
      downOctets: 0,
      upOctets: 0,
      isServerOver: true,
      isPageOver: false,
      onPageOver: () => undefined,
    });
  }

  /**
   * The tunnel has come to the server, which looks up what it is to do; null when its page has left before. `onPageOver` hears when
   * the page's end is over.
   */
  arrive(id: number, onPageOver: () => void): Plan | null {
    const entry = this.#open.get(id);
    if (entry === undefined) return null;
    entry.isServerOver = false;
    entry.onPageOver = onPageOver;
    return entry.plan;
  }

  /** Octets that have come, and whether they were the right ones. */
  count(id: number, direction: 'down' | 'up', octets: number, isRight: boolean): void {
    const entry = this.#entry(id);
    this[`${direction}Octets`] += octets;
    entry[`${direction}Octets`] += octets;
    if (!isRight)
      this.breach(entry.plan, `wrong octets ${direction}, before number ${entry[`${direction}Octets`]}`);
  }

  serverOver(id: number): void {
    const entry = this.#entry(id);
    entry.isServerOver = true;
    this.#settle(entry);
  }

  pageOver(id: number, ending: string): void {
    const entry = this.#entry(id);
    const { fault } = entry.plan;
    entry.isPageOver = true;
    entry.onPageOver();
    this.over += 1;
    add(this.endings, `${fault.name}: ${ending}`);
    const reason = / 4000$/.test(ending) ? ending.slice(0, -5) : null;
    if (reason !== null) add(this.reasons, reason);
    if (!fault.endings.includes(ending)) this.breach(entry.plan, `ended with '${ending}'`);
    this.#settle(entry);
  }

  breach(plan: Plan, what: string): void {
    this.breachCount += 1;
    if (this.breaches.length >= MAX_BREACHES) return;
    this.breaches.push(`tunnel ${plan.id} (${plan.fault.name}, ${plan.way}): ${what}`);
  }

  /** Tunnels of which one end still stands. */
  unsettled(): Plan[] {
    return Array.from(this.#open.values(), ({ plan }) => plan);
  }

  #settle({ plan, downOctets, upOctets, isPageOver, isServerOver }: Entry): void {
    if (!isPageOver || !isServerOver) return;
    this.#open.delete(plan.id);
    if (!isInOrder(plan.fault)) return;
    if (downOctets !== plan.downOctets) this.breach(plan, `${downOctets} octets down of ${plan.downOctets}`);
    if (upOctets !== plan.upOctets) this.breach(plan, `${upOctets} octets up of ${plan.upOctets}`);
  }

  #entry(id: number): Entry {
    const entry = this.#open.get(id);
    if (entry === undefined) throw new RangeError(`tunnel ${id} is not open`);
    return entry;
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
