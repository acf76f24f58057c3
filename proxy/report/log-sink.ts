/**
 * Stderr, for the log. It is written beside the event loop: a reader that has stopped (a held terminal, a full pipe) must
 * not stop the tunnels. What waits for such a reader is bounded, and what is beyond that is dropped.
 */
import { destination, type DestinationStream } from 'pino';

const MAX_WAITING_OCTETS = 1024 * 1024;

export interface LogSink extends DestinationStream {
  /** Resolves when all that was written is out, or can never get out. */
  written(): Promise<void>;
}

export function openStderr(): LogSink {
  const stderr = destination({ dest: 2, sync: false, minLength: 0, maxLength: MAX_WAITING_OCTETS });
  let isWritten = true;
  let onWritten = (): void => undefined;
  const settle = (): void => {
    isWritten = true;
    onWritten();
  };
  stderr.on('drain', settle);
  // The log itself cannot be written: there is nobody left to be told, and tunnels are worth more than it.
  stderr.on('error', settle);
  return {
    write(line) {
      isWritten = false;
      stderr.write(line);
    },
    written: () => (isWritten ? Promise.resolve() : new Promise((resolve) => (onWritten = resolve))),
  };
}
