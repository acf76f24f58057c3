/**
 * Which listed message is which stored one, where unique-ids are not unique. RFC 1939 §7 lets identical messages share
 * one (popa3d's are hashes), and broken servers give one to different messages. Pure.
 *
 * The identity of a message alone with its unique-id is that unique-id. Of several, all but the oldest have their size
 * and how manieth of that size they are behind it. So whichever of them vanishes, the others are known by their size.
 */
import { PoplarError } from '../errors.ts';
import { uidl, type Uidl } from '../model/ids.ts';
import { contentIdentity, headerIdentity } from '../pop3/identity-hash.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { append } from './groups.ts';
import { SLACK_OCTETS } from './renaming.ts';

export interface IdentifiedMessage {
  /** With `uidl` made unique; null as before where there is none. */
  readonly message: ListedMessage;
  readonly isKnown: boolean;
}

/** Octets of messages that are here, by unique-id. */
export type StoredSizes = ReadonlyMap<Uidl, number>;
export const NO_SIZES: StoredSizes = new Map();

/**
 * Whether a message is taken for new beside another one that has a known unique-id: a server that did not tell them apart
 * yesterday may mean either. Then `sizes` show which one it was.
 */
export function isNewTwin({ uidl: identity }: ListedMessage, known: ReadonlySet<Uidl>): boolean {
  const at = identity?.indexOf('\n', 1) ?? -1;
  return identity !== null && at > 0 && known.has(uidl(identity.slice(0, at)));
}

/** In the order of the listing. */
export function identifyDuplicates(
  listed: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
  sizes: StoredSizes = NO_SIZES,
): IdentifiedMessage[] {
  const identified: IdentifiedMessage[] = [];
  identifyEach(listed, known, sizes, (message, isKnown) => identified.push({ message, isKnown }));
  return identified;
}

/** The same, message by message: of a hundred thousand a visit hardly ever keeps one. */
export function identifyEach(
  listed: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
  sizes: StoredSizes,
  take: (message: ListedMessage, isKnown: boolean) => void,
): void {
  const twins = knownTwins(known);
  const identified = new Map<ListedMessage, IdentifiedMessage>();
  for (const [shared, group] of groupsToTellApart(listed, twins)) {
    const oldestFirst = group.toSorted((a, b) => a.number - b.number);
    const identities = new Group(shared, known.has(shared), twins.get(shared) ?? []);
    const ordered = bareFirst(oldestFirst, sizes.get(shared));
    for (const [message, identity] of identities.of(ordered)) identified.set(message, identity);
  }
  for (const message of listed) {
    const twin = identified.get(message);
    if (twin === undefined) take(message, message.uidl !== null && known.has(message.uidl));
    else take(twin.message, twin.isKnown);
  }
}

/** Made here from the message, and not by the server: see Uidl. */
export const isMadeHere = (identity: Uidl): boolean => identity.startsWith('\n');

/**
 * A server that had unique-ids and has none today has a bad moment: without them everything would be fetched again.
 * Throws PoplarError `command-refused`.
 */
export function requireUniqueIds(listed: readonly ListedMessage[], known: ReadonlySet<Uidl>): void {
  const isNameless = listed.length > 0 && listed.every((message) => message.uidl === null);
  if (!isNameless) return;
  for (const identity of known) {
    if (isMadeHere(identity)) continue;
    throw new PoplarError('command-refused', 'maildrop', { retryable: true, detail: { verb: 'UIDL' } });
  }
}

/**
 * The identity under which a fetched message is stored, or null when it is stored already: where TOP works one day and
 * not the next, a message is known by its header once and by its content another time.
 */
export function identityOf(
  { uidl: listed }: ListedMessage,
  raw: Uint8Array,
  known: ReadonlySet<Uidl>,
): Uidl | null {
  if (listed !== null && !isMadeHere(listed)) return listed;
  const content = contentIdentity(raw);
  if (known.has(content) || (listed === null && known.has(headerIdentity(raw)))) return null;
  return listed ?? content;
}

/** The same for a beginning: its text is not all there, so that its header alone tells which message it is. */
export function identityOfBeginning({ uidl: listed }: ListedMessage, head: Uint8Array): Uidl {
  return listed ?? headerIdentity(head);
}

/** Messages that share a unique-id with others, listed now or known: mostly there are none, among a hundred thousand. */
function groupsToTellApart(
  listed: readonly ListedMessage[],
  twins: ReadonlyMap<Uidl, unknown>,
): Map<Uidl, ListedMessage[]> {
  const [seen, shared] = [new Set<Uidl>(), new Set(twins.keys())];
  for (const { uidl: identity } of listed) {
    if (identity === null) continue;
    if (seen.has(identity)) shared.add(identity);
    else seen.add(identity);
  }
  const groups = new Map<Uidl, ListedMessage[]>();
  if (shared.size === 0) return groups;
  for (const message of listed) {
    if (message.uidl !== null && shared.has(message.uidl)) append(groups, message.uidl, message);
  }
  return groups;
}

