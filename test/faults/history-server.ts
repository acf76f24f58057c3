/**
 * The mail server of a long history: what was delivered to it, what became of that and by whom. Its maildrop is changed
 * as by other clients, administrators and moves to other machines. Must not know what a device has of it.
 */
import { transmittedOctets, type Maildrop, type MaildropMessage } from '../../proxy/demo/maildrop.ts';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { messageNumber, uidl } from '../../web/model/ids.ts';
import type { WishKind } from '../../web/model/server-ledger.ts';
import type { ListedMessage } from '../../web/pop3/listing.ts';
import { pick, type Random } from '../support/seeded.ts';
import { MailMaker, textOf } from './history-mail.ts';

/** One delivery. */
export interface Item {
  readonly text: string;
  /** As it lies in the maildrop, under its name of now. */
  message: MaildropMessage;
  /** Null while it is there. */
  gone: 'ours' | 'others' | null;
  /** What the person wants of it, by the ledger. */
  wish: WishKind | null;
  /** The server has renamed it since. */
  wishLost: boolean;
  /** The person has asked for its deletion when it was called otherwise. */
  wasToGo: boolean;
}

export class HistoryServer {
  readonly items: Item[] = [];
  readonly #maildrop: Maildrop;
  readonly #maker = new MailMaker();
  /** What messages were called once. */
  readonly #leftNames = new Set<string>();
  readonly #renamed = new Set<Item>();
  readonly #comingBack = new Map<string, number>();
  #names = 0;

  constructor(maildrop: Maildrop) {
    this.#maildrop = maildrop;
  }

  get there(): Item[] {
    return this.items.filter(({ gone }) => gone === null);
  }

  /** How often this very message was delivered. */
  delivered(text: string): number {
    return this.items.filter((item) => item.text === text).length;
  }

