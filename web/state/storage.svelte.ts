/**
 * How much of this device Poplar uses, and whether the browser may clear it away when space runs short. Must not know
 * what is stored.
 */

/** The part of `navigator.storage` that is needed; older browsers lack some of it. */
export type StorageSource = Partial<Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>>;

export class StorageState {
  /** Octets that everything of this page takes, by the browser's estimate; null when it does not tell. */
  usedOctets = $state<number | null>(null);
  /** Octets that the browser would give this page at most. */
  quotaOctets = $state<number | null>(null);
  /** `kept`: not cleared without asking. `may-be-cleared`: the browser may evict. `unknown`: it does not tell. */
  persistence = $state<'kept' | 'may-be-cleared' | 'unknown'>('unknown');
  /** The browser was asked and said no. It decides by itself, often after more use of the page. */
  refused = $state(false);
  readonly #source: StorageSource | null;

  constructor(source: StorageSource | null) {
    this.#source = source;
  }

  get canAsk(): boolean {
    return this.persistence === 'may-be-cleared' && this.#source?.persist !== undefined;
  }

  /** Reads the figures anew. */
  async load(): Promise<void> {
    const [estimate, persisted] = await Promise.all([
      this.#source?.estimate?.(),
      this.#source?.persisted?.(),
    ]);
    this.usedOctets = estimate?.usage ?? null;
    this.quotaOctets = estimate?.quota ?? null;
    this.#set(persisted);
  }

  /** Asks the browser to keep what is stored. Some browsers ask the person, most decide by themselves. */
  async askToKeep(): Promise<void> {
    const kept = await this.#source?.persist?.();
    this.#set(kept);
    this.refused = kept === false;
  }

  #set(persisted: boolean | undefined): void {
    if (persisted === undefined) this.persistence = 'unknown';
    else this.persistence = persisted ? 'kept' : 'may-be-cleared';
  }
}
