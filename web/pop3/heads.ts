/**
 * Headers of messages, by TOP (RFC 1939 §7), which many servers have and some do strangely. Must not know what is read in
 * them.
 */
import { top } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import type { ListedMessage } from './listing.ts';

/** So many headers are asked for in one go where the server pipelines. */
const BATCH = 200;
/** Some servers ignore the number of lines and send the whole message: this much of it is looked at. */
const MAX_HEAD_OCTETS = 256 * 1024;

/**
 * The header of each message in the same order, with whatever the server sent behind it; null where TOP is refused. Null
 * altogether once it is refused with no line and with one line: then TOP is taken to be missing.
 */
export async function readHeads(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  pipelining: boolean,
): Promise<(Uint8Array | null)[] | null> {
  const [first] = messages;
  if (first === undefined) return [];
  const lines = await linesThatWork(conversation, first);
  if (lines === null) return null;
  const heads: (Uint8Array | null)[] = [];
  for (let from = 0; from < messages.length; from += pipelining ? BATCH : 1) {
    const batch = messages.slice(from, pipelining ? from + BATCH : from + 1);
    const commands = batch.map(({ number }) => top(number, lines));
    conversation.send(...commands);
    for (const command of commands) heads.push(await readHead(conversation, command));
  }
  return heads;
}

/** POP3 servers are known that fall over TOP with no line of text: they get one. Null: neither is known. */
async function linesThatWork(conversation: Conversation, { number }: ListedMessage): Promise<number | null> {
  for (const lines of [0, 1]) {
    const status = await conversation.ask(top(number, lines));
    if (status.ok) return lines;
  }
  return null;
}

async function readHead(conversation: Conversation, command: Command): Promise<Uint8Array | null> {
  const head = new HeadReader();
  const status = await conversation.answer(command, (bytes) => head.push(bytes));
  return status.ok ? head.bytes : null;
}

/** Keeps the beginning of a message, and passes over the rest. */
class HeadReader {
  #kept = new Uint8Array(1024);
  #octets = 0;

  get bytes(): Uint8Array {
    return this.#kept.subarray(0, this.#octets);
  }

  push(whole: Uint8Array): void {
    const piece = whole.subarray(0, MAX_HEAD_OCTETS - this.#octets);
    const needed = this.#octets + piece.length;
    if (needed > this.#kept.length) {
      const grown = new Uint8Array(Math.max(needed, this.#kept.length * 2));
      grown.set(this.bytes);
      this.#kept = grown;
    }
    this.#kept.set(piece, this.#octets);
    this.#octets = needed;
  }
}
