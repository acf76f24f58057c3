/**
 * What screen readers hear of a fetch: beginnings and ends at once, progress now and then. The present is handed in. Must not
 * know what is fetched.
 */

/** Progress is spoken at most this often, in milliseconds. */
export const SPEAK_EVERY_MS = 15_000;

export class Announcer {
  /** The text for the live region. */
  text = $state('');
  readonly #now: () => number;
  #spokeAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Something began or ended. */
  say(text: string): void {
    this.#spokeAt = this.#now();
    this.text = text;
  }

  /** Something goes on: left unsaid when something was said a moment ago. */
  progress(text: string): void {
    if (this.#now() - this.#spokeAt >= SPEAK_EVERY_MS) this.say(text);
  }
}
