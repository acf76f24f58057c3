/**
 * The last look before a message is deleted on a server: what is kept here is read back and compared with what came, and
 * the header on the server with the header here, so that not even a server that gives a unique-id twice, or numbers
 * anew, is made to delete the wrong message. Must not know when and why messages go.
 */
import { PoplarError } from '../errors.ts';
import type { HoldReason } from '../model/retention.ts';
import { headerIdentity } from '../pop3/identity-hash.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { checksum } from './checksum.ts';
import type { Candidate } from './removal-plan.ts';

export interface ProofParts {
  store: Pick<MailStore, 'raw'>;
  /** The messages with the identity of their header on the server in place of their unique-id; null where it cannot be had. */
  identify: (messages: readonly ListedMessage[]) => Promise<ListedMessage[]>;
}

export interface Proof {
  proven: Candidate[];
  /** A reason for each of the others. */
  doubts: HoldReason[];
}

/** In a transaction later than the one that stored them. Throws PoplarError when the connection fails. */
export async function prove(parts: ProofParts, candidates: readonly Candidate[]): Promise<Proof> {
  const readBack: { candidate: Candidate; header: string }[] = [];
  const doubts: HoldReason[] = [];
  for (const candidate of candidates) {
    const header = await headerIfWhole(parts.store, candidate);
    if (header === null) doubts.push('not-read-back');
    else readBack.push({ candidate, header });
  }
  const named = readBack.map(({ candidate: { message } }) => ({ ...message, uidl: null }));
  const there = await parts.identify(named);
  const proven = readBack.filter(({ header }, index) => there[index]?.uidl === header);
  for (let left = readBack.length - proven.length; left > 0; left--) doubts.push('header');
  return { proven: proven.map(({ candidate }) => candidate), doubts };
}

/** The identity of the header, or null when the octets are not those that came. Of what was deleted here it was noted. */
async function headerIfWhole(
  store: ProofParts['store'],
  { holding, receipt }: Candidate,
): Promise<string | null> {
  if ('header' in holding) return holding.header;
  let raw: Uint8Array | null;
  try {
    raw = await store.raw(holding.id);
  } catch (error) {
    // A damaged record: no reason to give up the visit, and no proof either.
    if (error instanceof PoplarError && error.hop === 'storage') return null;
    throw error;
  }
  if (raw === null || raw.length !== holding.octets || checksum(raw) !== receipt.hash) return null;
  return headerIdentity(raw);
}
