/**
 * Identity for messages that the server gives no unique-id: a hash of the header, which TOP shows without the text
 * (RFC 1939 §7). It must not know what is done with messages that stay without one.
 */
import type { Conversation } from './conversation.ts';
import { readHeaders } from './heads.ts';
import { headerIdentity } from './identity-hash.ts';
import type { ListedMessage } from './listing.ts';

/**
 * The messages in the same order, those without a unique-id with the hash of their header. A message whose TOP is
 * refused stays without, and so do all where TOP is taken to be missing (heads.ts).
 */
export async function identify(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  pipelining: boolean,
): Promise<ListedMessage[]> {
  const unnamed = messages.filter(({ uidl }) => uidl === null);
  if (unnamed.length === 0) return [...messages];
  const found = new Map<ListedMessage, ListedMessage>();
  await readHeaders(conversation, unnamed, pipelining, (message, head) => {
    if (head !== null) found.set(message, { ...message, uidl: headerIdentity(head) });
  });
  return messages.map((message) => found.get(message) ?? message);
}
