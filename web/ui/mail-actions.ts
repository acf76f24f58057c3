/** What keys, rows and buttons do with mail: the one place that ties list, reader and address together. Draws nothing. */
import type { MessageSummary } from '../model/message.ts';
import type { States } from '../state/context.ts';
import type { FlagPatch } from '../state/flag-actions.ts';
import type { KeyAction } from './keys.ts';

type Needed = Pick<States, 'flags' | 'mailbox' | 'reader' | 'route' | 'trash'>;

export interface MailSurroundings {
  /** The keyboard is in the list: then keys mean its active row, else the opened message. */
  listFocused: () => boolean;
  focusList: () => void;
}

export class MailActions {
  readonly #states: Needed;
  readonly #around: MailSurroundings;

  constructor(states: Needed, around: MailSurroundings) {
    this.#states = states;
    this.#around = around;
  }

  /** One row on. With a message opened the next one is opened, otherwise only the cursor moves. */
  async step(step: 1 | -1): Promise<void> {
    const { mailbox, reader, route } = this.#states;
    if (reader.id === null) {
      mailbox.moveTo(mailbox.cursor + step);
      this.#around.focusList();
      return;
    }
    const row = await mailbox.neighbour(step);
    if (row !== null) route.openMessage(row.id);
  }

  open(): void {
    const { mailbox, route } = this.#states;
    const row = mailbox.row(mailbox.cursor);
    if (row !== undefined) route.openMessage(row.id);
  }

  back(): void {
    this.#states.route.closeMessage();
    this.#around.focusList();
  }

  async star(): Promise<void> {
    const row = this.#target();
    if (row !== null) await this.#states.flags.set([row], { starred: !row.starred });
  }

  /** Marks as read or unread, told with a way back. Nothing happens when it is so already. */
  async mark(patch: Required<Pick<FlagPatch, 'seen'>>): Promise<void> {
    const row = this.#target();
    if (row !== null && row.seen !== patch.seen) await this.#states.flags.setUndoably([row], patch);
  }

  /** Moves to Trash; what is there already is deleted for good. Then the next message is where this one was. */
  async delete(row = this.#target()): Promise<void> {
    if (row === null) return;
    const { trash } = this.#states;
    await this.#leave(row);
    await (row.folder === 'trash' ? trash.deleteForGood([row.id]) : trash.move([row], 'trash'));
  }

  /** Out of Trash. */
  async restore(row = this.#target()): Promise<void> {
    if (row === null) return;
    await this.#leave(row);
    await this.#states.trash.move([row], 'inbox');
  }

  async emptyTrash(): Promise<void> {
    const { mailbox, reader, route, trash } = this.#states;
    if (reader.summary?.folder === 'trash') route.dropMessage();
    this.#around.focusList();
    await trash.emptyTrash(mailbox.query.account);
  }

  /** Reader and cursor go on from a row that is about to leave the list. */
  async #leave(row: MessageSummary): Promise<void> {
    const { mailbox, reader, route } = this.#states;
    const isAtCursor = mailbox.row(mailbox.cursor)?.id === row.id;
    const next = isAtCursor ? ((await mailbox.neighbour(1)) ?? (await mailbox.neighbour(-1))) : null;
    if (reader.id !== row.id) return;
    if (next !== null) return route.openMessage(next.id);
    route.dropMessage();
    this.#around.focusList();
  }

  /** Carries out a key's action. */
  run(action: KeyAction): void {
    switch (action) {
      case 'next':
        void this.step(1);
        return;
      case 'previous':
        void this.step(-1);
        return;
      case 'open':
        this.open();
        return;
      case 'back':
        this.back();
        return;
      case 'star':
        void this.star();
        return;
      case 'read':
      case 'unread':
        void this.mark({ seen: action === 'read' });
        return;
      case 'inbox':
        this.#states.route.openList({ folder: 'inbox', account: null, filter: 'all' });
        return;
      case 'trash':
        this.#states.route.openList({ folder: 'trash', account: null, filter: 'all' });
        return;
      case 'delete':
        void this.delete();
        return;
    }
  }

  #target(): MessageSummary | null {
    const { mailbox, reader } = this.#states;
    if (reader.summary !== null && !this.#around.listFocused()) return reader.summary;
    return mailbox.row(mailbox.cursor) ?? reader.summary;
  }
}
