/** A server's ledger for page tests, over the real book, with wishes in memory. */
import { messageId, messageNumber, uidl, type Uidl } from '../../web/model/ids.ts';
import type { DeletingRule, Holding, Removal } from '../../web/model/retention.ts';
import type {
  LedgerAction,
  LedgerChange,
  LedgerFilter,
  LedgerSelection,
  LedgerWindow,
  ServerWish,
  WishKind,
} from '../../web/model/server-ledger.ts';
import { figuresOf } from '../../web/sync/server-ledger.ts';
import { LedgerBook } from '../../web/worker/ledger-book.ts';
import { GENERATED_NOW } from './generated-mail.ts';

export interface FakeLedgerOptions {
  count: number;
  /** How many of the oldest are here; all but 4 when left out. */
  here?: number;
  rule?: DeletingRule | null;
  holdAll?: 'may-be-cleared' | 'clock' | null;
  removals?: Removal[];
}

export class FakeLedger {
  readonly wishes = new Map<Uidl, ServerWish>();
  /** The server has been listed. */
  isListed = false;
  readonly book: LedgerBook;
  readonly #options: FakeLedgerOptions;
  readonly #undos = new Map<number, Map<Uidl, ServerWish>>();
  #version = 1;

  constructor(options: FakeLedgerOptions) {
    this.#options = options;
    const listed = Array.from({ length: options.count }, (_, index) => ({
      number: messageNumber(index + 1),
      uidl: uidl(`u${index + 1}`),
      octets: 2_000 + ((index * 7_919) % 90_000),
    }));
    this.book = new LedgerBook(listed, GENERATED_NOW - 60_000);
    this.#update();
  }

  window(filter: LedgerFilter, offset: number, limit: number): LedgerWindow | null {
    if (!this.isListed) return null;
    return this.book.window(filter, offset, limit, this.#version, (id) => ({
      from: { name: `Sender ${id}`, address: `sender${id}@example.org` },
      subject: `Subject ${id}`,
      sentAt: GENERATED_NOW - id * 60_000,
    }));
  }

  ids(filter: LedgerFilter, offset: number, limit: number): Uidl[] {
    const rows = this.book.shown(filter).slice(offset, offset + limit);
    return rows.flatMap(({ uidl: name }) => name ?? []);
  }

  read(uidls: readonly Uidl[]): void {
    for (const one of this.book.withoutHead(uidls)) {
      const from = { name: '', address: 'far@example.net' };
      this.book.keepHead(one, { from, subject: `Only there ${one}`, sentAt: GENERATED_NOW });
    }
    this.#version += 1;
  }

  change(selection: LedgerSelection, action: LedgerAction): LedgerChange {
    const undo = this.#undos.size + 1;
    this.#undos.set(undo, new Map(this.wishes));
    const selected = this.book.select(selection);
    const isHere = action === 'delete';
    const isThere = action === 'delete-without-copy' || action === 'fetch';
    const meant = selected.filter(({ place }) => (place === 'here' ? !isThere : !isHere));
    for (const { uidl: name, octets } of meant) {
      this.wishes.delete(name);
      if (action !== 'none' && action !== 'fetch') this.#wish(name, action, octets);
    }
    this.#update();
    const leftOut = selected.filter((one) => !meant.includes(one));
    return { changed: figuresOf(meant), leftOut: figuresOf(leftOut), nameless: 0, held: 0, tooLate: 0, undo };
  }

  undo(undo: number): number {
    this.wishes.clear();
    for (const [name, wish] of this.#undos.get(undo) ?? []) this.wishes.set(name, wish);
    this.#update();
    return 0;
  }

  #wish(name: Uidl, wish: WishKind, octets: number): void {
    this.wishes.set(name, { uidl: name, wish, octets, wishedAt: GENERATED_NOW });
  }

  #update(): void {
    const { count, here = count - 4, rule = null, holdAll = null, removals = [] } = this.#options;
    const holdings = Array.from({ length: here }, (_, index): Holding => {
      const octets = 2_000 + ((index * 7_919) % 90_000);
      return {
        id: messageId(1024 + index),
        uidl: uidl(`u${index + 1}`),
        octets,
        receivedAt: GENERATED_NOW - 86_400_000 * (20 - (index % 20)),
        sentAt: null,
        folder: 'inbox',
        receipt: { hash: 'x', listedOctets: octets, unterminated: false },
      };
    });
    const known = new Set(holdings.map((one) => one.uidl));
    const facts = { known, holdings, rule, holdAll, removals, now: GENERATED_NOW, countFrom: null };
    this.book.update({ ...facts, wishes: this.wishes }, false);
    this.#version += 1;
  }
}
