/**
 * Transcript: the last lines of a conversation, for people. It must not know secrets: whoever makes a command masks
 * them there, and message text never comes here.
 */

/** A ring of lines: what is older than `capacity` lines is forgotten. */
export class Transcript {
  readonly #capacity: number;
  #lines: string[] = [];

  constructor(capacity = 500) {
    this.#capacity = capacity;
  }

  add(line: string): void {
    this.#lines.push(line);
    // Dropping half at a time keeps adding cheap: 10,000 messages are 30,000 lines.
    if (this.#lines.length >= this.#capacity * 2) this.#lines = this.#lines.slice(-this.#capacity);
  }

  /** The lines kept, oldest first. */
  lines(): readonly string[] {
    return this.#lines.slice(-this.#capacity);
  }
}
