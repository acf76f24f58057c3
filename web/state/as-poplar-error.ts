/** Whatever was thrown, as the one error type. */
import { fromErrorRecord, PoplarError, toErrorRecord } from '../errors.ts';

/** A PoplarError is returned as it is; anything else becomes `internal` with its message. */
export function asPoplarError(error: unknown): PoplarError {
  return error instanceof PoplarError ? error : fromErrorRecord(toErrorRecord(error));
}
