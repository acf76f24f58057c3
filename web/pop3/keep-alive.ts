/**
 * Keeping a session alive while the client is busy with something else, such as storing. RFC 1939 §3 gives ten minutes,
 * but real servers hang up after 30 to 120 s (Outlook.com and WildDuck after 60). Must not know what the work is.
 */
import type { Clock } from '../wire/clock.ts';
import { noop } from './command.ts';
import type { Conversation } from './conversation.ts';

/** Milliseconds of silence from this side after which NOOP is sent. */
const QUIET_MS = 22_000;
/** After this many the work hangs rather than lasts (10 min), and the server may have its maildrop back. */
const MAX_NOOPS = 27;

/**
 * Waits for the work, and sends NOOP while it lasts and nothing else is under way. Resolves and rejects as the work does,
 * once the last NOOP is answered; a connection that is lost meanwhile shows at the next command.
 */
export async function keepAlive<Result>(
  conversation: Conversation,
  clock: Clock | undefined,
  work: Promise<Result>,
): Promise<Result> {
  if (clock === undefined) return work;
  let asking: Promise<unknown> = Promise.resolve();
  let noops = 0;
  let stop = (): void => undefined;
  const arm = (): void => {
    stop = clock.after(QUIET_MS, () => {
      if (!conversation.isIdle || noops === MAX_NOOPS) return;
      noops += 1;
      asking = conversation.ask(noop()).then(arm, () => undefined);
    });
  };
  arm();
  try {
    return await work;
  } finally {
    stop();
    // Two readers at once would take each other's answers.
    await asking;
    stop();
  }
}
