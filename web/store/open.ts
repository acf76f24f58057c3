/** Opens the database: upgrades it, and settles with other tabs who may have it. Must not know what the records mean. */
import { openDB } from 'idb';
import type { PoplarError } from '../errors.ts';
import { abort, Connection, issue } from './connection.ts';
import type { Migration } from './migrations.ts';
import { MIGRATIONS } from './migrations.ts';
import type { PoplarSchema } from './schema.ts';
import { DATABASE_NAME } from './schema.ts';
import type { LossReason } from './storage-error.ts';
import { blockedError, toStorageError } from './storage-error.ts';

export interface OpenOptions {
  /** The database's name; another one is another device. */
  name?: string;
  /** Hears once when the connection is lost for another reason than `close()`. All later calls throw the same error. */
  onLost?: (error: PoplarError) => void;
}

/** Opens the database, creating or upgrading it. Throws `storage-blocked`, `storage-full`, `storage-failed`. */
export function openConnection(
  options: OpenOptions = {},
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let connection: Connection | null = null;
    let blocked = false;
    let mistake: unknown = null;
    const lose = (reason: LossReason): void => connection?.close(reason);
    openDB<PoplarSchema>(options.name ?? DATABASE_NAME, migrations.length, {
      upgrade: (database, oldVersion, _newVersion, transaction) => {
        issue(transaction.done);
        const fail = (error: unknown): void => {
          mistake ??= error;
          abort(transaction);
        };
        try {
          for (const migration of migrations.slice(oldVersion)) {
            migration(database, transaction)?.catch(fail);
          }
        } catch (error) {
          fail(error);
        }
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
        reject(toStorageError(mistake ?? error));
      },
    );
  });
}
