/** Ends the workers of a page from outside: the page has no way to do that itself. */
import type { Page } from 'playwright-core';

interface Watched {
  workers: Worker[];
}

/** Of a page whose context had `watchWorkers` as its first script. */
export function endWorkers(page: Page): Promise<void> {
  return page.evaluate(() => (globalThis as unknown as Watched).workers.forEach((one) => one.terminate()));
}

/** Runs in the page. */
export function watchWorkers(): void {
  const workers: Worker[] = [];
  class WatchedWorker extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      workers.push(this);
    }
  }
  Object.assign(globalThis, { Worker: WatchedWorker, workers });
}
