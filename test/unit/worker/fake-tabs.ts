/** Tabs without a channel: what one posts the others hear at once. */
import type { TabMessage, Tabs } from '../../../web/worker/tabs.ts';

export class FakeTabs implements Tabs {
  readonly posted: TabMessage[] = [];
  readonly #listeners: ((message: TabMessage) => void)[] = [];
  readonly #others: FakeTabs[];

  /** Joins the tabs that are given, and they join it. */
  constructor(others: FakeTabs[] = []) {
    this.#others = others;
    for (const other of others) other.#others.push(this);
  }

  post(message: TabMessage): void {
    this.posted.push(message);
    for (const other of this.#others) other.hear(structuredClone(message));
  }

  listen(listener: (message: TabMessage) => void): void {
    this.#listeners.push(listener);
  }

  /** Another tab says something. */
  hear(message: TabMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  close(): void {
    this.#listeners.length = 0;
  }
}
