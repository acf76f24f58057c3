/**
 * One fetch of one maildrop: dial, log in, list, plan, retrieve, store, and last what an account's rule deletes
 * (removal.ts).
 * Whatever happens on the way, what was received whole is stored first and stays; a fetch that loses its proxy goes on
 * through another one, where it was (resume.ts). Must not know tabs, locks or passwords kept; time and network are
 * handed in.
 */
import { PoplarError, toErrorRecord } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { SyncProgress, SyncResult } from '../model/event.ts';
import type { Uidl } from '../model/ids.ts';
import type { MessageDigest, MessageSummary } from '../model/message.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { RetrievedMessage, WholeMessage } from '../pop3/retrieve.ts';
import type { VisitNotes } from '../pop3/visit-notes.ts';
import type { MailStore, NewMessage } from '../store/mail-store.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial, TransportSecurity } from '../wire/transport.ts';
import type { AlreadyHere } from './already-here.ts';
import { BatchWriter, type BatchLimits } from './batch-writer.ts';
import { checksum } from './checksum.ts';
import { identityOf } from './identity.ts';
import { isInternalData } from './internal-data.ts';
import { locate } from './locate.ts';
import { isLoss, Losses } from './losses.ts';
import { overstates, provisionalIdentity, type SyncPlan, type SyncPolicy } from './plan.ts';
import { ProgressMeter } from './progress.ts';
import { isEnoughForNow, listsInBatches, loginName } from './provider-ways.ts';
import { recorded } from './record.ts';
import { mayResume, Resumption } from './resume.ts';
import { ServerMemory } from './server-memory.ts';
import { removeDue } from './removal.ts';
import { saslContext, sayGoodbye, withTransport } from './session.ts';
import { survey, type Survey } from './survey.ts';

/** Octets asked for ahead, by LIST: with a long way to the server the window is everything. */
const WINDOW_OCTETS = 8 * 1024 * 1024;
const WINDOW_COMMANDS = 1_000;

const BATCH_LIMITS: BatchLimits = {
  firstMessages: 16,
  maxMessages: 512,
  maxOctets: 4 * 1024 * 1024,
  maxWaitMs: 400,
};

/** What every fetch works with. */
export interface SyncParts {
  dial: Dial;
  store: MailStore;
  clock: Clock;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The header-and-preview pass of message/digest. */
  digest: (raw: Uint8Array) => MessageDigest;
  policy: SyncPolicy;
  /** Whether the browser has promised to keep what is stored. Left out: it has not, and nothing is deleted on servers. */
  isKept?: () => Promise<boolean>;
  /** From 0 to 1; Math.random when left out. */
  random?: () => number;
}

/** How the retrieving of messages ended, when not with an error. */
type Retrieved = 'all' | 'hung-up' | 'draining';

/** One fetch. */
export interface SyncJob {
  account: Account;
  password: string;
  signal: AbortSignal;
  onProgress: (progress: SyncProgress) => void;
  /** After each commit, with what it added. */
  onAdded: (summaries: MessageSummary[]) => void;
}

/** Fetches what is new. Throws PoplarError that names host and user; `cancelled` when the signal was aborted. */
export async function syncMaildrop(parts: SyncParts, job: SyncJob): Promise<SyncResult> {
  try {
    return await new MaildropSync(parts, job).run();
  } catch (error) {
    throw locate(error, job.account, job.signal);
  }
}

class MaildropSync {
  readonly #parts: SyncParts;
  readonly #job: SyncJob;
  readonly #meter: ProgressMeter;
  readonly #batches: BatchWriter;
  readonly #resumption: Resumption;
  readonly #losses = new Losses();
  readonly #memory: ServerMemory;
  #skipped: SyncResult['skipped'] = [];
  /** Identities of all that was ever stored of the account, as of the last listing. */
  #known: ReadonlySet<Uidl> = new Set();
  /** What is here under other identities than those of the last listing. */
  #alreadyHere: AlreadyHere | null = null;
  /** Identities of messages that came and are here under others; not stored yet. */
  #otherNames: Uidl[] = [];
  #fetched = 0;
  #fetchedOctets = 0;
  /** LIST claimed far too much for a message that came. */
  #sizesLie = false;
  /** The proxy of this visit is on its way out. */
  #isDraining = false;

