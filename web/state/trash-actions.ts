/**
 * Moves messages between folders, and deletes them from this device. What is moved can be moved back; what is deleted for
 * good is only hidden until the person has let the chance pass to call it off, for afterwards nothing brings it back. Must
 * not know who shows rows, nor any words.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { FolderKind, MessageSummary } from '../model/message.ts';
import { asPoplarError } from './as-poplar-error.ts';

/** Who tells the person what became of an action. Built in main, where the words are. */
export interface TrashSink {
  moved(folder: FolderKind, count: number, undo: () => void): void;
  /** Runs one of the two: `undo` when it is called off, `commit` when it is not. */
  deleting(count: number, undo: () => void, commit: () => void): void;
  failed(error: PoplarError): void;
}

type Calls = Pick<MailApi, 'ids' | 'move' | 'setHidden' | 'deleteForGood'>;

export class TrashActions {
  readonly #api: Calls;
  readonly #sink: TrashSink;

  constructor(api: Calls, sink: TrashSink) {
    this.#api = api;
    this.#sink = sink;
  }

  /** Told to the person with a way back to where each was. */
  move(rows: readonly Pick<MessageSummary, 'id'>[], folder: FolderKind): Promise<void> {
    return this.#telling(async () => {
      const moved = await this.#api.move(
        rows.map(({ id }) => id),
        folder,
      );
      if (moved.length === 0) return;
      const undo = async (): Promise<void> => {
        for (const folder of new Set(moved.map(({ from }) => from))) {
          const back = moved.filter(({ from }) => from === folder);
          await this.#api.move(
            back.map(({ id }) => id),
            folder,
          );
        }
      };
      this.#sink.moved(folder, moved.length, () => void this.#telling(undo));
    });
  }

  /** Only what is in Trash, and only once the chance to call it off has passed. */
  deleteForGood(ids: MessageId[]): Promise<void> {
    return this.#telling(async () => {
      if (ids.length === 0) return;
      await this.#api.setHidden(ids, true);
      const show = (): Promise<void> => this.#api.setHidden(ids, false);
      const commit = async (): Promise<void> => {
        try {
          await this.#api.deleteForGood(ids);
        } catch (error) {
          await show();
          throw error;
        }
      };
      this.#sink.deleting(
        ids.length,
        () => void this.#telling(show),
        () => void this.#telling(commit),
      );
    });
  }

  /** What is in Trash now, of one account or of all with null. What comes there later is left alone. */
  emptyTrash(account: AccountId | null): Promise<void> {
    return this.#telling(async () => {
      await this.deleteForGood(await this.#api.ids({ folder: 'trash', account, filter: 'all' }));
    });
  }

  async #telling(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#sink.failed(asPoplarError(error));
    }
  }
}
