/**
 * The ledger of one account in memory: what was listed, what is known of it here, and windows of that. Pure: no store, no
 * network, no clock.
 */
import type { MessageId, Uidl } from '../model/ids.ts';
import type {
  LedgerEntry,
  LedgerFigures,
  LedgerFilter,
  LedgerHead,
  LedgerRow,
  LedgerSelection,
  LedgerWindow,
} from '../model/server-ledger.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import {
  awaited,
  figuresOf,
  ledgerEntries,
  onlyHere,
  passes,
  type LedgerQuestion,
} from '../sync/server-ledger.ts';

/** Headers that are remembered; beyond that all are forgotten and asked for again. */
const MAX_HEADS = 5_000;
const FILTERS: readonly LedgerFilter[] = ['all', 'not-here', 'going', 'kept'];

/** What is here, as it is now. */
export type LedgerFacts = Omit<LedgerQuestion, 'listed'>;

export class LedgerBook {
  readonly asOf: number;
  /** Newest first, as the entries are. */
  #listed: readonly ListedMessage[];
  #entries: readonly LedgerEntry[] = [];
  /** What is only there. */
  #elsewhere = new Map<Uidl, ListedMessage>();
  readonly #shown = new Map<LedgerFilter, readonly LedgerEntry[]>();
  #onlyHere = 0;
  #awaited = 0;
  #held: LedgerWindow['held'] = null;
  #figures: LedgerWindow['figures'] | null = null;
  readonly #heads: Map<Uidl, LedgerHead | 'none'>;
  hidesHeaders = false;

  /** `before` lends the headers that it knows. */
  constructor(listed: readonly ListedMessage[], asOf: number, before?: LedgerBook) {
    this.#listed = listed.toSorted((a, b) => b.number - a.number);
    this.asOf = asOf;
    this.#heads = before?.heads ?? new Map<Uidl, LedgerHead | 'none'>();
  }

  get heads(): Map<Uidl, LedgerHead | 'none'> {
    return this.#heads;
  }

  /** Judges all messages anew. What was deleted after the listing is left out from now on. */
  update(facts: LedgerFacts, isRecent: boolean): void {
    const judged = ledgerEntries({ ...facts, listed: this.#listed });
    const entries = isRecent ? judged.map(heldAsRecent) : judged;
    const gone = new Set(
      facts.removals.flatMap(({ uidl, state, decidedAt }) =>
        state === 'gone' && decidedAt >= this.asOf ? uidl : [],
      ),
    );
    const isThere = (_: unknown, place: number): boolean => {
      const identity = entries[place]?.uidl ?? null;
      return identity === null || !gone.has(identity);
    };
    this.#listed = this.#listed.filter(isThere);
    this.#entries = entries.filter(isThere);
    this.#elsewhere = new Map();
    for (const [place, { uidl, id }] of this.#entries.entries()) {
      const message = this.#listed[place];
      if (uidl !== null && id === null && message !== undefined) this.#elsewhere.set(uidl, message);
    }
    this.#shown.clear();
    this.#figures = null;
    const kept = facts.holdings.filter((one) => !('header' in one));
    this.#onlyHere = onlyHere(kept, this.#entries);
    this.#awaited = awaited(facts, this.#entries);
    this.#held = isRecent ? 'recent' : heldBy(this.#entries);
  }

  /** `headOf` knows the headers of what is here. */
  window(
    filter: LedgerFilter,
    offset: number,
    limit: number,
    version: number,
    headOf: (id: MessageId) => LedgerHead | null,
  ): LedgerWindow {
    const rows = this.shown(filter).slice(offset, offset + limit);
    this.#figures ??= Object.fromEntries(FILTERS.map((one) => [one, figuresOf(this.shown(one))])) as Record<
      LedgerFilter,
      LedgerFigures
    >;
    return {
      asOf: this.asOf,
      version,
      figures: this.#figures,
      onlyHere: this.#onlyHere,
      awaited: this.#awaited,
      held: this.#held,
      hidesHeaders: this.hidesHeaders,
      offset,
      rows: rows.map((entry): LedgerRow => ({ ...entry, head: this.#headOf(entry, headOf) })),
    };
  }

  shown(filter: LedgerFilter): readonly LedgerEntry[] {
    const found = this.#shown.get(filter) ?? this.#entries.filter((entry) => passes(entry, filter));
    this.#shown.set(filter, found);
    return found;
  }

  /** Those with an identity: of the others nothing can be wanted. */
  select(selection: LedgerSelection): (LedgerEntry & { uidl: Uidl })[] {
    const named = 'filter' in selection ? this.shown(selection.filter) : this.#entries;
    const isAll = 'filter' in selection;
    const listed = new Set('filter' in selection ? selection.except : selection.uidls);
    return named.flatMap((entry) => {
      const { uidl } = entry;
      return uidl !== null && listed.has(uidl) !== isAll ? [{ ...entry, uidl }] : [];
    });
  }

  /** How many of them somebody wants deleted, and nothing lets them go for now. */
  heldOf(uidls: readonly Uidl[]): number {
    const asked = new Set(uidls);
    const isHeld = ({ uidl, fate }: LedgerEntry): boolean =>
      uidl !== null && asked.has(uidl) && fate.fate === 'stays' && fate.asked;
    return this.#entries.filter(isHeld).length;
  }

  /** Those of them that are only there, as they were listed: for the session that listed them. */
  messages(uidls: readonly Uidl[]): ListedMessage[] {
    return uidls.flatMap((uidl) => this.#elsewhere.get(uidl) ?? []);
  }

  /** Those of them that are only on the server and whose header was not looked at. */
  withoutHead(uidls: readonly Uidl[]): Uidl[] {
    return this.hidesHeaders
      ? []
      : uidls.filter((uidl) => this.#elsewhere.has(uidl) && !this.#heads.has(uidl));
  }

  keepHead(uidl: Uidl, head: LedgerHead | 'none'): void {
    if (this.#heads.size >= MAX_HEADS) this.#heads.clear();
    this.#heads.set(uidl, head);
  }

  #headOf({ id, uidl }: LedgerEntry, headOf: (id: MessageId) => LedgerHead | null): LedgerRow['head'] {
    const here = id === null ? null : headOf(id);
    if (here !== null) return here;
    if (id !== null || uidl === null) return 'none';
    return this.#heads.get(uidl) ?? (this.hidesHeaders ? 'none' : 'not-asked');
  }
}

function heldAsRecent(entry: LedgerEntry): LedgerEntry {
  const { fate } = entry;
  if (fate.fate !== 'goes') return entry;
  return { ...entry, fate: { fate: 'stays', why: 'recent', asked: fate.why === 'asked' } };
}

/** Why something that is to go is held back, if anything is. */
function heldBy(entries: readonly LedgerEntry[]): LedgerWindow['held'] {
  const reasons = new Set(entries.map(({ fate }) => (fate.fate === 'stays' ? fate.why : null)));
  return reasons.has('may-be-cleared') ? 'may-be-cleared' : reasons.has('clock') ? 'clock' : null;
}
