/**
 * What is on an account's server, shown in windows, and what people want of it. Must not know the protocol nor how a fetch
 * carries wishes out.
 */
import type { LedgerApi } from '../api/ledger-api.ts';
import { PoplarError } from '../errors.ts';
import type { MailEvent } from '../model/event.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type {
  LedgerAction,
  LedgerChange,
  LedgerEntry,
  LedgerFate,
  LedgerFilter,
  LedgerHead,
  LedgerSelection,
  LedgerWindow,
  ServerWish,
} from '../model/server-ledger.ts';
import type { Forgotten } from '../store/mail-store.ts';
import { knownTo } from '../sync/deleted-here.ts';
import { maildropName, type Exclusive } from '../sync/engine.ts';
import { isMadeHere } from '../sync/identity.ts';
import { visitLedger } from '../sync/ledger-visit.ts';
import { holdsNow } from '../sync/removal-plan.ts';
import { figuresOf } from '../sync/server-ledger.ts';
import { byUidl, wishing, type Wanted } from '../sync/wishes.ts';
import { findOpenAccount } from './account-desk.ts';
import { reach, type FetchParts } from './fetch-desk.ts';
import { LedgerBook } from './ledger-book.ts';
import { LedgerSession } from './ledger-session.ts';

const MAX_ROWS = 1_000;
const MAX_HEADS = 200;
/** Changes that can be undone. */
const MAX_UNDOS = 10;

export interface LedgerDeskParts extends FetchParts {
  exclusive: Exclusive;
}

interface Undo {
  account: AccountId;
  wishes: Wanted[];
  forgotten: Forgotten | null;
}

type Named = LedgerEntry & { uidl: Uidl };

export class LedgerDesk implements LedgerApi {
  readonly #parts: LedgerDeskParts;
  readonly #books = new Map<AccountId, LedgerBook>();
  /** Books that were not judged anew since something changed. */
  readonly #stale = new Set<AccountId>();
  /** The judgement of each book that was asked for last. */
  readonly #judging = new Map<AccountId, Promise<void>>();
  readonly #sessions = new Map<AccountId, LedgerSession>();
  readonly #listedBy = new WeakMap<LedgerBook, LedgerSession>();
  readonly #undos = new Map<number, Undo>();
  #version = 0;
  #lastUndo = 0;