/** The message with the size of the one that is here under the bare unique-id goes before the others. */
function bareFirst(
  oldestFirst: readonly ListedMessage[],
  octets: number | undefined,
): readonly ListedMessage[] {
  if (octets === undefined) return oldestFirst;
  const bare = oldestFirst.find((message) => Math.abs(message.octets - octets) <= SLACK_OCTETS);
  return bare === undefined ? oldestFirst : [bare, ...oldestFirst.filter((message) => message !== bare)];
}

/** What an identity has behind a shared unique-id. */
interface Twin {
  octets: number;
  count: number;
}

/** The unique-id as the server says it, which several messages may share. */
export function sharedUniqueId(identity: Uidl): Uidl {
  // A line feed at the start is part of the unique-id: see Uidl.
  const at = identity.indexOf('\n', 1);
  return at < 0 ? identity : uidl(identity.slice(0, at));
}

/** Known identities with something behind the unique-id, by unique-id. */
function knownTwins(known: ReadonlySet<Uidl>): Map<Uidl, Twin[]> {
  const twins = new Map<Uidl, Twin[]>();
  for (const identity of known) {
    const shared = sharedUniqueId(identity);
    if (shared === identity) continue;
    const [octets = 0, count = 0] = identity.slice(shared.length).trim().split(' ').map(Number);
    append(twins, shared, { octets, count });
  }
  return twins;
}

/** The messages that share one unique-id. */
class Group {
  readonly #shared: Uidl;
  readonly #isBareKnown: boolean;
  /** Counts of known twins that no listed message has taken, by size. */
  readonly #left = new Map<number, Set<number>>();
  /** The highest count given to a size. */
  readonly #last = new Map<number, number>();

  constructor(shared: Uidl, isBareKnown: boolean, twins: readonly Twin[]) {
    this.#shared = shared;
    this.#isBareKnown = isBareKnown;
    for (const { octets, count } of twins) {
      this.#left.set(octets, (this.#left.get(octets) ?? new Set()).add(count));
      this.#last.set(octets, Math.max(count, this.#last.get(octets) ?? 0));
    }
  }

  *of(oldestFirst: readonly ListedMessage[]): Generator<[ListedMessage, IdentifiedMessage]> {
    const [first, ...others] = oldestFirst;
    const hasBare = first !== undefined && this.#isBare(first, oldestFirst);
    if (hasBare) yield [first, { message: { ...first, uidl: this.#shared }, isKnown: this.#isBareKnown }];
    const fresh: [ListedMessage, place: number | null][] = [];
    for (const [message, place] of this.#places(hasBare ? others : oldestFirst)) {
      const taken = this.#take(message.octets, place);
      if (taken === null) fresh.push([message, place]);
      else yield [message, { message: this.#named(message, taken), isKnown: true }];
    }
    for (const [message, place] of fresh) {
      const { octets } = message;
      const count = place ?? this.#lastOf(message) + 1;
      this.#last.set(octets, Math.max(count, this.#lastOf(message)));
      yield [message, { message: this.#named(message, { octets, count }), isKnown: false }];
    }
  }

  /**
   * How manieth of its size each message is, from 1, while none of that size can have gone: a fetch that was cut has
   * brought the newest of them and not those before. Null where one has gone, for then nobody can tell.
   */
  #places(oldestFirst: readonly ListedMessage[]): [ListedMessage, place: number | null][] {
    const totals = new Map<number, number>();
    const places = oldestFirst.map((message): [ListedMessage, number] => {
      const place = (totals.get(message.octets) ?? 0) + 1;
      totals.set(message.octets, place);
      return [message, place];
    });
    return places.map(([message, place]) => {
      const isWhole = (totals.get(message.octets) ?? 0) >= this.#lastOf(message);
      return [message, isWhole ? place : null];
    });
  }

  #lastOf({ octets }: ListedMessage): number {
    return this.#last.get(octets) ?? 0;
  }

  /** The bare unique-id is the oldest message's, unless that one is gone: then all of its size are known as twins. */
  #isBare({ octets }: ListedMessage, group: readonly ListedMessage[]): boolean {
    const known = this.#left.get(octets)?.size ?? 0;
    return known === 0 || group.filter((other) => other.octets === octets).length > known;
  }

  /** The known twin of that size at that place, or any where places mean nothing; one of unknown size is of any. */
  #take(octets: number, place: number | null): Twin | null {
    const own = this.#left.get(octets);
    if (place !== null && own?.delete(place) === true) return { octets, count: place };
    if (place === null || octets === 0) {
      for (const size of octets === 0 ? this.#left.keys() : [octets]) {
        const twin = this.#takeAny(size);
        if (twin !== null) return twin;
      }
    }
    return this.#takeAny(0);
  }

  #takeAny(octets: number): Twin | null {
    const counts = this.#left.get(octets);
    for (const count of counts ?? []) {
      counts?.delete(count);
      return { octets, count };
    }
    return null;
  }

  #named(message: ListedMessage, { octets, count }: Twin): ListedMessage {
    return { ...message, uidl: uidl(`${this.#shared}\n${octets} ${count}`) };
  }
}