  /** As the server lists it when it does not lie. */
  listed(): ListedMessage[] {
    return this.#maildrop.messages.map((message, index) => ({
      number: messageNumber(index + 1),
      octets: transmittedOctets(message.raw),
      uidl: uidl(message.uidl),
    }));
  }

  /**
   * A new message, or what was delivered once before. Where names are shared, that has the name of what it is a copy of, as
   * with servers whose names are hashes, and a new one may have that of any other.
   */
  deliver(random: Random, at: number, sharesNames: boolean): Item {
    // Nobody can tell that a name is another message's now once the one that had it is called otherwise.
    const named = this.there.filter((one) => !this.#leftNames.has(one.message.uidl));
    const copied = sharesNames ? named : this.items;
    const original = copied.length > 0 && random() < 1 / 8 ? pick(random, copied) : null;
    const raw = original?.message.raw ?? this.#maker.make(random, at);
    const other = named.length > 0 && random() < 1 / 10 ? pick(random, named) : null;
    const like = sharesNames ? (original ?? other) : null;
    const message = { uidl: like?.message.uidl ?? this.#newName(), raw };
    const item: Item = {
      text: textOf(raw),
      message,
      gone: null,
      wish: null,
      wishLost: false,
      wasToGo: false,
    };
    this.items.push(item);
    this.#maildrop.deliver(message);
    return item;
  }

  /** Another client takes these. */
  takeAway(items: readonly Item[]): void {
    for (const item of items) item.gone = 'others';
    this.#lay(this.#inOrder());
  }

  /** As from a backup of its own: these are there again, under their last names, as far as those were not given up. */
  bringBack(gone: readonly Item[]): void {
    const items = gone.filter(({ message }) => !this.#leftNames.has(message.uidl));
    const order = this.#inOrder();
    for (const item of items) {
      // What a device has deleted there is not taken for renamed when it is there again.
      if (item.gone === 'ours') this.mayComeAgain([item]);
      item.gone = null;
    }
    // Names of before are listed again beside new ones.
    this.hideNames();
    this.#lay([...order, ...items]);
  }

  /**
   * These get other names, with all that share theirs; all of the maildrop at once are told from new mail, some are not. Left to
   * another message, a name would hide it.
   */
  rename(some: readonly Item[]): void {
    const names = new Set(some.map(({ message }) => message.uidl));
    const items = this.there.filter(({ message }) => names.has(message.uidl));
    const order = this.#inOrder();
    for (const item of items) {
      this.#leftNames.add(item.message.uidl);
      item.message = { ...item.message, uidl: this.#newName() };
      item.wishLost ||= item.wish !== null;
      item.wasToGo ||= item.wish?.startsWith('delete') === true;
      this.#renamed.add(item);
    }
    if (items.length < this.there.length) this.hideNames();
    this.#lay(order);
  }

  /** Nobody can tell any more what it has renamed: what was deleted on a device for good may come again. */
  hideNames(): void {
    this.mayComeAgain(this.#renamed);
    this.#renamed.clear();
  }

  /** It names none of its messages for once. */
  withholdNames(): void {
    this.mayComeAgain(this.there);
  }

  /** Even if they were deleted on a device for good. */
  mayComeAgain(items: Iterable<Item>): void {
    for (const { text } of items) this.#comingBack.set(text, this.mayComeBack(text) + 1);
  }

  /** A device has seen all that it has renamed, but for what was taken away before. */
  namesAreSeen(): void {
    for (const item of this.there) this.#renamed.delete(item);
  }

  /** How many of this message may be taken for new ones. */
  mayComeBack(text: string): number {
    return this.#comingBack.get(text) ?? 0;
  }

  /** From now on it lists them in another order. */
  shuffle(random: Random): void {
    const keyed = this.#inOrder().map((item) => ({ item, key: random() }));
    this.#lay(keyed.sort((a, b) => a.key - b.key).map(({ item }) => item));
  }

  /** Which of those that were there are not any more, after somebody's visit. */
  settle(): Item[] {
    const left = new Set(this.#maildrop.messages);
    const gone = this.there.filter(({ message }) => !left.has(message));
    for (const item of gone) item.gone = 'ours';
    return gone;
  }

  #inOrder(): Item[] {
    const byMessage = new Map(this.items.map((item) => [item.message, item]));
    return this.#maildrop.messages.flatMap((message) => byMessage.get(message) ?? []);
  }

  #lay(order: readonly Item[]): void {
    const session = this.#maildrop.open();
    if (session === null) throw new Error('the maildrop is in use');
    for (const [number] of session.entries()) session.markDeleted(number);
    session.commit();
    for (const item of order) if (item.gone === null) this.#maildrop.deliver(item.message);
  }

  #newName(): string {
    this.#names += 1;
    return `uid-${this.#names}`;
  }
}

const BAD_DAYS: readonly ((random: Random) => Faults)[] = [
  () => ({ refuse: { UIDL: 'not today' }, capabilities: ['USER', 'TOP'] }),
  () => ({ refuse: { UIDL: '[SYS/TEMP] not now' } }),
  () => ({ refuse: { TOP: 'not today' }, capabilities: ['USER', 'UIDL'] }),
  () => ({ refuse: { TOP: 'not today' } }),
  () => ({ refuse: { TOP: 'not today', UIDL: 'not today' }, capabilities: ['USER'] }),
  () => ({ punishPipelining: true }),
  () => ({ listOctets: () => 0 }),
  () => ({ listOctets: () => null }),
  () => ({ listOctets: (_number, octets) => Math.floor(octets / 3) }),
  () => ({ listOctets: (_number, octets) => octets * 1_000 }),
  () => ({ listOctets: (number, octets) => octets + ((number * 7919) % 11) }),
  () => ({ listOctets: (number, octets) => (number % 2 === 0 ? octets : null) }),
  (random) => {
    const part = 2 + Math.floor(random() * 3);
    return { uidlOf: (number, name) => (number % part === 0 ? null : name) };
  },
];

/** What a server does on a bad day. */
export const badDay = (random: Random): Faults => pick(random, BAD_DAYS)(random);
