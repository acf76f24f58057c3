/**
 * What a maildrop says of itself: the replies to UIDL and LIST as they came. They are read when somebody asks, because
 * most visits hear what the one before has heard, and of a hundred thousand lines it takes longer to read them than to see
 * that. It must not know what is new, nor what is done about it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { base64FromBytes } from '../wire/base64.ts';
import { listedMessages, MAX_LISTING_OCTETS, sizeListing, tooLong, uidlListing } from './listing.ts';
import type { ListedMessage, ListingReader } from './listing.ts';
import { MessageCollector } from './message-collector.ts';

export interface MaildropListing {
  /** All messages, without unique-ids when the server has none. Throws PoplarError `protocol-error` when there are too many. */
  messages(): ListedMessage[];
  /** Equal when the server has said the same; null where it gives no unique-ids, and so says little of what is there. */
  fingerprint(): Promise<string | null>;
}

/** The reply to a listing command, on its way in. */
export class ListingReply {
  readonly #collector = new MessageCollector(MAX_LISTING_OCTETS);

  /** Throws PoplarError `protocol-error` when the listing has no end. */
  push(bytes: Uint8Array): void {
    this.#collector.add(bytes);
    if (this.#collector.tooLarge) throw tooLong();
  }

  take(): Uint8Array<ArrayBuffer> {
    return this.#collector.take();
  }
}

/** Of a server with unique-ids. */
export class NamedListing implements MaildropListing {
  readonly #uids: Uint8Array<ArrayBuffer>;
  readonly #sizes: Uint8Array<ArrayBuffer>;

  constructor(uids: ListingReply, sizes: ListingReply) {
    this.#uids = uids.take();
    this.#sizes = sizes.take();
  }

  messages(): ListedMessage[] {
    return listedMessages(read(uidlListing(), this.#uids), read(sizeListing(), this.#sizes));
  }

  async fingerprint(): Promise<string> {
    const digests = await Promise.all([this.#uids, this.#sizes].map(digest));
    return digests.map(base64FromBytes).join(' ');
  }
}

/** The platform does it in a tenth of the time, but in secure contexts alone. */
async function digest(reply: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (crypto.subtle === undefined) return sha256(reply);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', reply));
}

/** Of a server without: its messages are looked at one by one anyway. */
export function unnamedListing(messages: ListedMessage[]): MaildropListing {
  return { messages: () => messages, fingerprint: () => Promise.resolve(null) };
}

/** Octets by number in the reply to LIST. */
export function sizesIn(reply: ListingReply): ReadonlyMap<number, number> {
  return read(sizeListing(), reply.take());
}

/** A piece at a time: whoever keeps a unique-id keeps the text that it was cut from. */
const PIECE_OCTETS = 64 * 1024;

function read<Value>(reader: ListingReader<Value>, reply: Uint8Array): ReadonlyMap<number, Value> {
  for (let at = 0; at < reply.length; at += PIECE_OCTETS) reader.push(reply.subarray(at, at + PIECE_OCTETS));
  return reader.entries;
}
