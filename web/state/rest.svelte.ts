/**
 * The rest of messages whose beginning is here, on its way: how much of it has come, and why it did not. One at a time for
 * each message; it goes on when another message is opened. Must not know how it is drawn.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { MessageId } from '../model/ids.ts';
import { asPoplarError } from './as-poplar-error.ts';

interface Run {
  control: AbortController;
  /** Octets of the whole that have come. */
  octets: number;
}

export class RestState {
  readonly #api: MailApi;
  readonly #runs = new SvelteMap<MessageId, Run>();
  readonly #errors = new SvelteMap<MessageId, PoplarError>();

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** Octets of this message that have come; null while its rest is not under way. */
  octets(id: MessageId): number | null {
    return this.#runs.get(id)?.octets ?? null;
  }

  /** Why the rest did not come the last time. */
  error(id: MessageId): PoplarError | null {
    return this.#errors.get(id) ?? null;
  }

  /** Resolves to true once all of the message is here; to false when that failed, was cancelled, or is under way already. */
  async complete(id: MessageId): Promise<boolean> {
    if (this.#runs.has(id)) return false;
    const control = new AbortController();
    this.#errors.delete(id);
    this.#runs.set(id, { control, octets: 0 });
    try {
      const onOctets = (octets: number): void => void this.#runs.set(id, { control, octets });
      await this.#api.fetchRest(id, onOctets, control.signal);
      return true;
    } catch (error) {
      if (!control.signal.aborted) this.#errors.set(id, asPoplarError(error));
      return false;
    } finally {
      this.#runs.delete(id);
    }
  }

  cancel(id: MessageId): void {
    this.#runs.get(id)?.control.abort();
  }
}
