/**
 * Messages of which the beginning alone is here, or damaged octets, and that somebody wants fetched again: found in the
 * listing of a fetch, and what comes put in their place. Must not know how messages are retrieved.
 */
import { PoplarError } from '../errors.ts';
import type { AccountId, MessageId, MessageNumber, Uidl } from '../model/ids.ts';
import { wholeOctets, type MessageSummary } from '../model/message.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { WholeMessage } from '../pop3/retrieve.ts';
import type { MailStore } from '../store/mail-store.ts';
import { isWhole } from '../model/retention.ts';
import { identifyDuplicates } from './identity.ts';
import { replaceBy, type ReplacementParts } from './replacement.ts';
import type { Survey } from './survey.ts';
import { fulfilling } from './wishes.ts';

export interface ReplacementsParts extends ReplacementParts {
  store: MailStore;
  account: AccountId;
  /** After each message that was replaced. */
  onCompleted?: ((summary: MessageSummary) => void) | undefined;
}

export class Replacements {
  readonly #parts: ReplacementsParts;
  readonly #wanted = new Map<MessageNumber, MessageId>();

  constructor(parts: ReplacementsParts) {
    this.#parts = parts;
  }

  /** Those that are listed, but for what this fetch has given up. */
  async find(
    { listed, known }: Pick<Survey, 'listed' | 'known'>,
    skipped: readonly Uidl[],
  ): Promise<ListedMessage[]> {
    const { store, account } = this.#parts;
    this.#wanted.clear();
    const asked = new Set<Uidl>();
    for (const { uidl, wish } of await store.wishes(account)) if (wish === 'fetch') asked.add(uidl);
    for (const uidl of skipped) asked.delete(uidl);
    // Hardly ever is there any, and all that is here is read to know what of it is not whole.
    if (asked.size === 0) return [];
    const holdings = await store.holdings(account);
    const lacking = new Map<Uidl | null, MessageId>();
    for (const one of holdings) if (!isWhole(one) && asked.has(one.uidl)) lacking.set(one.uidl, one.id);
    const sizes = new Map(holdings.map((holding) => [holding.uidl, wholeOctets(holding)]));
    return identifyDuplicates(listed, known, sizes).flatMap(({ message }) => {
      const id = lacking.get(message.uidl);
      if (id === undefined) return [];
      this.#wanted.set(message.number, id);
      return message;
    });
  }

  /** Whether the message of this session is one of them. */
  has({ number }: ListedMessage): boolean {
    return this.#wanted.has(number);
  }

  /** Puts it in place of what is left; null, or why not: then nobody need ask for it again. */
  async take(whole: WholeMessage): Promise<PoplarError | null> {
    const { store, account, onCompleted } = this.#parts;
    const id = this.#wanted.get(whole.listed.number);
    const message = id === undefined ? null : await store.summary(id);
    if (message === null) return null;
    let failure: PoplarError | null = null;
    try {
      const replaced = await replaceBy(this.#parts, message, whole);
      if (replaced !== null) onCompleted?.(replaced);
    } catch (error) {
      if (!(error instanceof PoplarError) || error.code !== 'message-gone') throw error;
      failure = error;
    }
    await store.changeWishes(account, fulfilling(message.uidl));
    return failure;
  }
}
