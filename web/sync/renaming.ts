/**
 * Servers that give all their messages other unique-ids at once (a move to another machine, another format of the
 * unique-id). What is here already is recognised by size and header, instead of being fetched and shown twice.
 */
import type { MessageId, Uidl } from '../model/ids.ts';
import { wholeOctets, type MessageSummary } from '../model/message.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { append } from './groups.ts';

/** So many tell by themselves. Of fewer the old names have to be gone altogether. */
const MIN_MESSAGES = 10;
/** So many headers are looked at first, at most: Gmail lists only what is new, and none of it is here. */
const SAMPLE = 20;
/** Where less than this part of them is here, a header for each costs more than what it saves. */
const WORTH_IT = 1 / 4;
/** Line ends that are counted or not. */
export const SLACK_OCTETS = 2;

export const isFew = (fresh: readonly ListedMessage[]): boolean => fresh.length < MIN_MESSAGES;

/** Whether most of what was known is gone and most of what is listed and wanted is new; `recognised` are listed and known. */
export function looksRenamed(
  recognised: number,
  fresh: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
): boolean {
  if (isFew(fresh)) return fresh.length > 0 && recognised === 0 && known.size > 0;
  return fresh.length > recognised && recognised < known.size / 2;
}

export interface Stored {
  /** What is, or was, here of the account. */
  summaries: readonly Pick<MessageSummary, 'id' | 'uidl' | 'octets' | 'partial'>[];
  /** The identity of a header; null where it cannot be told. */
  headerOf: (id: MessageId) => Promise<Uidl | null>;
}

/** The messages with the identity of their header in place of their unique-id; null where it cannot be had. */
export type Identify = (messages: readonly ListedMessage[]) => Promise<ListedMessage[]>;

/** A message of the server's, and which one here it is. */
export interface Recognised {
  message: ListedMessage;
  id: MessageId;
}

/** Those of the fresh messages that are here under another unique-id; each message here stands for one of them. */
export async function recognise(
  fresh: readonly ListedMessage[],
  stored: Stored,
  identify: Identify,
): Promise<Recognised[]> {
  const shelf = new Shelf(stored);
  const likely = fresh.filter(({ octets }) => shelf.hasSize(octets));
  // From all over them: what has come since they were renamed is new, and the newest.
  const step = Math.max(1, Math.ceil(likely.length / SAMPLE));
  const sample = likely.filter((_message, place) => place % step === 0);
  const found = await shelf.find(sample, await identify(sample));
  if (found.length < sample.length * WORTH_IT) return [];
  const rest = likely.filter((_message, place) => place % step > 0);
  return [...found, ...(await shelf.find(rest, await identify(rest)))];
}

/** Stored messages by size. Only those of a size that is asked for are ever read, and once. */
class Shelf {
  readonly #bySize = new Map<number, MessageId[]>();
  readonly #headerOf: Stored['headerOf'];
  readonly #identities = new Map<MessageId, Uidl | null>();
  readonly #taken = new Set<MessageId>();

  constructor({ summaries, headerOf }: Stored) {
    this.#headerOf = headerOf;
    // The header of a beginning is as good as that of the whole.
    for (const row of summaries) append(this.#bySize, wholeOctets(row), row.id);
  }

  /** Whether anything here has that size. */
  hasSize(octets: number): boolean {
    return sizesNear(octets).some((size) => this.#bySize.has(size));
  }

  async find(
    messages: readonly ListedMessage[],
    identified: readonly ListedMessage[],
  ): Promise<Recognised[]> {
    const found: Recognised[] = [];
    for (const [index, message] of messages.entries()) {
      const identity = identified[index]?.uidl ?? null;
      const id = identity === null ? null : await this.#take(message.octets, identity);
      if (id !== null) found.push({ message, id });
    }
    return found;
  }

  async #take(octets: number, identity: Uidl): Promise<MessageId | null> {
    for (const size of sizesNear(octets)) {
      for (const id of this.#bySize.get(size) ?? []) {
        if (this.#taken.has(id) || (await this.#identityOf(id)) !== identity) continue;
        this.#taken.add(id);
        return id;
      }
    }
    return null;
  }

  async #identityOf(id: MessageId): Promise<Uidl | null> {
    const known = this.#identities.get(id);
    if (known !== undefined) return known;
    const identity = await this.#headerOf(id);
    this.#identities.set(id, identity);
    return identity;
  }
}

const sizesNear = (octets: number): number[] =>
  Array.from({ length: 2 * SLACK_OCTETS + 1 }, (_, index) => octets - SLACK_OCTETS + index);
