/**
 * Asking for messages with the losses in mind: what a connection may have been lost at comes first, one by one, and what
 * it is lost at again is left out. Must not know what is done with messages, nor how often a fetch may try.
 */
import { PoplarError } from '../errors.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { RetrievedMessage } from '../pop3/retrieve.ts';
import { isLoss, type Losses } from './losses.ts';

/** Octets asked for ahead, by LIST: with a long way to the server the window is everything. */
const WINDOW_OCTETS = 8 * 1024 * 1024;
const WINDOW_COMMANDS = 1_000;

/** How the retrieving of messages ended, when not with an error. */
export type Retrieved = 'all' | 'hung-up' | 'draining';

export interface RetrievalParts {
  losses: Losses;
  signal: AbortSignal;
  /** A larger message is not kept. */
  maxOctets: number;
  /** Hears how many octets of message just came in. */
  onOctets: (octets: number) => void;
  /** The proxy of this visit is on its way out: nothing more is to be asked for. */
  isDraining: () => boolean;
  /** A message that came, or that the server failed at alone. */
  take: (item: RetrievedMessage) => Promise<void>;
  /** A message that costs the connection each time it is asked for. */
  leaveOut: (message: ListedMessage, error: PoplarError) => void;
}

/** All of the messages, in this order. Throws PoplarError when the connection is lost. */
export async function retrieveAll(
  parts: RetrievalParts,
  client: Pop3Client,
  messages: readonly ListedMessage[],
): Promise<Retrieved> {
  const suspects = messages.slice(0, parts.losses.suspects);
  const end = await pull(parts, client, suspects, 1);
  return end === 'all' ? pull(parts, client, messages.slice(suspects.length), WINDOW_COMMANDS) : end;
}

async function pull(
  { losses, signal, maxOctets, onOctets, isDraining, take, leaveOut }: RetrievalParts,
  client: Pop3Client,
  messages: readonly ListedMessage[],
  windowCommands: number,
): Promise<Retrieved> {
  const received = client.retrieve(messages, {
    signal,
    windowOctets: WINDOW_OCTETS,
    windowCommands,
    maxOctets,
    onOctets,
    isEnough: isDraining,
    hasFailed: (message) => losses.hasFailed(message),
  });
  let count = 0;
  try {
    for await (const item of received) {
      await take(item);
      losses.passed();
      count += 1;
      if (isLast(item)) return 'hung-up';
    }
  } catch (error) {
    const message = messages[count];
    if (message !== undefined && error instanceof PoplarError && isLoss(error)) {
      if (losses.lostAt(message, client.unanswered)) leaveOut(message, error);
    }
    throw error;
  }
  return count === messages.length ? 'all' : 'draining';
}

/** Nothing comes after it on this connection. */
function isLast(item: RetrievedMessage): boolean {
  return 'error' in item ? item.endless === true : item.unterminated === true;
}
