/**
 * Beginnings of many messages by TOP (RFC 1939 §7), pipelined where the server allows it. A preview and no more: servers
 * cut it short, send the whole message, or leave attachments out. It must not know what is looked for in them.
 */
import { top } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import type { ListedMessage } from './listing.ts';

/** So many are asked for in one go where the server pipelines. */
const BATCH = 200;
/** Some servers ignore the number of lines and send the whole message: this much of it is looked at. */
const MAX_HEAD_OCTETS = 256 * 1024;

/** Hears the beginning of one message, in the order asked; null when the server refused it. */
export type OnHead = (message: ListedMessage, head: Uint8Array | null) => Promise<void> | void;

/**
 * The header of each message. Resolves to false, without a word of any, when TOP is taken to be missing: it is refused of
 * the first message with no line of text and with one, and of the last one.
 */
export async function readHeaders(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  pipelining: boolean,
  onHead: OnHead,
): Promise<boolean> {
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined) return true;
  const lines = await linesThatWork(conversation, first, last);
  if (lines === null) return false;
  await readHeads(conversation, messages, { lines, pipelining }, onHead);
  return true;
}

/** Header and so many lines of the text of each message. Throws PoplarError when the connection fails. */
export async function readHeads(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  { lines, pipelining }: { lines: number; pipelining: boolean },
  onHead: OnHead,
): Promise<void> {
  const step = pipelining ? BATCH : 1;
  for (let from = 0; from < messages.length; from += step) {
    const batch = messages.slice(from, from + step);
    const asked = batch.map((message) => ({ message, command: top(message.number, lines) }));
    conversation.send(...asked.map(({ command }) => command));
    for (const { message, command } of asked) await onHead(message, await readHead(conversation, command));
  }
}

/** POP3 servers are known that fall over TOP with no line of text: they get one. Null: neither is known. */
async function linesThatWork(
  conversation: Conversation,
  first: ListedMessage,
  last: ListedMessage,
): Promise<number | null> {
  const tries: [ListedMessage, number][] = [
    [first, 0],
    [first, 1],
  ];
  // The first one may be damaged there. Not more are tried, as some servers count what they do not know.
  if (last !== first) tries.push([last, 1]);
  for (const [{ number }, lines] of tries) {
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
