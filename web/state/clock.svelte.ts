/** The present minute, so that `today` turns into a weekday in a page that stays open. The ticking is handed in. */

export interface Ticker {
  now(): number;
  /** Calls back about once a minute and when the page is seen again, until the returned function is called. */
  listen(tick: () => void): () => void;
}

export class ClockState {
  readonly #ticker: Ticker;
  #now = $state(0);

  constructor(ticker: Ticker) {
    this.#ticker = ticker;
    this.#now = ticker.now();
  }

  /** Milliseconds since 1970, at most a minute old. */
  get now(): number {
    return this.#now;
  }

  start(): () => void {
    return this.#ticker.listen(() => {
      this.#now = this.#ticker.now();
    });
  }
}
