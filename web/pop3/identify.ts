/**
 * Identity for messages that the server gives no unique-id: a hash of the header, which TOP shows without the text
 * (RFC 1939 §7). It must not know what is done with messages that stay without one.
 */
import { top } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import { headerIdentity } from './identity-hash.ts';
import type { ListedMessage } from './listing.ts';

/** So many headers are asked for in one go where the server pipelines. */
const BATCH = 200;
/** Some servers ignore the number of lines and send the whole message: this much of it is looked at. */
const MAX_HEAD_OCTETS = 256 * 1024;

/**
 * The messages in the same order, those without a unique-id with the hash of their header. A message whose TOP is
 * refused stays without; once one is refused with no line and with one line, TOP is taken to be missing.
 */
export async function identify(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  pipelining: boolean,
): Promise<ListedMessage[]> {
  const unnamed = messages.filter(({ uidl }) => uidl === null);
  const [first] = unnamed;
  if (first === undefined) return [...messages];
  const found = new Map<ListedMessage, ListedMessage>();
  const lines = await linesThatWork(conversation, first);
  if (lines === null) return [...messages];
  for (let from = 0; from < unnamed.length; from += pipelining ? BATCH : 1) {
    const batch = unnamed.slice(from, pipelining ? from + BATCH : from + 1);
    const asked = batch.map((message) => ({ message, command: top(message.number, lines) }));
    conversation.send(...asked.map(({ command }) => command));
    for (const { message, command } of asked) {
      const head = await readHead(conversation, command);
      if (head !== null) found.set(message, { ...message, uidl: headerIdentity(head) });
    }
  }
  return messages.map((message) => found.get(message) ?? message);
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