  constructor(parts: SyncParts, job: SyncJob) {
    this.#parts = parts;
    this.#job = job;
    this.#meter = new ProgressMeter(job.account.id, parts.now, job.onProgress);
    this.#batches = new BatchWriter((batch) => this.#commit(batch), parts.clock, BATCH_LIMITS);
    const { clock, random = Math.random } = parts;
    this.#memory = new ServerMemory(parts.store, job.account.id, parts.now);
    this.#resumption = new Resumption({ clock, random, signal: job.signal });
  }

  /**
   * Visits until one has come to its end and, at a provider that lists in batches, brought nothing new. A message without
   * an end costs its connection; the rest is fetched over another one, without that message. A proxy that goes away costs
   * its connection, and so does a server that hangs up.
   */
  async run(): Promise<SyncResult> {
    let before: SyncResult | null = null;
    for (;;) {
      const end: SyncResult | PoplarError | null = await this.#visit().catch((error: unknown) => {
        // The server has had enough for now; what came is no less for that.
        if (before !== null && isEnoughForNow(error)) return before;
        return this.#resumable(error);
      });
      if (end === null) continue;
      if (!(end instanceof PoplarError)) {
        if (await this.#mayGetMoreInUtf8()) continue;
        const isNew = end.fetched > (before?.fetched ?? 0);
        if (!isNew || !listsInBatches(this.#job.account)) return end;
        before = end;
        continue;
      }
      this.#meter.enter('connecting');
      // Leaving out what a server hangs up on is no progress: it may hang up on everything.
      await this.#resumption.pause(end, this.#fetched + this.#skipped.length - this.#losses.leftOut);
    }
  }

  /** RFC 6856 §4: what was refused for want of UTF-8 mode is asked for in it, once. */
  async #mayGetMoreInUtf8(): Promise<boolean> {
    const others = this.#skipped.filter(({ error }) => error.code !== 'utf8-needed');
    if (others.length === this.#skipped.length || !(await this.#memory.needsUtf8())) return false;
    this.#skipped = others;
    return true;
  }

  /** The error, when the fetch may go on after it; throws it otherwise. */
  #resumable(error: unknown): PoplarError {
    const { isResuming } = this.#resumption;
    if (mayResume(error, { phase: this.#meter.phase, isResuming })) return error;
    throw error;
  }

  /** The error of a visit that was cut short in order; null when a message without an end ended it. */
  async #visit(): Promise<SyncResult | PoplarError | null> {
    const { account, signal } = this.#job;
    const { dial, clock } = this.#parts;
    this.#isDraining = false;
    this.#meter.enter('connecting');
    const observer = { onDraining: () => (this.#isDraining = true) };
    const remembered = await this.#memory.recall();
    const call = { dial, to: account.incoming, observer, signal, remembered };
    return withTransport(call, async (transport, notes) => {
      const { security } = account.incoming;
      const sasl = saslContext(account.incoming);
      const { mayPipeline } = this.#losses;
      return this.#recorded(transport.security, async (onTranscript) => {
        const options = { security, clock, sasl, notes, mayPipeline, onTranscript };
        return this.#converse(await Pop3Client.open(transport, options), notes);
      });
    });
  }

  #recorded<Result>(
    security: TransportSecurity | null,
    session: (onTranscript: (line: string) => void) => Promise<Result>,
  ): Promise<Result> {
    const { account, password } = this.#job;
    const { store, now } = this.#parts;
    const keep = (transcript: SessionTranscript) => store.addTranscript(account.id, transcript);
    return recorded({ keep, now }, { account, password, security }, session);
  }

  async #converse(client: Pop3Client, notes: VisitNotes): Promise<SyncResult | PoplarError | null> {
    const { account, password } = this.#job;
    this.#meter.enter('login');
    await client.login({ user: loginName(account), password });
    await this.#memory.learn(client, notes);
    this.#meter.enter('listing');
    const surveyed = await this.#survey(client);
    const { plan } = surveyed;
    this.#meter.expect(plan.retrieve);
    this.#meter.enter('fetching');
    const end = await this.#fetch(client, plan);
    if (end === 'hung-up') return null;
    if (end === 'all') this.#meter.enter('closing');
    const isOver = end === 'all' && (await this.#remove(client, surveyed));
    if (!isOver) await sayGoodbye(client, this.#parts.clock);
    return end === 'all'
      ? this.#finish(plan)
      : new PoplarError('proxy-closing', 'proxy', { retryable: true });
  }

  /** True when that has ended the session. */
  async #remove(client: Pop3Client, surveyed: Survey): Promise<boolean> {
    const { store, now, isKept = () => Promise.resolve(false) } = this.#parts;
    const { account, signal } = this.#job;
    return removeDue({ store, now, isKept }, { account, client, survey: surveyed, signal });
  }

  async #survey(client: Pop3Client): Promise<Survey> {
    const { store, policy } = this.#parts;
    const { id } = this.#job.account;
    const skipped = this.#skipped.map(({ uidl }) => uidl);
    const surveyed = await survey({ client, store, account: id, policy, skipped }).catch((error: unknown) => {
      if (error instanceof PoplarError && isLoss(error)) this.#losses.lostListing(client.unanswered);
      throw error;
    });
    const { plan, known, alreadyHere, sizesLie } = surveyed;
    this.#known = known;
    this.#alreadyHere = alreadyHere;
    // Where nothing ever proved LIST right, it must not keep a whole maildrop away.
    if (sizesLie || (known.size === 0 && plan.retrieve.length === 0)) this.#sizesLie = true;
    const { maildropCount, maildropOctets } = plan;
    await store.patchStatus(id, { maildropCount, maildropOctets });
    return surveyed;
  }

