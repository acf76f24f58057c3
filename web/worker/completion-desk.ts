/** The rest of messages whose beginning is here, and damaged ones anew, when somebody asks for it. Must not know the protocol. */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { MessageId } from '../model/ids.ts';
import { completeFromServer } from '../sync/completion.ts';
import { maildropName, type Exclusive } from '../sync/engine.ts';
import { findOpenAccount } from './account-desk.ts';
import { reach, type FetchParts } from './fetch-desk.ts';

export interface CompletionDeskParts extends FetchParts {
  exclusive: Exclusive;
}

export class CompletionDesk implements Pick<MailApi, 'fetchRest'> {
  readonly #parts: CompletionDeskParts;

  constructor(parts: CompletionDeskParts) {
    this.#parts = parts;
  }

  async fetchRest(id: MessageId, onOctets: (octets: number) => void, signal: AbortSignal): Promise<void> {
    const { exclusive, store, mailroom } = this.#parts;
    const row = await store.summary(id);
    if (row === null) throw new PoplarError('not-found', 'storage', { detail: { id } });
    const name = maildropName(await findOpenAccount(store, row.account));
    await exclusive(name, signal, async () => {
      const { account, password } = await reach(this.#parts, row.account);
      // Another tab may have fetched it while this one waited.
      const message = await store.summary(id);
      if (message === null || (message.partial ?? message.damaged) === undefined) return;
      const completed = await completeFromServer(this.#parts, {
        account,
        password,
        message,
        onOctets,
        signal,
      });
      if (completed !== null) mailroom.completed(completed);
    });
  }
}
