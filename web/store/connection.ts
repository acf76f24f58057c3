/**
 * A connection to the database and its transactions: one piece of work, one transaction, one PoplarError. Must not know
 * what the records mean nor how a database is made.
 */
import type { IDBPTransaction } from 'idb';
import type { PoplarError } from '../errors.ts';
import type { PoplarDatabase, PoplarSchema, StoreName } from './schema.ts';
import type { LossReason } from './storage-error.ts';
import { lossError, toStorageError } from './storage-error.ts';

type Transaction<Names extends readonly StoreName[], Mode extends IDBTransactionMode> = IDBPTransaction<
  PoplarSchema,
  Names,
  Mode
>;

export class Connection {
  readonly #database: PoplarDatabase;
  readonly #onLost: (error: PoplarError) => void;
  #lost: PoplarError | null = null;

  constructor(database: PoplarDatabase, onLost: (error: PoplarError) => void) {
    this.#database = database;
    this.#onLost = onLost;
  }

  /** Reads in one transaction: all that `work` reads is of one moment. */
  read<const Names extends readonly StoreName[], Result>(
    names: Names,
    work: (transaction: Transaction<Names, 'readonly'>) => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#run(names, 'readonly', 'default', work);
  }

  /** Writes in one transaction: resolves after all of it is kept, rejects after none of it is. */
  write<const Names extends readonly StoreName[], Result>(
    names: Names,
    durability: IDBTransactionDurability,
    work: (transaction: Transaction<Names, 'readwrite'>) => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#run(names, 'readwrite', durability, work);
  }

  /** Running transactions still finish. */
  close(reason: LossReason): void {
    if (this.#lost !== null) return;
    this.#lost = lossError(reason);
    this.#database.close();
    if (reason !== 'closed') this.#onLost(this.#lost);
  }

  async #run<const Names extends readonly StoreName[], Mode extends 'readonly' | 'readwrite', Result>(
    names: Names,
    mode: Mode,
    durability: IDBTransactionDurability,
    work: (transaction: Transaction<Names, Mode>) => Promise<Result> | Result,
  ): Promise<Result> {
    if (this.#lost !== null) throw this.#lost;
    let transaction: Transaction<Names, Mode>;
    try {
      transaction = this.#database.transaction(names, mode, { durability });
    } catch (error) {
      throw this.#lost ?? toStorageError(error);
    }
    const ended = endOf(transaction);
    let result: Result;
    try {
      result = await work(transaction);
    } catch (error) {
      abort(transaction);
      throw this.#lost ?? toStorageError(error, (await ended).error);
    }
    const end = await ended;
    if (end.failed) throw this.#lost ?? toStorageError(end.error);
    return result;
  }
}

/**
 * Leaves a write to its transaction, which fails when the write does. The request's own promise only echoes that, and
 * would be an unhandled rejection whenever another write failed first.
 */
export function issue(write: Promise<unknown>): void {
  write.catch(() => undefined);
}

interface End {
  failed: boolean;
  error: unknown;
}

/**
 * How the transaction ended; never rejects. idb's `done` is not enough: it rejects while the error event still bubbles,
 * before the transaction knows its error, and then a full disk looks like a plain abort.
 */
function endOf(transaction: Ending): Promise<End> {
  issue(transaction.done);
  return new Promise((resolve) => {
    transaction.addEventListener('complete', () => {
      resolve({ failed: false, error: null });
    });
    transaction.addEventListener('abort', () => {
      resolve({ failed: true, error: transaction.error });
    });
  });
}

interface Ending {
  readonly done: Promise<void>;
  readonly error: DOMException | null;
  addEventListener(type: 'complete' | 'abort', listener: () => void): void;
}

/** Takes back all that the transaction did, if it has not ended. */
export function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // InvalidStateError: it has ended by itself, which is what was wanted.
  }
}
