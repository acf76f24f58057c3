/** The order of every list of messages: newest first. Pure. */
import type { MessageSummary } from './message.ts';

/**
 * The date a message is listed by, in milliseconds since 1970. A Date: in the future is a wrong clock or a trick to
 * stay on top: such a message stands where it arrived.
 */
export function listDate({ sentAt, receivedAt }: Pick<MessageSummary, 'sentAt' | 'receivedAt'>): number {
  return sentAt === null || Number.isNaN(sentAt) ? receivedAt : Math.min(sentAt, receivedAt);
}

/** Newest first; of equal dates the one stored later first. A total order, so that a row has one place. */
export function byNewest(a: MessageSummary, b: MessageSummary): number {
  return listDate(b) - listDate(a) || b.id - a.id;
}
