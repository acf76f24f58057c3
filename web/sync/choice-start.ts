/**
 * Finds where in a listing begins what an account wants, and remembers it, so that it is looked for once. Kept for the
 * whole of a fetch: a server that hangs up when it is asked for headers is not asked again.
 */
import { PoplarError } from '../errors.ts';
import { arrivalTime } from '../message/message-headers.ts';
import { isSameChoice, type FetchChoice, type FetchMark } from '../model/fetch-choice.ts';
import type { AccountId } from '../model/ids.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore } from '../store/mail-store.ts';
import { belowNewest, markAt, markedBelow, type Below } from './choice.ts';
import { isLoss } from './losses.ts';
import { belowSince, type Dates } from './since.ts';

/** A connection may be lost by chance once. */
const MAX_LOST = 2;

export interface ChoiceStartParts {
  store: MailStore;
  account: AccountId;
  choice: FetchChoice;
}

export class ChoiceStart {
  readonly #parts: ChoiceStartParts;
  #lost = 0;

  constructor(parts: ChoiceStartParts) {
    this.#parts = parts;
  }

  /**
   * The highest number that is left out, or 0. `fresh`: what of the listing is not here. Throws PoplarError when the
   * connection or the store fails.
   */
  async below(
    client: Pop3Client,
    listed: readonly ListedMessage[],
    fresh: readonly ListedMessage[],
  ): Promise<Below> {
    const { store, account, choice } = this.#parts;
    if (choice.what === 'all') return 0;
    const { mark } = await store.status(account);
    const marked = markedBelow(listed, choice, mark);
    if (marked !== null) return marked;
    // No older message is wanted, so that the day need not be looked for.
    if (choice.what === 'since' && fresh.length === 0) return 0;
    const below =
      choice.what === 'newest'
        ? this.#belowNewest(listed, fresh, choice.count, mark)
        : await this.#since(client, listed, choice.from);
    return this.#remember(listed, below);
  }

  /** Whatever came after the choice was made is wanted, even when all that marked its place is gone. */
  #belowNewest(
    listed: readonly ListedMessage[],
    fresh: readonly ListedMessage[],
    count: number,
    mark: FetchMark | undefined,
  ): Below {
    const below = belowNewest(listed, count);
    if (mark === undefined || !isSameChoice(this.#parts.choice, mark.choice)) return below;
    const isFresh = new Set(fresh.map(({ number }) => number));
    // The oldest: the newest ones come first, and a fetch may have been cut after them.
    const oldestHere = listed.reduce(
      (oldest, { number }) => (isFresh.has(number) ? oldest : Math.min(oldest, number)),
      Infinity,
    );
    return Math.min(below, oldestHere - 1);
  }

  /** Null when the server does not say when messages came. */
  async #since(client: Pop3Client, listed: readonly ListedMessage[], from: number): Promise<Below | null> {
    try {
      return await belowSince(listed, from, datesFrom(client));
    } catch (error) {
      if (error instanceof PoplarError && isLoss(error)) await this.#lostLooking(error, listed);
      throw error;
    }
  }

  /** So that the next visit, at once or another day, does not come to grief in the same way. */
  async #lostLooking({ code }: PoplarError, listed: readonly ListedMessage[]): Promise<void> {
    this.#lost += 1;
    const isHangUp = code === 'connection-lost' || code === 'connection-cut';
    if (!isHangUp || this.#lost >= MAX_LOST) await this.#remember(listed, null);
  }

  /** Resolves to the place as the next visits will find it: names that are missing or shared mark it no better than that. */
  async #remember(listed: readonly ListedMessage[], below: Below | null): Promise<Below> {
    const { store, account, choice } = this.#parts;
    const mark =
      below === null ? { choice, below: [], isBlind: true as const } : markAt(listed, choice, below);
    await store.patchStatus(account, { mark });
    return markedBelow(listed, choice, mark) ?? 0;
  }
}

function datesFrom(client: Pop3Client): Dates {
  return async (messages) => {
    const dates: (number | null)[] = [];
    const isShown = await client.headers(messages, (_message, head) => {
      dates.push(head === null ? null : arrivalTime(head));
    });
    return isShown ? dates : null;
  };
}
