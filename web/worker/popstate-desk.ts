/** What Thunderbird has fetched counts as fetched here, too. Must not know what its file looks like. */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { AccountId } from '../model/ids.ts';
import type { PopstateFacts, PopstateSection } from '../model/popstate.ts';
import { fetchedWhole, readPopstate, type PopstateMailbox } from '../move/popstate.ts';
import type { MailStore } from '../store/mail-store.ts';
import { findAccount } from './account-desk.ts';

/** So many lines that could not be read are named. */
const NAMED_LINES = 5;

export class PopstateDesk implements Pick<MailApi, 'readPopstate' | 'takePopstate'> {
  readonly #store: MailStore;

  constructor(store: MailStore) {
    this.#store = store;
  }

  async readPopstate(id: AccountId, file: Uint8Array<ArrayBuffer>): Promise<PopstateFacts> {
    const account = await findAccount(this.#store, id);
    const { mailboxes, oddLines } = readPopstate(file);
    return {
      sections: mailboxes.map((mailbox) => sectionOf(mailbox, account)),
      oddLines: oddLines.slice(0, NAMED_LINES),
      odd: oddLines.length,
    };
  }

  /** A fetch that runs need not be waited for: see MoveDesk. */
  async takePopstate(id: AccountId, file: Uint8Array<ArrayBuffer>, section: number): Promise<number> {
    const mailbox = readPopstate(file).mailboxes[section];
    if (mailbox === undefined) throw new PoplarError('bad-input', 'page', { detail: { field: 'mailbox' } });
    const known = await this.#store.knownUidls(id);
    const fresh = fetchedWhole(mailbox).filter((identity) => !known.has(identity));
    await this.#store.addUidls(id, fresh);
    return fresh.length;
  }
}

function sectionOf({ host, user, entries }: PopstateMailbox, account: Account): PopstateSection {
  const section = { host, user, fetched: 0, partial: 0 };
  const times: number[] = [];
  for (const { isWhole, fetchedAt } of entries.values()) {
    section[isWhole ? 'fetched' : 'partial'] += 1;
    if (isWhole && fetchedAt !== null) times.push(fetchedAt);
  }
  // Not spread into Math.min: there may be more than a call takes arguments.
  const [firstAt, lastAt] = times.reduce<[number | null, number | null]>(
    ([first, last], at) => [Math.min(at, first ?? at), Math.max(at, last ?? at)],
    [null, null],
  );
  const isThis =
    host.toLowerCase() === account.incoming.host.toLowerCase() &&
    user.toLowerCase() === account.user.toLowerCase();
  return { ...section, firstAt, lastAt, isThis };
}
