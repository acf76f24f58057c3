/** Tells the worker what may be a reason to fetch by itself: the page is opened, seen again, or back on the network. */
import type { MailApi } from '../api/mail-api.ts';
import type { Trigger } from '../model/event.ts';

/** What of the browser is listened to. */
export interface PresenceSource {
  /** Calls back with what happened until the returned function is called. */
  listen(happened: (what: 'seen' | 'online') => void): () => void;
}

export class AutomaticVisits {
  readonly #api: MailApi;
  readonly #source: PresenceSource;

  constructor(api: MailApi, source: PresenceSource) {
    this.#api = api;
    this.#source = source;
  }

  start(): () => void {
    this.#wake('opened');
    return this.#source.listen((what) => this.#wake(what));
  }

  /** A worker that does not answer is told of by every other call. */
  #wake(trigger: Trigger): void {
    this.#api.wake(trigger).catch(() => undefined);
  }
}
