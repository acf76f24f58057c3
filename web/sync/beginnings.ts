/**
 * Fetching beginnings in place of large messages, by TOP (RFC 1939 §7). A server that refuses one is asked for the message
 * itself, and one that hangs up at TOP is not asked for beginnings any more in this fetch. Must not know which messages
 * are large, nor how they are stored.
 */
import { PoplarError } from '../errors.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { Arrivals } from './arrivals.ts';
import { isLoss } from './losses.ts';

/** Lines of the text. With them a message shows what it is about, in one network packet or two. */
const LINES = 20;
/** So many messages between two looks at whether it is enough. */
const BATCH = 200;
/** A connection may be lost by chance once. */
const MAX_LOST = 2;
/** What a beginning counts as in figures, in octets. */
const USUAL_OCTETS = 4096;

export interface BeginningsParts {
  arrivals: Pick<Arrivals, 'takeBeginning'>;
  /** Of larger messages only the beginning is wanted. */
  aboveOctets: number;
  /** Nothing more is to be asked for. */
  isDraining: () => boolean;
  /** After each one that came. */
  onDone: () => void;
}

export class Beginnings {
  readonly #parts: BeginningsParts;
  #lost = 0;

  constructor(parts: BeginningsParts) {
    this.#parts = parts;
  }

  /** Of larger messages the beginning is to be fetched; of none once the server has hung up on that. */
  get aboveOctets(): number {
    return this.#lost < MAX_LOST ? this.#parts.aboveOctets : Infinity;
  }

  /**
   * The beginnings of these messages. Resolves to those of which the server refused it, or to null when it is enough for
   * now. Throws PoplarError when the connection or the store fails.
   */
  async fetch(client: Pop3Client, messages: readonly ListedMessage[]): Promise<ListedMessage[] | null> {
    const { arrivals, isDraining, onDone } = this.#parts;
    const refused: ListedMessage[] = [];
    try {
      for (let from = 0; from < messages.length; from += BATCH) {
        if (isDraining()) return null;
        await client.heads(messages.slice(from, from + BATCH), LINES, async (message, head) => {
          if (head === null || head.length === 0) return void refused.push(message);
          await arrivals.takeBeginning(client, message, head, LINES);
          onDone();
        });
      }
    } catch (error) {
      if (error instanceof PoplarError && isLoss(error)) this.#lost += 1;
      throw error;
    }
    return refused;
  }
}

/** The message with the size of its beginning, for figures. */
export function asBeginning(message: ListedMessage): ListedMessage {
  return { ...message, octets: Math.min(message.octets, USUAL_OCTETS) };
}