  constructor(parts: LedgerDeskParts) {
    this.#parts = parts;
    parts.mailroom.subscribe((event) => this.#hear(event));
  }

  /** Somebody else wants a maildrop: who only lingers there leaves. */
  makeWay(): void {
    for (const session of this.#sessions.values()) session.leave();
  }

  async listServer(id: AccountId, signal: AbortSignal): Promise<void> {
    this.makeWay();
    const session = new LedgerSession(this.#parts.clock);
    const abort = (): void => session.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#visit(id, session, resolve).catch(reject);
      });
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async ledgerWindow(
    id: AccountId,
    filter: LedgerFilter,
    offset: number,
    limit: number,
  ): Promise<LedgerWindow | null> {
    const book = await this.#book(id);
    if (book === null) return null;
    const list = await this.#parts.mailroom.list();
    return book.window(filter, offset, Math.min(limit, MAX_ROWS), this.#version, (message) =>
      headOf(list.get(message)),
    );
  }

  async ledgerIds(id: AccountId, filter: LedgerFilter, offset: number, limit: number): Promise<Uidl[]> {
    const rows = (await this.#book(id))?.shown(filter).slice(offset, offset + limit) ?? [];
    return rows.flatMap(({ uidl }) => uidl ?? []);
  }

  async readLedgerHeads(id: AccountId, uidls: Uidl[], signal: AbortSignal): Promise<void> {
    const wanted = (await this.#mustBook(id)).withoutHead(uidls).slice(0, MAX_HEADS);
    if (wanted.length === 0) return;
    if (this.#sessions.get(id)?.isOpen !== true) await this.listServer(id, signal);
    const book = await this.#mustBook(id);
    const still = book.withoutHead(wanted);
    if (still.length === 0) return;
    // Not of the one that is open: numbers are worth nothing in another session than the one that has listed them.
    const heads = (await this.#listedBy.get(book)?.ask(book.messages(still))) ?? null;
    if (heads === null) book.hidesHeaders = true;
    for (const [place, uidl] of still.entries()) {
      const head = heads?.[place] ?? null;
      book.keepHead(uidl, head === null ? 'none' : (headOf(this.#parts.digest(head)) ?? 'none'));
    }
    this.#version += 1;
  }

  async changeLedger(id: AccountId, selection: LedgerSelection, action: LedgerAction): Promise<LedgerChange> {
    const { store, mailroom, now } = this.#parts;
    const selected = (await this.#mustBook(id)).select(selection);
    const able = selected.filter(({ uidl }) => !action.startsWith('delete') || !isMadeHere(uidl));
    const meant = able.filter((entry) => isFor(action, entry));
    const leftOut = figuresOf(able.filter((entry) => !isFor(action, entry)));
    const nameless = selected.length - able.length;
    const wishedAt = now();
    const { undo: wishes, tooLate } = await store.changeWishes(
      id,
      wishing(meant.map((entry) => ({ uidl: entry.uidl, wish: wishOf(action, entry, wishedAt) }))),
    );
    const isLate = new Set(tooLate);
    const changed = meant.filter(({ uidl }) => !isLate.has(uidl));
    const names = changed.map(({ uidl }) => uidl);
    const forgotten = action === 'fetch' ? await store.forgetUidls(id, names) : null;
    const undo = this.#remember({ account: id, wishes, forgotten });
    mailroom.tell({ type: 'server-ledger-changed', account: id });
    const held = action.startsWith('delete') ? (await this.#mustBook(id)).heldOf(names) : 0;
    return { changed: figuresOf(changed), held, leftOut, nameless, tooLate: tooLate.length, undo };
  }

  async undoLedgerChange(id: AccountId, undo: number): Promise<number> {
    const { store, mailroom } = this.#parts;
    const found = this.#undos.get(undo);
    if (found?.account !== id) throw new PoplarError('not-found', 'page', { detail: { undo } });
    this.#undos.delete(undo);
    const { tooLate } = await store.changeWishes(id, wishing(found.wishes));
    if (found.forgotten !== null) await store.recallUidls(id, found.forgotten);
    mailroom.tell({ type: 'server-ledger-changed', account: id });
    return tooLate.length;
  }

  /** Resolves when the visit is over; `onListed` is called as soon as the ledger is there. */
  async #visit(id: AccountId, session: LedgerSession, onListed: () => void): Promise<void> {
    const { store, exclusive, now } = this.#parts;
    try {
      const name = maildropName(await findOpenAccount(store, id));
      await exclusive(name, session.signal, async () => {
        this.#sessions.set(id, session);
        const { account, password } = await reach(this.#parts, id);
        await visitLedger(this.#parts, {
          ...{ account, password, signal: session.signal },
          onListed: (listed) => {
            const book = new LedgerBook(listed, now(), this.#books.get(id));
            this.#books.set(id, book);
            this.#listedBy.set(book, session);
            this.#changed(id);
            onListed();
          },
          next: () => session.next(),
        });
      });
      session.end();
    } catch (error) {
      session.end(error);
      throw error;
    } finally {
      if (this.#sessions.get(id) === session) this.#sessions.delete(id);
    }
  }

  async #mustBook(id: AccountId): Promise<LedgerBook> {
    const book = await this.#book(id);
    if (book === null) throw new PoplarError('not-found', 'page', { detail: { account: id } });
    return book;
  }

  /** As it is now. Who asks while it is judged waits for that. */
  async #book(id: AccountId): Promise<LedgerBook | null> {
    const book = this.#books.get(id);
    if (book === undefined) return null;
    if (this.#stale.delete(id)) {
      const judged = Promise.allSettled([this.#judging.get(id)]).then(() => this.#judge(id, book));
      this.#judging.set(id, judged);
      // Whoever asks next may have more luck.
      judged.catch(() => this.#stale.add(id));
    }
    await this.#judging.get(id);
    return book;
  }

  async #judge(id: AccountId, book: LedgerBook): Promise<void> {
    const { store, now, isKept = () => Promise.resolve(false) } = this.#parts;
    const account = await findOpenAccount(store, id);
    const rule = account.retention ?? null;
    const [known, holdings, wishes, removals, status, kept] = await Promise.all([
      store.knownUidls(id),
      knownTo(rule, store, id),
      store.wishes(id),
      store.removals(id),
      store.status(id),
      isKept(),
    ]);
    const clock = status.clock ?? { sightAt: now(), heldUntil: null, jumpedAt: null };
    book.update(
      {
        ...{ known, holdings, removals, now: now(), countFrom: clock.jumpedAt },
        wishes: byUidl(wishes),
        rule,
        ...holdsNow(kept, clock),
        ...(status.backup && { backup: status.backup }),
      },
      account.recent === true,
    );
  }

  #hear(event: MailEvent): void {
    switch (event.type) {
      case 'server-ledger-changed':
      case 'sync-failed':
        return this.#changed(event.account);
      case 'sync-finished':
        return this.#changed(event.result.account);
      case 'accounts-changed':
      case 'messages-moved':
      case 'messages-deleted':
      case 'list-rebuilt':
        return this.#allChanged();
      case 'messages-removed':
      case 'account-closed':
        this.#books.delete(event.account);
        return;
      case 'sync-progress':
        if (event.progress.phase === 'waiting') this.makeWay();
        return;
      case 'messages-changed':
        // From a beginning to the whole.
        if (event.whole === true) this.#allChanged();
        return;
      case 'messages-added':
      case 'proxy-token-changed':
      case 'store-lost':
        return;
    }
  }

  #allChanged(): void {
    for (const account of this.#books.keys()) this.#changed(account);
  }

  #changed(id: AccountId): void {
    this.#version += 1;
    this.#stale.add(id);
  }

  #remember(undo: Undo): number {
    this.#lastUndo += 1;
    this.#undos.set(this.#lastUndo, undo);
    this.#undos.delete(this.#lastUndo - MAX_UNDOS);
    return this.#lastUndo;
  }
}

function isFor(action: LedgerAction, { place, fate }: Named): boolean {
  switch (action) {
    case 'keep':
      return true;
    case 'none':
      if (fate.fate === 'comes') return place === 'damaged' || place === 'partial';
      return fate.fate === 'kept' || (fate.fate === 'goes' ? fate.why === 'asked' : isHeldWish(fate));
    case 'delete':
      return place === 'here';
    case 'delete-without-copy':
      return place !== 'here';
    case 'fetch':
      return place !== 'here';
  }
}

/** Somebody asked for its deletion, and something holds it back. */
const isHeldWish = (fate: LedgerFate): boolean => fate.fate === 'stays' && fate.asked;

function wishOf(action: LedgerAction, { uidl, octets }: Named, wishedAt: number): ServerWish | null {
  return action === 'none' ? null : { uidl, wish: action, octets, wishedAt };
}

function headOf(found: LedgerHead | null): LedgerHead | null {
  return found && { from: found.from, subject: found.subject, sentAt: found.sentAt };
}
