/**
 * Runs inside the product's page, before its own script: sees when rows are painted and which tasks are long, and can
 * ask the page's own worker what the page could ask it. Serialised by Playwright: nothing outside of `installProbe` is there.
 */
import type { Method } from '../../../web/api/rpc.ts';

/** How many messages the page's list says that it holds. */
export interface Shown {
  total: number;
}

export interface Probe {
  /** From the end of loading the page's script to the first painted rows, milliseconds. */
  firstRows(): Promise<number>;
  /** From a click on the element to the painted rows of the list it leads to, milliseconds. */
  switchBy(selector: string, shown: Shown): Promise<number>;
  /** As the page's own client asks; the page hears the events that come of it, but not the answer. */
  call(method: Method, args: readonly unknown[]): Promise<unknown>;
  /** Milliseconds from the call until the first row of the list is painted as read. */
  untilRead(method: Method, args: readonly unknown[]): Promise<number>;
  /** Milliseconds of the page's tasks above 50 ms since the last look. */
  longTasks(): number[];
}

declare global {
  interface Window {
    probe: Probe;
  }
}

export function installProbe(): void {
  /** Beyond all ids that the page's own client will use. */
  let nextId = 1_000_000_000;
  let mail: Worker | null = null;
  const listeners = new Set<(data: Record<string, unknown>) => void>();
  class WatchedWorker extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      if (given[1]?.name === 'poplar') watch(this);
    }
  }
  const watch = (worker: Worker): void => {
    mail = worker;
    worker.addEventListener('message', ({ data }: MessageEvent<Record<string, unknown>>) =>
      listeners.forEach((listener) => listener(data)),
    );
  };
  Object.assign(globalThis, { Worker: WatchedWorker });

  let tasks: number[] = [];
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  const take = (entries: readonly PerformanceEntry[]): void => {
    for (const { duration } of entries) tasks.push(duration);
  };
  observer.observe({ type: 'longtask', buffered: true });

  /** The first message row; a row that is on its way is none. */
  const total = (): number =>
    Number(document.querySelector('[role=option]')?.getAttribute('aria-setsize') ?? Number.NaN);

  /** When what is in the document now is on the screen. */
  const painted = (): Promise<number> =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });

  const when = (isSo: () => boolean): Promise<number> =>
    new Promise((resolve) => {
      const watcher = new MutationObserver(() => look());
      const look = (): void => {
        if (!isSo()) return;
        watcher.disconnect();
        resolve(painted());
      };
      watcher.observe(document, { subtree: true, childList: true, attributes: true });
      look();
    });

  const first = when(() => total() > 0);

  const send = (method: Method, args: readonly unknown[]): number => {
    const id = nextId++;
    mail?.postMessage({ type: 'call', id, method, args });
    return id;
  };

  const hear = <Result>(read: (data: Record<string, unknown>) => Result | undefined): Promise<Result> =>
    new Promise((resolve) => {
      const listener = (data: Record<string, unknown>): void => {
        const result = read(data);
        if (result === undefined) return;
        listeners.delete(listener);
        resolve(result);
      };
      listeners.add(listener);
    });

  window.probe = {
    async firstRows() {
      const at = await first;
      const scripts = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const own = scripts.find(({ name }) => /\/assets\/index-[^/]*\.js$/.test(name));
      if (own === undefined) throw new Error('the page has no script of its own');
      return at - own.responseEnd;
    },
    async switchBy(selector, shown) {
      const element = document.querySelector<HTMLElement>(selector);
      if (element === null) throw new Error(`${selector} is not on the page`);
      const startedAt = performance.now();
      element.click();
      return (await when(() => total() === shown.total)) - startedAt;
    },
    async call(method, args) {
      const id = send(method, args);
      const { type, value, error } = await hear((data) => (data['id'] === id ? data : undefined));
      if (type === 'error') throw new Error(`${method}: ${JSON.stringify(error)}`);
      return value;
    },
    async untilRead(method, args) {
      const startedAt = performance.now();
      send(method, args);
      return (
        (await when(() => document.querySelector('[role=option][aria-posinset="1"] .dot') === null)) -
        startedAt
      );
    },
    longTasks() {
      take(observer.takeRecords());
      const all = tasks;
      tasks = [];
      return all;
    },
  };
}
