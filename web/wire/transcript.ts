/**
 * Transcript: how a conversation began and how it ended, for people. It must not know secrets: whoever makes a command
 * masks them there, and message text never comes here.
 */

/** One line may take so much of the whole, in characters. */
const MAX_LINE = 400;
/** The share of the beginning, where greeting, capabilities and login are. */
const HEAD_SHARE = 0.4;

/** Bounded in characters. What comes between the first lines and the last is counted and forgotten. */
export class Transcript {
  readonly #maxHead: number;
  readonly #maxTail: number;
  readonly #head: string[] = [];
  #tail: string[] = [];
  #headChars = 0;
  #tailChars = 0;
  #headIsFull = false;
  #leftOut = 0;

  constructor(maxChars = 16 * 1024) {
    this.#maxHead = maxChars * HEAD_SHARE;
    this.#maxTail = maxChars - this.#maxHead;
  }

  add(line: string): void {
    const kept = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE - 1)}…` : line;
    this.#headIsFull ||= this.#headChars + kept.length > this.#maxHead;
    if (!this.#headIsFull) {
      this.#head.push(kept);
      this.#headChars += kept.length;
      return;
    }
    this.#tail.push(kept);
    this.#tailChars += kept.length;
    // Many at a time keeps adding cheap: 10,000 messages are 30,000 lines.
    if (this.#tailChars > this.#maxTail * 2) this.#trim();
  }

  /** The lines kept, oldest first, with a remark where some were left out. */
  lines(): string[] {
    this.#trim();
    const gap = this.#leftOut === 0 ? [] : [`-- ${this.#leftOut} lines left out`];
    return [...this.#head, ...gap, ...this.#tail];
  }

  #trim(): void {
    let from = 0;
    for (; this.#tailChars > this.#maxTail; from++) this.#tailChars -= this.#tail[from]?.length ?? 0;
    this.#leftOut += from;
    this.#tail = this.#tail.slice(from);
  }
}
