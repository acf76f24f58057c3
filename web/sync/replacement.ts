/**
 * A whole message in place of what is here of it: of its beginning, or of octets that are damaged. What is left stays as it is
 * until the whole is stored. Must not know where that came from.
 */
import { PoplarError } from '../errors.ts';
import { wholeOctets, type MessageSummary } from '../model/message.ts';
import { headerIdentity } from '../pop3/identity-hash.ts';
import type { WholeMessage } from '../pop3/retrieve.ts';
import type { Completion, MailStore } from '../store/mail-store.ts';
import { outline, startsWith } from './already-here.ts';
import { digestOf, receiptOf, type DigestMessage } from './arrivals.ts';
import { SLACK_OCTETS } from './renaming.ts';

export interface ReplacementParts {
  store: Pick<MailStore, 'raws' | 'completeMessage'>;
  digest: DigestMessage;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What can be read of the message here; null when its octets are lost. */
export async function leftOf(
  { store }: Pick<ReplacementParts, 'store'>,
  { id }: Pick<MessageSummary, 'id'>,
): Promise<Uint8Array | null> {
  const [left = null] = await store.raws([id]);
  return left;
}

/**
 * Resolves to the message as it is now; null when somebody else has replaced or removed it meanwhile. Throws PoplarError
 * `message-gone` when another message came under its name.
 */
export async function replaceBy(
  parts: ReplacementParts,
  message: MessageSummary,
  whole: WholeMessage,
): Promise<MessageSummary | null> {
  const { store, digest, now } = parts;
  const { raw, unterminated } = whole;
  const completion = {
    ...{ raw, digest: digestOf(digest, raw), receivedAt: now(), receipt: receiptOf(whole) },
    ...(unterminated && { unterminated }),
  };
  const left = await leftOf(parts, message);
  const isTrusted = left !== null && message.damaged === undefined;
  const isSame = (left !== null && isRestOf(raw, left)) || (!isTrusted && isOutlined(message, completion));
  if (!isSame) throw new PoplarError('message-gone', 'maildrop');
  return store.completeMessage(message.id, completion);
}

/** Octet for octet where TOP was cut short; by the header, whose volatile lines may change, where it was all there. */
function isRestOf(raw: Uint8Array, left: Uint8Array): boolean {
  return headerIdentity(raw) === headerIdentity(left) || startsWith(raw, left);
}

/** Of what is damaged here its row is the witness: what that says was right once. */
function isOutlined(message: MessageSummary, { raw, digest }: Pick<Completion, 'raw' | 'digest'>): boolean {
  const isAsLarge =
    message.partial !== undefined || Math.abs(raw.length - wholeOctets(message)) <= SLACK_OCTETS;
  return isAsLarge && outline(digest) === outline(message);
}
