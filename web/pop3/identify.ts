/**
 * Identity for messages that the server gives no unique-id: a hash of the header, which TOP shows without the text
 * (RFC 1939 §7). It must not know what is done with messages that stay without one.
 */
import type { Conversation } from './conversation.ts';
import { readHeads } from './heads.ts';
import { headerIdentity } from './identity-hash.ts';
import type { ListedMessage } from './listing.ts';

/**
 * The messages in the same order, those without a unique-id with the hash of their header. A message whose TOP is
 * refused stays without, and all do where TOP is missing.
 */
export async function identify(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  pipelining: boolean,
): Promise<ListedMessage[]> {
  const unnamed = messages.filter(({ uidl }) => uidl === null);
  const heads = (await readHeads(conversation, unnamed, pipelining)) ?? [];
  const found = new Map<ListedMessage, ListedMessage>();
  for (const [index, message] of unnamed.entries()) {
    const head = heads[index] ?? null;
    if (head !== null) found.set(message, { ...message, uidl: headerIdentity(head) });
  }
  return messages.map((message) => found.get(message) ?? message);
}