  /** Whether it ends well, with an error or by the person's wish: what was received is stored before it is over. */
  async #fetch(client: Pop3Client, { retrieve, tooLarge }: SyncPlan): Promise<Retrieved> {
    try {
      const end = await this.#retrieve(client, retrieve);
      if (end !== 'all') return end;
      if (this.#sizesLie) {
        this.#meter.expect(tooLarge);
        return await this.#retrieve(client, tooLarge);
      }
      for (const message of tooLarge) this.#skip(message, leftThere(message, this.#parts.policy));
      return 'all';
    } finally {
      await client.during(this.#batches.finish());
      await this.#rememberOtherNames();
    }
  }

  /** What a connection may have been lost at comes first, one by one. */
  async #retrieve(client: Pop3Client, messages: readonly ListedMessage[]): Promise<Retrieved> {
    const suspects = messages.slice(0, this.#losses.suspects);
    const end = await this.#pull(client, suspects, 1);
    return end === 'all' ? this.#pull(client, messages.slice(suspects.length), WINDOW_COMMANDS) : end;
  }

  async #pull(
    client: Pop3Client,
    messages: readonly ListedMessage[],
    windowCommands: number,
  ): Promise<Retrieved> {
    const received = client.retrieve(messages, {
      signal: this.#job.signal,
      windowOctets: WINDOW_OCTETS,
      windowCommands,
      maxOctets: this.#parts.policy.maxMessageOctets,
      onOctets: (octets) => this.#meter.arriving(octets),
      isEnough: () => this.#isDraining,
      hasFailed: (message) => this.#losses.hasFailed(message),
    });
    let count = 0;
    try {
      for await (const item of received) {
        await this.#take(client, item);
        count += 1;
        if (isLast(item)) return 'hung-up';
      }
    } catch (error) {
      const message = messages[count];
      if (message !== undefined && error instanceof PoplarError && isLoss(error)) {
        if (this.#losses.lostAt(message, client.unanswered)) this.#skip(message, error);
      }
      throw error;
    }
    return count === messages.length ? 'all' : 'draining';
  }

  async #take(client: Pop3Client, item: RetrievedMessage): Promise<void> {
    if ('error' in item) this.#skip(item.listed, item.error);
    else {
      const message = this.#newMessage(item);
      if (message !== null) await this.#add(client, message);
    }
    this.#losses.passed();
    this.#meter.done();
  }

  /** A disk that is slow must not cost the session; nearly always there is nothing to wait for. */
  async #add(client: Pop3Client, message: NewMessage): Promise<void> {
    if ((await this.#alreadyHere?.takes(message)) === true) {
      this.#otherNames.push(message.uidl);
      return;
    }
    const added = this.#batches.add(message);
    await (this.#batches.isWaiting ? client.during(added) : added);
  }

  /** So that they are not fetched another time. */
  async #rememberOtherNames(): Promise<void> {
    const names = this.#otherNames.splice(0);
    if (names.length > 0) await this.#parts.store.addUidls(this.#job.account.id, names);
  }

  /** Null when it is stored already, or is no mail. */
  #newMessage({ listed, raw, unterminated }: WholeMessage): NewMessage | null {
    if (overstates(listed, raw.length)) this.#sizesLie = true;
    const identity = identityOf(listed, raw, this.#known);
    const digest = this.#digest(raw);
    if (identity === null || isInternalData(listed, digest)) return null;
    const receipt = {
      hash: checksum(raw),
      listedOctets: listed.octets,
      unterminated: unterminated === true,
    };
    const message: NewMessage = {
      uidl: identity,
      raw,
      digest,
      receivedAt: this.#parts.now(),
      folder: 'inbox',
      receipt,
    };
    return unterminated ? { ...message, unterminated } : message;
  }

  /** Raw bytes are the truth: a message that our header pass cannot read is stored all the same. */
  #digest(raw: Uint8Array): MessageDigest {
    try {
      return this.#parts.digest(raw);
    } catch {
      const nobody = { name: '', address: '' };
      return { from: nobody, to: [], subject: '', sentAt: null, preview: '', hasAttachment: false };
    }
  }

  async #commit(batch: readonly NewMessage[]): Promise<void> {
    const added = await this.#parts.store.addMessages(this.#job.account.id, batch);
    this.#fetched += added.length;
    for (const { octets } of added) this.#fetchedOctets += octets;
    if (added.length > 0) this.#job.onAdded(added);
  }

  #skip(message: ListedMessage, error: PoplarError): void {
    const { number, octets } = message;
    this.#skipped.push({ uidl: provisionalIdentity(message), number, octets, error: toErrorRecord(error) });
  }

  async #finish({ maildropCount }: SyncPlan): Promise<SyncResult> {
    const account = this.#job.account.id;
    if (this.#losses.blamesPipelining) await this.#memory.bearsNoPipelining();
    const finishedAt = this.#parts.now();
    await this.#parts.store.patchStatus(account, { lastSyncAt: finishedAt });
    return {
      account,
      fetched: this.#fetched,
      fetchedOctets: this.#fetchedOctets,
      onServer: maildropCount,
      skipped: this.#skipped,
      finishedAt,
    };
  }
}

/** Nothing comes after it on this connection. */
function isLast(item: RetrievedMessage): boolean {
  return 'error' in item ? item.endless === true : item.unterminated === true;
}

function leftThere({ octets }: ListedMessage, { maxMessageOctets }: SyncPolicy): PoplarError {
  return new PoplarError('message-too-large', 'maildrop', {
    detail: { octets, limitOctets: maxMessageOctets },
  });
}
