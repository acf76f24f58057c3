/**
 * What happens to each message that came: it gets its identity and its digest, is recognised when it is here already, and
 * is stored in batches otherwise. Must not know how messages are asked for, nor what becomes of those that failed.
 */
import type { AccountId, MessageId, Uidl } from '../model/ids.ts';
import type { MessageDigest, MessageSummary } from '../model/message.ts';
import type { Receipt } from '../model/retention.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { WholeMessage } from '../pop3/retrieve.ts';
import type { MailStore, NewMessage } from '../store/mail-store.ts';
import type { Clock } from '../wire/clock.ts';
import type { AlreadyHere, Found } from './already-here.ts';
import { BatchWriter, type BatchLimits } from './batch-writer.ts';
import { checksum } from './checksum.ts';
import { identityOf, identityOfBeginning, sharedUniqueId } from './identity.ts';
import { isInternalData } from './internal-data.ts';
import type { Survey } from './survey.ts';

const BATCH_LIMITS: BatchLimits = {
  firstMessages: 16,
  maxMessages: 512,
  maxOctets: 4 * 1024 * 1024,
  maxWaitMs: 400,
};

/** The header-and-preview pass of message/digest; `isCut`: the octets are a beginning alone. */
export type DigestMessage = (raw: Uint8Array, isCut?: boolean) => MessageDigest;

export interface ArrivalsParts {
  store: MailStore;
  account: AccountId;
  clock: Clock;
  /** Milliseconds since 1970. */
  now: () => number;
  digest: DigestMessage;
  /** After each commit, with what it added. */
  onAdded: (summaries: MessageSummary[]) => void;
  /** After each message that was here in part and is whole now. */
  onCompleted?: ((summary: MessageSummary) => void) | undefined;
}

export class Arrivals {
  readonly #parts: ArrivalsParts;
  readonly #batches: BatchWriter;
  #known: ReadonlySet<Uidl> = new Set();
  #alreadyHere: AlreadyHere | null = null;
  #listed: readonly ListedMessage[] = [];
  /** Their unique-ids, once it matters. */
  #listedNames: ReadonlySet<Uidl | null> | null = null;
  /** Identities of messages that came and are here under others; not stored yet. */
  readonly #otherNames: Uidl[] = [];
  /** The same of those that the server has renamed. */
  readonly #newNames = new Map<MessageId, Uidl>();
  #fetched = 0;
  #fetchedOctets = 0;

  constructor(parts: ArrivalsParts) {
    this.#parts = parts;
    this.#batches = new BatchWriter((batch) => this.#commit(batch), parts.clock, BATCH_LIMITS);
  }

  /** Messages that were stored. */
  get fetched(): number {
    return this.#fetched;
  }

  get fetchedOctets(): number {
    return this.#fetchedOctets;
  }

  /**
   * From now on messages of another listing come. `known`: identities of all that was ever stored of the account;
   * `alreadyHere`: what is here under other identities than those listed.
   */
  follow({ listed, known, alreadyHere }: Pick<Survey, 'listed' | 'known' | 'alreadyHere'>): void {
    this.#listed = listed;
    this.#listedNames = null;
    this.#known = known;
    this.#alreadyHere = alreadyHere;
  }

  /** A disk that is slow must not cost the session; nearly always there is nothing to wait for. */
  async take(client: Pop3Client, whole: WholeMessage): Promise<void> {
    const message = this.#newMessage(whole);
    if (message !== null) await this.#keep(client, message);
  }

  /** What TOP gave of a message, `lines` of its text asked for. It has no receipt, so that it is no reason to delete anything. */
  async takeBeginning(
    client: Pop3Client,
    listed: ListedMessage,
    head: Uint8Array,
    lines: number,
  ): Promise<void> {
    const raw = head.slice();
    await this.#keep(client, {
      uidl: identityOfBeginning(listed, raw),
      raw,
      digest: digestOf(this.#parts.digest, raw, true),
      receivedAt: this.#parts.now(),
      folder: 'inbox',
      partial: { octets: listed.octets, lines },
    });
  }

  async #keep(client: Pop3Client, message: NewMessage): Promise<void> {
    const found = (await this.#alreadyHere?.take(message)) ?? null;
    // What is damaged and listed by its own name is to be fetched by that.
    if (found !== null && (found.isProven || !this.#isListed(found.uidl))) {
      this.#note(found, message.uidl);
      if (found.lacks) await client.during(this.#complete(found.id, message));
      return;
    }
    const added = this.#batches.add(message);
    await (this.#batches.isWaiting ? client.during(added) : added);
  }

  /**
   * A name that was made here, or that shares its unique-id, may be that of a server's bad day, and one whose old name is
   * listed beside it is a copy: then the message keeps its own.
   */
  #note({ id, uidl }: Found, name: Uidl): void {
    if (this.#isListed(uidl) || name.includes('\n')) this.#otherNames.push(name);
    else this.#newNames.set(id, name);
  }

  #isListed(uidl: Uidl): boolean {
    this.#listedNames ??= new Set(this.#listed.map((message) => message.uidl));
    return this.#listedNames.has(sharedUniqueId(uidl));
  }

  /** All of a message has come whose beginning, or what is left of it, is here under another name. */
  async #complete(id: MessageId, message: NewMessage): Promise<void> {
    const { store, onCompleted } = this.#parts;
    const completed = await store.completeMessage(id, message);
    if (completed !== null) onCompleted?.(completed);
  }

  /** Stores what is not stored yet. Rejects with the first error of the store. */
  async finish(client: Pop3Client): Promise<void> {
    await client.during(this.#batches.finish());
    await this.#rememberOtherNames();
  }

  /** So that they are not fetched another time, and are found by the names that the server gives to them now. */
  async #rememberOtherNames(): Promise<void> {
    const { store, account } = this.#parts;
    const [others, renamed] = [this.#otherNames.splice(0), new Map(this.#newNames)];
    this.#newNames.clear();
    if (others.length > 0) await store.addUidls(account, others);
    if (renamed.size > 0) await store.renameMessages(account, renamed);
  }

  /** Null when it is stored already, or is no mail. */
  #newMessage(whole: WholeMessage): NewMessage | null {
    const { listed, raw, unterminated } = whole;
    const identity = identityOf(listed, raw, this.#known);
    const digest = digestOf(this.#parts.digest, raw);
    if (identity === null || isInternalData(listed, digest)) return null;
    const message: NewMessage = {
      uidl: identity,
      raw,
      digest,
      receivedAt: this.#parts.now(),
      folder: 'inbox',
      receipt: receiptOf(whole),
    };
    return unterminated ? { ...message, unterminated } : message;
  }

  async #commit(batch: readonly NewMessage[]): Promise<void> {
    const { store, account, onAdded } = this.#parts;
    const added = await store.addMessages(account, batch);
    this.#fetched += added.length;
    for (const { octets } of added) this.#fetchedOctets += octets;
    if (added.length > 0) onAdded(added);
  }
}

/** What is noted of a message that came whole, so that it can be read back and compared. */
export function receiptOf({ listed, raw, unterminated }: WholeMessage): Receipt {
  return { hash: checksum(raw), listedOctets: listed.octets, unterminated: unterminated === true };
}

/** Raw bytes are the truth: a message that our header pass cannot read is stored all the same. */
export function digestOf(digest: DigestMessage, raw: Uint8Array, isCut = false): MessageDigest {
  try {
    return digest(raw, isCut);
  } catch {
    const nobody = { name: '', address: '' };
    return { from: nobody, to: [], subject: '', sentAt: null, preview: '', hasAttachment: false };
  }
}
