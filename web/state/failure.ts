/** Turns whatever was thrown into the one error type. Knows no words. */
import { fromErrorRecord, PoplarError, toErrorRecord } from '../errors.ts';

export function asPoplarError(error: unknown): PoplarError {
  return error instanceof PoplarError ? error : fromErrorRecord(toErrorRecord(error));
}

/** Given up on purpose: nothing to tell anybody. */
export function isCancelled(error: unknown): boolean {
  return error instanceof PoplarError && error.code === 'cancelled';
}
