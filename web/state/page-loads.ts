/** Which pages of a list are being read. Readings that nobody waits for any more are let go of. Pure but for AbortController. */

export class PageLoads {
  readonly #running = new Map<number, AbortController>();

  /** Aborts what is read and no longer wanted; returns what is wanted and not read yet. */
  want(pages: readonly number[]): number[] {
    for (const [page, controller] of this.#running) {
      if (pages.includes(page)) continue;
      controller.abort();
      // Gone at once, so that it can be wanted again before its reading has noticed.
      this.#running.delete(page);
    }
    return pages.filter((page) => !this.#running.has(page));
  }

  begin(page: number): AbortSignal {
    const controller = new AbortController();
    this.#running.set(page, controller);
    return controller.signal;
  }

  /** `signal` is the one that `begin` gave: another reading of the same page may run by now. */
  end(page: number, signal: AbortSignal): void {
    if (this.#running.get(page)?.signal === signal) this.#running.delete(page);
  }
}
