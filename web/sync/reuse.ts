/**
 * Unique-ids that a server gives to other mail than before, against RFC 1939 §7: one that counts from the highest that is
 * left does so when its newest message went. What comes under such a name would never be fetched.
 *
 * A size that is not that of the message here gives it away, and its header proves it. Where most sizes are
 * right, each message is asked for its header once at most: from then on it has an identity with its size in it
 * (identity.ts). What stays unseen is other mail of the same size.
 */
import { uidl, type Uidl } from '../model/ids.ts';
import { wholeOctets } from '../model/message.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { SLACK_OCTETS, type Identify, type Stored } from './renaming.ts';

/** So many headers are asked for in one visit, those of the newest messages. */
const MAX_CHECKED = 20;
/** So many tell whether sizes mean anything, where most are in doubt. */
const PROBED = 5;

interface Doubt {
  message: ListedMessage;
  stored: Stored['summaries'][number];
}

/** What headers told of messages whose size is not the one known. Both under their identity from now on. */
export interface Reuse {
  /** Other mail than what is here under their unique-id. */
  others: ListedMessage[];
  /** The same mail: a size of LIST is a hint. */
  same: Uidl[];
  /** Of some the server has not shown the header: another day it may. */
  isUntold: boolean;
}

/** Looks into known messages, under their identities. Costs a TOP for each one in doubt. */
export async function findReused(
  known: readonly ListedMessage[],
  stored: Stored,
  identify: Identify,
): Promise<Reuse> {
  const { doubts, areMost } = doubtful(known, stored.summaries);
  const areMany = doubts.length > MAX_CHECKED;
  if (areMost && areMany) {
    // Some servers count no line ends, or what they have compressed; others name their mail by its place, and some has gone.
    const newest = await lookInto(doubts.slice(0, PROBED), stored, identify);
    if (newest.others.length < PROBED) return { others: [], same: [], isUntold: false };
  }
  const reuse = await lookInto(doubts.slice(0, MAX_CHECKED), stored, identify);
  // Few can be asked again: each keeps the name under which it is here, for rules and people to find it by.
  return areMost && !areMany ? { ...reuse, same: [] } : reuse;
}

async function lookInto(doubts: readonly Doubt[], { headerOf }: Stored, identify: Identify): Promise<Reuse> {
  const identified = await identify(doubts.map(({ message }) => message));
  const isUntold = identified.some((message) => message.uidl === null);
  const reuse: Reuse = { others: [], same: [], isUntold };
  for (const [index, { message, stored }] of doubts.entries()) {
    const [there, here] = [identified[index]?.uidl ?? null, await headerOf(stored.id)];
    if (there === null || here === null) continue;
    const identity = uidl(`${stored.uidl}\n${message.octets} 1`);
    if (there === here) reuse.same.push(identity);
    else reuse.others.push({ ...message, uidl: identity });
  }
  return reuse;
}

/**
 * Newest first; those alone with their unique-id, as identities of others have a size already. `areMost`: more than half of
 * what can be compared.
 */
function doubtful(
  known: readonly ListedMessage[],
  summaries: Stored['summaries'],
): { doubts: Doubt[]; areMost: boolean } {
  const byIdentity = new Map(summaries.map((summary) => [summary.uidl, summary]));
  const alone = aloneWithUniqueId(known);
  const doubts: Doubt[] = [];
  let compared = 0;
  for (const message of alone) {
    const stored = message.uidl === null ? undefined : byIdentity.get(message.uidl);
    if (stored === undefined || message.octets === 0) continue;
    compared += 1;
    if (Math.abs(wholeOctets(stored) - message.octets) > SLACK_OCTETS) doubts.push({ message, stored });
  }
  doubts.sort((a, b) => b.message.number - a.message.number);
  return { doubts, areMost: doubts.length > compared / 2 };
}

function aloneWithUniqueId(messages: readonly ListedMessage[]): ListedMessage[] {
  const shared = new Set(
    messages.flatMap(({ uidl: identity }) => (identity?.includes('\n') ? identity.split('\n', 1) : [])),
  );
  return messages.filter(({ uidl: identity }) => identity?.includes('\n') === false && !shared.has(identity));
}
