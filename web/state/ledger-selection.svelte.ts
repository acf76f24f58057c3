/** Which messages of a ledger are chosen: some, or all that the filter shows but some. Must not know what is done with them. */
import { SvelteSet } from 'svelte/reactivity';
import type { Uidl } from '../model/ids.ts';
import type { LedgerFilter, LedgerSelection } from '../model/server-ledger.ts';

export class LedgerSelectionState {
  /** All of this filter but `#named`; null: those alone. */
  #all = $state<LedgerFilter | null>(null);
  readonly #named = new SvelteSet<Uidl>();

  has(uidl: Uidl | null): boolean {
    return uidl !== null && this.#named.has(uidl) !== (this.#all !== null);
  }

  /** `total` rows are shown by the filter. */
  count(total: number): number {
    return this.#all === null ? this.#named.size : Math.max(0, total - this.#named.size);
  }

  toggle(uidl: Uidl): void {
    if (!this.#named.delete(uidl)) this.#named.add(uidl);
  }

  /** These too. */
  add(uidls: readonly Uidl[]): void {
    for (const uidl of uidls) if (!this.has(uidl)) this.toggle(uidl);
  }

  /** These and no others. */
  set(uidls: readonly Uidl[]): void {
    this.clear();
    this.add(uidls);
  }

  setAll(filter: LedgerFilter): void {
    this.clear();
    this.#all = filter;
  }

  clear(): void {
    this.#all = null;
    this.#named.clear();
  }

  take(): LedgerSelection {
    const named = [...this.#named];
    return this.#all === null ? { uidls: named } : { filter: this.#all, except: named };
  }
}
