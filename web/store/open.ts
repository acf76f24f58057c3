/**
 * Opens the database and holds the connection: who may upgrade when, and what is told when the connection is lost.
 * Must not know what the records mean.
 */
import type { IDBPTransaction } from 'idb';
import { openDB } from 'idb';
import type { PoplarError } from '../errors.ts';
import { DATABASE_VERSION, migrate } from './migrations.ts';
import type { PoplarDatabase, PoplarSchema, StoreName } from './schema.ts';
import { DATABASE_NAME } from './schema.ts';
import type { LossReason } from './storage-error.ts';
import { blockedError, lossError, toStorageError } from './storage-error.ts';

export interface OpenOptions {
  /** The database's name; another one is another device. */
  name?: string;
  /** Hears once when the connection is lost for another reason than `close()`. All later calls throw the same error. */
  onLost?: (error: PoplarError) => void;
}

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
    work: (transaction: Transaction<Names, 'readonly'>) => Promise<Result>,
  ): Promise<Result> {
    return this.#run(names, 'readonly', 'default', work);
  }

  /** Writes in one transaction: resolves after all of it is kept, rejects after none of it is. */
  write<const Names extends readonly StoreName[], Result>(
    names: Names,
    durability: IDBTransactionDurability,
    work: (transaction: Transaction<Names, 'readwrite'>) => Promise<Result>,
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
    work: (transaction: Transaction<Names, Mode>) => Promise<Result>,
  ): Promise<Result> {
    if (this.#lost !== null) throw this.#lost;
    let transaction: Transaction<Names, Mode>;
    try {
      transaction = this.#database.transaction(names, mode, { durability });
    } catch (error) {
      throw this.#lost ?? toStorageError(error);
    }
    try {
      const [result] = await Promise.all([work(transaction), transaction.done]);
      return result;
    } catch (error) {
      abort(transaction);
      const end: unknown = await transaction.done.then(
        () => null,
        (reason: unknown) => reason,
      );
      throw this.#lost ?? toStorageError(error, end, transaction.error);
    }
  }
}

/** Opens the database, creating or upgrading it. Throws `storage-blocked`, `storage-full`, `storage-failed`. */
export function openConnection(options: OpenOptions = {}): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let connection: Connection | null = null;
    let blocked = false;
    const lose = (reason: LossReason): void => connection?.close(reason);
    openDB<PoplarSchema>(options.name ?? DATABASE_NAME, DATABASE_VERSION, {
      upgrade: (database, oldVersion, _newVersion, transaction) => {
        migrate(database, oldVersion, transaction);
      },
      blocked: () => {
        blocked = true;
        reject(blockedError());
      },
      // Holding on would block the other tab for good; whoever uses this store hears of it and can reload.
      blocking: (_current, newVersion) => {
        lose(newVersion === null ? 'deleted' : 'newer-version-opened');
      },
      terminated: () => {
        lose('terminated');
      },
    }).then(
      (database) => {
        if (blocked) {
          // The other tab let go after all, but the caller has its answer already.
          database.close();
          return;
        }
        connection = new Connection(database, options.onLost ?? (() => undefined));
        resolve(connection);
      },
      (error: unknown) => {
        reject(toStorageError(error));
      },
    );
  });
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // InvalidStateError: it has ended by itself, which is what was wanted.
  }
}
