/** The row that the keyboard is on: where it stands, which message it is. Must not know how rows are found. */
import type { MessageId } from '../model/ids.ts';

export class ListCursor {
  #index = $state(-1);
  #moves = $state(0);
  #id: MessageId | null = null;

  /** Place in the list, or -1. */
  get index(): number {
    return this.#index;
  }
  /** How often it was moved on purpose, ever: only then a list scrolls to it. */
  get moves(): number {
    return this.#moves;
  }
  /** The message it is on, when that is known. */
  get id(): MessageId | null {
    return this.#id;
  }

  /** Moves on purpose. */
  moveTo(index: number, id: MessageId | null): void {
    this.#index = index;
    this.#id = id;
    this.#moves += 1;
  }

  /** Is bound for a message whose place is not known yet. */
  aim(id: MessageId): void {
    this.#id = id;
  }

  /** Stays on its message while the list moves under it. */
  follow(index: number): void {
    this.#index = index;
  }

  /** Is nowhere, as in a list that was just opened. */
  reset(): void {
    this.#index = -1;
    this.#id = null;
  }
}
