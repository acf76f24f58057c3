/**
 * To and from other devices: accounts, and what was fetched of each, in an encrypted file. Must not know what the file
 * looks like inside (move/) nor how it is encrypted.
 */
import type { MailApi } from '../api/mail-api.ts';
import { PoplarError } from '../errors.ts';
import type { Account, AccountOptions } from '../model/account.ts';
import { isClosed } from '../model/closed-account.ts';
import type { AccountId, Uidl } from '../model/ids.ts';
import type { MoveChoice, MovedAccountFacts, MoveFacts, MoveOutcome } from '../model/move.ts';
import type { DeletingRule } from '../model/retention.ts';
import { readContents, writeContents, type MoveContents, type MovedAccount } from '../move/move-contents.ts';
import type { MailStore } from '../store/mail-store.ts';
import { maildropName, type Exclusive } from '../sync/engine.ts';
import { cleanOptions, cleanPassword, cleanRetention, cleanSettings, type AccountSettings } from './draft.ts';
import type { Mailroom } from './mailroom.ts';
import { openMoveFile, sealMoveFile, type Subtle } from './seal-move-file.ts';

export interface MoveDeskParts {
  store: MailStore;
  mailroom: Mailroom;
  exclusive: Exclusive;
  newId: () => AccountId;
  /** Milliseconds since 1970. */
  now: () => number;
  subtle: Subtle;
}

/** An account of a file, fit to be kept. */
interface Arrival {
  settings: AccountSettings;
  options: Partial<AccountOptions>;
  rule: DeletingRule | null;
  password: string | null;
  known: Uidl[];
}

export class MoveDesk implements Pick<MailApi, 'saveMove' | 'readMove' | 'takeMove'> {
  readonly #parts: MoveDeskParts;

  constructor(parts: MoveDeskParts) {
    this.#parts = parts;
  }

  async saveMove(passphrase: string, withPasswords: boolean): Promise<Uint8Array<ArrayBuffer>> {
    const { store, now, subtle } = this.#parts;
    const accounts = (await store.accounts()).filter((account) => !account.demo && !isClosed(account));
    const moved = await Promise.all(accounts.map((account) => this.#departure(account, withPasswords)));
    const contents = writeContents({ madeAt: now(), accounts: moved });
    return sealMoveFile(subtle, contents, passphrase);
  }

  async readMove(file: Uint8Array<ArrayBuffer>, passphrase: string): Promise<MoveFacts> {
    const { madeAt, arrivals } = await this.#read(file, passphrase);
    const here = new Set((await this.#parts.store.accounts()).map(maildropName));
    const accounts = arrivals.map(({ settings, rule, password, known }): MovedAccountFacts => ({
      address: settings.address,
      host: settings.incoming.host,
      user: settings.user,
      known: known.length,
      hasPassword: password !== null,
      rule,
      isHere: here.has(maildropName(settings)),
    }));
    return { madeAt, accounts };
  }

  async takeMove(
    file: Uint8Array<ArrayBuffer>,
    passphrase: string,
    choice: MoveChoice,
  ): Promise<MoveOutcome> {
    const { exclusive, mailroom } = this.#parts;
    const { arrivals } = await this.#read(file, passphrase);
    const outcome: MoveOutcome = { added: [], merged: [], learnt: 0 };
    // As in addAccount: one addition at a time over all tabs. A fetch that runs need not be waited for: what it brings of
    // that which is known by then is left out by the transaction that would store it.
    await exclusive('adding', new AbortController().signal, async () => {
      for (const arrival of arrivals) {
        const known = choice === 'new-only' ? arrival.known : [];
        await this.#settle({ ...arrival, known }, outcome);
      }
    });
    mailroom.tell({ type: 'accounts-changed' });
    return outcome;
  }

  async #departure(account: Account, withPasswords: boolean): Promise<MovedAccount> {
    const { store } = this.#parts;
    const { id, address, displayName, incoming, user, retention, formerRule } = account;
    return {
      ...{ address, displayName, incoming, user },
      options: optionsOf(account),
      rule: retention === undefined ? (formerRule ?? null) : cleanRetention(retention),
      // Only one that is kept: who does not want it kept here does not want it in a file.
      password: withPasswords ? await store.password(id) : null,
      known: await this.#fetchedWhole(id),
    };
  }

  /** What is here in part, or damaged, was not fetched whole: the other device fetches it as it likes. */
  async #fetchedWhole(id: AccountId): Promise<Uidl[]> {
    const [known, holdings] = await Promise.all([
      this.#parts.store.knownUidls(id),
      this.#parts.store.holdings(id),
    ]);
    const lacking = new Set(
      holdings.flatMap(({ uidl, partial, damaged }) => (partial !== undefined || damaged ? uidl : [])),
    );
    return [...known].filter((identity) => !lacking.has(identity));
  }

  async #read(file: Uint8Array<ArrayBuffer>, passphrase: string) {
    const contents = readContents(await openMoveFile(this.#parts.subtle, file, passphrase));
    return { madeAt: contents.madeAt, arrivals: clean(contents, this.#parts.now()) };
  }

  /** Adds the account, or tells the one that is here what was fetched. */
  async #settle({ settings, options, rule, password, known }: Arrival, outcome: MoveOutcome): Promise<void> {
    const { store, newId, now } = this.#parts;
    const name = maildropName(settings);
    const there = (await store.accounts()).find((account) => maildropName(account) === name);
    if (there === undefined) {
      const formerRule = rule ?? undefined;
      const account = { id: newId(), ...settings, ...options, demo: false, addedAt: now() };
      await store.putAccount({ ...account, ...(formerRule && { formerRule }) }, password, known);
      outcome.added.push(account.id);
      outcome.learnt += known.length;
      return;
    }
    const before = await store.knownUidls(there.id);
    const fresh = known.filter((identity) => !before.has(identity));
    if (fresh.length > 0) await store.addUidls(there.id, fresh);
    outcome.merged.push(there.id);
    outcome.learnt += fresh.length;
  }
}

/** Fields that would not pass by hand do not pass by file. Throws `file-damaged`. */
function clean({ accounts }: MoveContents, now: number): Arrival[] {
  try {
    return accounts.map(({ options, rule, password, known, ...settings }) => ({
      settings: cleanSettings(settings),
      options: cleanOptions(options, now),
      rule: ruleOf(rule),
      password: password === null ? null : cleanPassword(password),
      known: [...new Set(known)],
    }));
  } catch (cause) {
    throw new PoplarError('file-damaged', 'page', { detail: { what: 'move file' }, cause });
  }
}

/** What the account does otherwise than usual. */
function optionsOf({ checkEvery, recent, fetch, headsAbove }: Account): Record<string, unknown> {
  const options: Partial<AccountOptions> = {
    ...(checkEvery !== undefined && { checkEvery }),
    ...(recent !== undefined && { recent }),
    ...(fetch !== undefined && { fetch }),
    ...(headsAbove !== undefined && { headsAbove }),
  };
  return { ...options };
}

/** Null for a rule of a later version: it would only be shown, and has to be chosen anew. */
function ruleOf(rule: unknown): DeletingRule | null {
  if (typeof rule !== 'object' || rule === null) return null;
  try {
    return cleanRetention(rule as DeletingRule);
  } catch (error) {
    if (error instanceof PoplarError && error.code === 'bad-input') return null;
    throw error;
  }
}
