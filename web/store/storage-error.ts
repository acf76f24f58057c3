/** Turns what IndexedDB throws into PoplarErrors with hop `storage`. Must not know who asked. */
import { PoplarError } from '../errors.ts';

/** Why a store stopped working for good; stands in the error's detail as `reason`. */
export type LossReason =
  | 'closed'
  /** A newer Poplar in another tab needs the database; reload this one. */
  | 'newer-version-opened'
  | 'deleted'
  /** The browser ended the connection: site data cleared, or the disk failed. */
  | 'terminated';

/** The error of a store that has lost its database. A new page load has a chance, except after `close()`. */
export function lossError(reason: LossReason): PoplarError {
  const code = reason === 'newer-version-opened' ? 'storage-blocked' : 'storage-failed';
  return new PoplarError(code, 'storage', { retryable: reason !== 'closed', detail: { reason } });
}

/** Another tab, older or frozen, does not let go of the old version. Closing it helps. */
export function blockedError(): PoplarError {
  return new PoplarError('storage-blocked', 'storage', {
    retryable: true,
    detail: { reason: 'older-version-open' },
  });
}

/** A record is not what it must be: the file was changed or damaged outside of Poplar. */
export function damagedError(what: string, key: number): PoplarError {
  return new PoplarError('storage-failed', 'storage', { detail: { reason: 'damaged', what, key } });
}

/**
 * The PoplarError for one failure that was reported several times over: by a request, by what was asked after it, and
 * by the transaction (null when it does not know). The first report that is no echo counts.
 */
export function toStorageError(...reports: readonly unknown[]): PoplarError {
  const told = reports.filter((report) => report !== null);
  const cause = told.find((report) => !ECHOES.has(nameOf(report))) ?? told[0];
  if (cause instanceof PoplarError) return cause;
  const name = nameOf(cause);
  const message = cause instanceof Error || cause instanceof DOMException ? cause.message : '';
  const init = { detail: { reason: name, message }, cause };
  switch (name) {
    case 'QuotaExceededError':
      return new PoplarError('storage-full', 'storage', init);
    case 'VersionError':
      return new PoplarError('storage-blocked', 'storage', {
        ...init,
        detail: { reason: 'newer-version-stored' },
      });
    default:
      return new PoplarError('storage-failed', 'storage', { ...init, retryable: RETRYABLE.has(name) });
  }
}

/** What requests say whose transaction has ended under them. */
const ECHOES: ReadonlySet<string> = new Set(['AbortError', 'InvalidStateError', 'TransactionInactiveError']);
/** Chromium answers UnknownError for a failing disk and TimeoutError for a stuck one; both may pass. */
const RETRYABLE: ReadonlySet<string> = new Set([...ECHOES, 'TimeoutError', 'UnknownError']);

function nameOf(report: unknown): string {
  return report instanceof Error || report instanceof DOMException ? report.name : typeof report;
}
