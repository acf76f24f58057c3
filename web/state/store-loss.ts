/**
 * Tells the person when this tab has lost its mail store: what is on screen is only what was read before. It never reloads
 * by itself, for something may be half written.
 */
import type { MailApi } from '../api/mail-api.ts';
import { fromErrorRecord, type PoplarError } from '../errors.ts';

export class StoreLoss {
  readonly #api: MailApi;
  readonly #tell: (error: PoplarError) => void;

  /** `tell` offers to reload the page. */
  constructor(api: MailApi, tell: (error: PoplarError) => void) {
    this.#api = api;
    this.#tell = tell;
  }

  /** Listens until the returned function is called. */
  start(): () => void {
    return this.#api.subscribe((event) => {
      if (event.type === 'store-lost') this.#tell(fromErrorRecord(event.error));
    });
  }
}
