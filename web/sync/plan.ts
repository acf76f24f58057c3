/**
 * What one fetch will do, decided before it does it. Pure: listing and known unique-ids in, plan out.
 * Nothing here deletes: a message that is gone from the server stays on this device.
 */
import type { Uidl } from '../model/ids.ts';
import type { ListedMessage } from '../pop3/listing.ts';

export interface SyncPolicy {
  /** Messages that LIST says are larger are left on the server, unless LIST turns out to lie (see overstates). */
  maxMessageOctets: number;
}

export interface SyncPlan {
  /** New messages, newest first: the person waits for today's mail, not for that of ten years ago. */
  retrieve: ListedMessage[];
  /** New messages that the policy leaves on the server. */
  tooLarge: ListedMessage[];
  /** What the whole maildrop holds, by the server's LIST. */
  maildropCount: number;
  maildropOctets: number;
}

/**
 * Plans a fetch of everything not yet known. RFC 1939 §7 lets identical messages share a unique-id, and some servers
 * list a message twice: of equal unique-ids the newest is fetched, once.
 */
export function planSync(
  listed: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
  policy: SyncPolicy,
): SyncPlan {
  const taken = new Set<Uidl>();
  const retrieve: ListedMessage[] = [];
  const tooLarge: ListedMessage[] = [];
  for (const message of listed.toSorted((a, b) => b.number - a.number)) {
    if (known.has(message.uidl) || taken.has(message.uidl)) continue;
    taken.add(message.uidl);
    (message.octets > policy.maxMessageOctets ? tooLarge : retrieve).push(message);
  }
  return {
    retrieve,
    tooLarge,
    maildropCount: listed.length,
    maildropOctets: sumOctets(listed),
  };
}

/** Octets of a listing as the server counts them. */
export function sumOctets(listed: readonly ListedMessage[]): number {
  return listed.reduce((sum, { octets }) => sum + octets, 0);
}

/** By so much a size of LIST may be off for honest reasons: disk blocks, line ends, headers added. */
const HONEST_SLACK_OCTETS = 64 * 1024;

/** Whether LIST claimed far more than came: then its claim that other messages are too large is worth nothing. */
export function overstates({ octets }: ListedMessage, receivedOctets: number): boolean {
  return octets > receivedOctets * 2 + HONEST_SLACK_OCTETS;
}
