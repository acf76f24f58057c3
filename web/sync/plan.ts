/**
 * What one fetch will do, decided before it does it. Pure: listing and known unique-ids in, plan out.
 * Nothing here deletes: a message that is gone from the server stays on this device.
 */
import { uidl, type Uidl } from '../model/ids.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { Below } from './choice.ts';
import { identifyEach, NO_SIZES, type StoredSizes } from './identity.ts';

export interface SyncPolicy {
  /** Messages that LIST says are larger are left on the server, unless LIST turns out to lie (see overstates). */
  maxMessageOctets: number;
  /** Of messages that LIST says are larger only the beginning is fetched. Left out: of none. */
  headsAboveOctets?: number;
}

export interface SyncPlan {
  /** New messages, newest first: the person waits for today's mail, not for that of ten years ago. */
  retrieve: ListedMessage[];
  /** New messages of which only the beginning is fetched, newest first. */
  headsOnly: ListedMessage[];
  /** New messages that the policy leaves on the server. */
  tooLarge: ListedMessage[];
  /** New messages that the person does not want; not to be taken for known. */
  leftOut: ListedMessage[];
  /** How many of the known unique-ids are listed. */
  knownListed: number;
  /** What the whole maildrop holds, by the server's LIST. */
  maildropCount: number;
  maildropOctets: number;
}

/**
 * Plans a fetch of everything not yet known. Every `uidl` of the plan is the message's own (identity.ts); one without an
 * identity is fetched again each time, and only then seen to be known. Messages up to the number `below` are left out.
 */
export function planSync(
  listed: readonly ListedMessage[],
  known: ReadonlySet<Uidl>,
  policy: SyncPolicy,
  sizes: StoredSizes = NO_SIZES,
  below: Below = 0,
): SyncPlan {
  const { maxMessageOctets, headsAboveOctets = Infinity } = policy;
  const fresh: ListedMessage[] = [];
  let knownListed = 0;
  identifyEach(listed, known, sizes, (message, isKnown) => {
    if (isKnown || (message.uidl === null && known.has(provisionalIdentity(message)))) knownListed += 1;
    else fresh.push(message);
  });
  fresh.sort((a, b) => b.number - a.number);
  const [retrieve, headsOnly]: [ListedMessage[], ListedMessage[]] = [[], []];
  const [tooLarge, leftOut]: [ListedMessage[], ListedMessage[]] = [[], []];
  for (const message of fresh) {
    if (message.number <= below) leftOut.push(message);
    else if (message.octets > maxMessageOctets) tooLarge.push(message);
    else (message.octets > headsAboveOctets ? headsOnly : retrieve).push(message);
  }
  return {
    retrieve,
    headsOnly,
    tooLarge,
    leftOut,
    knownListed,
    maildropCount: listed.length,
    maildropOctets: sumOctets(listed),
  };
}

/** For as long as a fetch lasts: which message it was, where nothing but its place and size is known of it. */
export function provisionalIdentity({ uidl: own, number, octets }: ListedMessage): Uidl {
  return own ?? uidl(`\n${number} ${octets}`);
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
