/** What every dial over a WebSocket does while it waits. Must not know what the other end is. */
import { PoplarError } from '../errors.ts';

/** A transport under way to the other end. */
export interface Opening {
  /** Resolves when it stands. Called once. */
  opened(): Promise<void>;
  /** Ends it with this error, which `opened` then rejects with. */
  fail(error: PoplarError): PoplarError;
}

/** The transport once it stands. Aborting the signal before that throws `cancelled`. */
export async function untilOpen<T extends Opening>(transport: T, signal: AbortSignal): Promise<T> {
  const abort = (): void => void transport.fail(cancelled());
  signal.addEventListener('abort', abort, { once: true });
  try {
    await transport.opened();
    return transport;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The person wants it no more. */
export function cancelled(): PoplarError {
  return new PoplarError('cancelled', 'page');
}
