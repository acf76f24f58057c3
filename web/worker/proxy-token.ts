/**
 * The access token of the proxy: kept in the store when the person wants that, else in memory until the tab is closed.
 * It is read for dialling alone and never travels back to a page.
 */
import type { MailStore } from '../store/mail-store.ts';
import { cleanToken } from '../transport/access-token.ts';
import type { Tabs } from './tabs.ts';

export class ProxyToken {
  readonly #store: MailStore;
  #forThisVisit: string | null = null;

  constructor(store: MailStore, tabs: Tabs) {
    this.#store = store;
    // Another tab has a newer one, or was told to forget it: what this one remembers is void.
    tabs.listen((message) => {
      if (message.type === 'told' && message.event.type === 'proxy-token-changed') this.#forThisVisit = null;
    });
  }

  async get(): Promise<string | null> {
    return this.#forThisVisit ?? (await this.#store.proxyToken());
  }

  /** Replaces what was known. Without `remember` a token kept before is forgotten. Throws `bad-input`. */
  async set(text: string, remember: boolean): Promise<void> {
    const token = cleanToken(text);
    await this.#store.setProxyToken(remember ? token : null);
    this.#forThisVisit = remember ? null : token;
  }

  async forget(): Promise<void> {
    await this.#store.setProxyToken(null);
    this.#forThisVisit = null;
  }
}
