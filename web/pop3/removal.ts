/**
 * Deleting: a batch of DELE right before QUIT (RFC 1939 §5, §6), so that a session that breaks on the way deletes nothing.
 * It must not know why a message may go; what is handed in must be stored here for good.
 */
import type { MessageNumber } from '../model/ids.ts';
import { dele, quit } from './command.ts';
import type { Conversation } from './conversation.ts';
import { commandRefusal } from './refusal.ts';
import type { StatusLine } from './status-line.ts';
import { sayRset } from './transaction.ts';

/** So many at once where the server pipelines. */
const BATCH = 100;
/** What servers say of a message that is gone: as good as deleted. */
const ALREADY = /already|no such|(?:is|was|been) deleted|not exist|non-?existent/i;

/**
 * Marks all of them and ends the session. Between the last DELE and QUIT `confirm` says which of them are still to go; of
 * the others nothing is deleted. Resolves only when the server has said +OK to QUIT, with the numbers it refused to mark;
 * throws PoplarError otherwise, and then nothing may be taken for deleted: the next session lists again.
 */
export async function removeAndQuit(
  conversation: Conversation,
  numbers: readonly MessageNumber[],
  pipelining: boolean,
  confirm: (marked: readonly MessageNumber[]) => Promise<readonly MessageNumber[]>,
): Promise<MessageNumber[]> {
  let refused = await mark(conversation, numbers, pipelining);
  const wanted = await confirm(numbers);
  if (wanted.length < numbers.length) {
    await sayRset(conversation);
    refused = await mark(conversation, wanted, pipelining);
  }
  const status = await conversation.ask(quit());
  if (!status.ok) throw commandRefusal(status, 'QUIT');
  return refused;
}

/** Those that the server refused. */
async function mark(
  conversation: Conversation,
  numbers: readonly MessageNumber[],
  pipelining: boolean,
): Promise<MessageNumber[]> {
  const refused: MessageNumber[] = [];
  const batchSize = pipelining ? BATCH : 1;
  for (let from = 0; from < numbers.length; from += batchSize) {
    const batch = numbers.slice(from, from + batchSize).map((number) => ({ number, command: dele(number) }));
    conversation.send(...batch.map(({ command }) => command));
    for (const { number, command } of batch) {
      if (!isGone(await conversation.answer(command))) refused.push(number);
    }
  }
  return refused;
}

function isGone({ ok, text }: StatusLine): boolean {
  return ok || ALREADY.test(text);
}
