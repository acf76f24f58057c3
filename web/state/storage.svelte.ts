/**
 * How much of this device Poplar uses, and whether the browser may clear it away when space runs short. Must not know
 * what is stored.
 */
import { UNKNOWN_HOST, type BrowserHost } from './browser-host.ts';

/** The part of `navigator.storage` that is needed; older browsers lack some of it. */
export type StorageSource = Partial<Pick<StorageManager, 'estimate' | 'persisted' | 'persist'>>;

/** So little left is nearly nothing: a fetch of some large messages may need it. */
const NARROW_OCTETS = 200_000_000;
const NARROW_SHARE = 0.1;

export class StorageState {
  /** What the browser's ways of keeping depend on. */
  readonly host: BrowserHost;
  /** Octets that everything of this page takes, by the browser's estimate; null when it does not tell. */
  usedOctets = $state<number | null>(null);
  /** Octets that the browser would give this page at most. */
  quotaOctets = $state<number | null>(null);
  /** `kept`: not cleared without asking. `may-be-cleared`: the browser may evict. `unknown`: it does not tell. */
  persistence = $state<'kept' | 'may-be-cleared' | 'unknown'>('unknown');
  /** What the browser said when it was asked in this visit. `failed`: it did not answer. */
  answer = $state<'agreed' | 'refused' | 'failed' | null>(null);
  /** It has been asked, and perhaps asks the person. */
  asking = $state(false);
  readonly #source: StorageSource | null;

  constructor(source: StorageSource | null, host: BrowserHost = UNKNOWN_HOST) {
    this.#source = source;
    this.host = host;
  }

  get canAsk(): boolean {
    return this.persistence === 'may-be-cleared' && this.#source?.persist !== undefined;
  }

  /** Octets that are left by the browser's estimate; null when it does not tell. */
  get leftOctets(): number | null {
    if (this.usedOctets === null || this.quotaOctets === null) return null;
    return Math.max(0, this.quotaOctets - this.usedOctets);
  }

  /** Less than a tenth, or less than 200 MB, is left. */
  get nearlyFull(): boolean {
    const [left, quota] = [this.leftOctets, this.quotaOctets ?? 0];
    return left !== null && (left < NARROW_OCTETS || left < quota * NARROW_SHARE);
  }

  /** Reads the figures anew. A browser that refuses to tell (as some do in private windows) tells nothing. */
  async load(): Promise<void> {
    const [estimate, persisted] = await Promise.all([
      orNothing(this.#source?.estimate?.()),
      orNothing(this.#source?.persisted?.()),
    ]);
    this.usedOctets = estimate?.usage ?? null;
    this.quotaOctets = estimate?.quota ?? null;
    this.#set(persisted);
  }

  /** Asks the browser to keep what is stored. Some browsers ask the person, most decide by themselves. Never throws. */
  async askToKeep(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const kept = await orNothing(this.#source?.persist?.());
    this.asking = false;
    if (kept === undefined) {
      this.answer = 'failed';
      return;
    }
    this.answer = kept ? 'agreed' : 'refused';
    this.#set(kept);
  }

  #set(persisted: boolean | undefined): void {
    if (persisted === undefined) this.persistence = 'unknown';
    else this.persistence = persisted ? 'kept' : 'may-be-cleared';
  }
}

/** Not to tell and not to be able to are one here. */
function orNothing<Value>(told: Promise<Value> | undefined): Promise<Value | undefined> {
  return told?.catch(() => undefined) ?? Promise.resolve(undefined);
}
