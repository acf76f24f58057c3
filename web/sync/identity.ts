/**
 * Which listed message is which stored one, where unique-ids are not unique. RFC 1939 §7 lets identical messages share
 * one (popa3d's are hashes), and broken servers give one to different messages. Pure.
 *
 * The identity of a message alone with its unique-id is that unique-id. Of several, all but the oldest have their size
 * and how manieth of that size they are behind it. So whichever of them vanishes, the others are known by their size;
 * and of messages alike in unique-id and size, it does not matter which one went.
 */
import { PoplarError } from '../errors.ts';
import { uidl, type Uidl } from '../model/ids.ts';
import { contentIdentity, headerIdentity } from '../pop3/identity-hash.ts';
import type { ListedMessage } from '../pop3/listing.ts';

export interface IdentifiedMessage {
  /** With `uidl` made unique; null as before where there is none. */
  readonly message: ListedMessage;
  readonly isKnown: boolean;
}

/** In the order of the listing. */
export function identifyDuplicates(
  listed: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
): IdentifiedMessage[] {
  const twins = knownTwins(known);
  const identified = new Map<ListedMessage, IdentifiedMessage>();
  for (const [shared, group] of byUniqueId(listed)) {
    if (group.length === 1 && !twins.has(shared)) continue;
    const oldestFirst = group.toSorted((a, b) => a.number - b.number);
    const identities = new Group(shared, known.has(shared), twins.get(shared) ?? []);
    for (const [message, identity] of identities.of(oldestFirst)) identified.set(message, identity);
  }
  return listed.map(
    (message) =>
      identified.get(message) ?? { message, isKnown: message.uidl !== null && known.has(message.uidl) },
  );
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

function byUniqueId(listed: readonly ListedMessage[]): Map<Uidl, ListedMessage[]> {
  const groups = new Map<Uidl, ListedMessage[]>();
  for (const message of listed) {
    if (message.uidl !== null) append(groups, message.uidl, message);
  }
  return groups;
}

function append<Key, Value>(groups: Map<Key, Value[]>, key: Key, value: Value): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
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
  readonly #left = new Map<number, number[]>();
  /** The highest count given to a size. */
  readonly #last = new Map<number, number>();

  constructor(shared: Uidl, isBareKnown: boolean, twins: readonly Twin[]) {
    this.#shared = shared;
    this.#isBareKnown = isBareKnown;
    for (const { octets, count } of twins) {
      append(this.#left, octets, count);
      this.#last.set(octets, Math.max(count, this.#last.get(octets) ?? 0));
    }
  }

  *of(oldestFirst: readonly ListedMessage[]): Generator<[ListedMessage, IdentifiedMessage]> {
    const fresh: ListedMessage[] = [];
    for (const [index, message] of oldestFirst.entries()) {
      if (index === 0 && this.#isBare(message, oldestFirst)) {
        yield [message, { message: { ...message, uidl: this.#shared }, isKnown: this.#isBareKnown }];
        continue;
      }
      const taken = this.#take(message.octets);
      if (taken === null) fresh.push(message);
      else yield [message, { message: this.#named(message, taken), isKnown: true }];
    }
    for (const message of fresh) {
      const count = (this.#last.get(message.octets) ?? 0) + 1;
      this.#last.set(message.octets, count);
      yield [message, { message: this.#named(message, { octets: message.octets, count }), isKnown: false }];
    }
  }

  /** The bare unique-id is the oldest message's, unless that one is gone: then all of its size are known as twins. */
  #isBare({ octets }: ListedMessage, group: readonly ListedMessage[]): boolean {
    const known = this.#left.get(octets)?.length ?? 0;
    return known === 0 || group.filter((other) => other.octets === octets).length > known;
  }

  /** A known twin of that size; one of unknown size is of any. */
  #take(octets: number): Twin | null {
    const sizes = octets === 0 ? this.#left.keys() : [octets, 0];
    for (const size of sizes) {
      const count = this.#left.get(size)?.pop();
      if (count !== undefined) return { octets: size, count };
    }
    return null;
  }

  #named(message: ListedMessage, { octets, count }: Twin): ListedMessage {
    return { ...message, uidl: uidl(`${this.#shared}\n${octets} ${count}`) };
  }
}
