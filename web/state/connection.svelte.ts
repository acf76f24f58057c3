/**
 * Whether this device has a network at all, as the browser tells it. Must not know the proxy or any mail server: `online`
 * true promises nothing about either.
 */

/** The part of `window` that is needed. */
export interface OnlineSource {
  readonly navigator: { readonly onLine: boolean };
  addEventListener(type: 'online' | 'offline', listener: () => void): void;
  removeEventListener(type: 'online' | 'offline', listener: () => void): void;
}

export class ConnectionState {
  /** False only when the browser is sure that there is no network. */
  online = $state(true);
  readonly #source: OnlineSource;

  constructor(source: OnlineSource) {
    this.#source = source;
    this.online = source.navigator.onLine;
  }

  /** Follows the browser's events until the returned function is called. */
  start(): () => void {
    const read = (): void => {
      this.online = this.#source.navigator.onLine;
    };
    read();
    this.#source.addEventListener('online', read);
    this.#source.addEventListener('offline', read);
    return () => {
      this.#source.removeEventListener('online', read);
      this.#source.removeEventListener('offline', read);
    };
  }
}
