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
import type { MessageSummary } from '../model/message.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { RetrievedMessage } from '../pop3/retrieve.ts';
import type { VisitNotes } from '../pop3/visit-notes.ts';
import { Arrivals, type DigestMessage } from './arrivals.ts';
import { ChoiceStart } from './choice-start.ts';
import { asBeginning, Beginnings } from './beginnings.ts';
import { newestFirst } from './choice.ts';
import { locate } from './locate.ts';
import { isLoss, Losses } from './losses.ts';
import { overstates, provisionalIdentity, sumOctets, type SyncPlan, type SyncPolicy } from './plan.ts';
import { ProgressMeter } from './progress.ts';
import { fetchChoiceOf, headsAboveOf, isEnoughForNow, listsInBatches, loginName } from './provider-ways.ts';
import { mayResume, Resumption } from './resume.ts';
import { retrieveAll, type RetrievalParts, type Retrieved } from './retrieval.ts';
import { Replacements } from './replacements.ts';
import { ServerMemory } from './server-memory.ts';
import { removeDue, seeClock } from './removal.ts';
import { sayGoodbye } from './session.ts';
import { survey, type Survey } from './survey.ts';
import { visitMaildrop, type VisitParts } from './visit.ts';

/** What every fetch works with. */
export interface SyncParts extends VisitParts {
  digest: DigestMessage;
  policy: SyncPolicy;
  /** Whether the browser has promised to keep what is stored. Left out: it has not, and nothing is deleted on servers. */
  isKept?: () => Promise<boolean>;
  /** From 0 to 1; Math.random when left out. */
  random?: () => number;
}

/** One fetch. */
export interface SyncJob {
  account: Account;
  password: string;
  signal: AbortSignal;
  onProgress: (progress: SyncProgress) => void;
  /** After each commit, with what it added. */
  onAdded: (summaries: MessageSummary[]) => void;
  /** After each message that was here in part, or damaged, and is whole now. */
  onCompleted?: (summary: MessageSummary) => void;
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
  readonly #arrivals: Arrivals;
  readonly #resumption: Resumption;
  readonly #losses = new Losses();
  readonly #choiceStart: ChoiceStart;
  readonly #beginnings: Beginnings;
  readonly #replacements: Replacements;
  readonly #memory: ServerMemory;
  #skipped: SyncResult['skipped'] = [];
  /** LIST claimed far too much for a message that came. */
  #sizesLie = false;
  /** The proxy of this visit is on its way out. */
  #isDraining = false;

  constructor(parts: SyncParts, job: SyncJob) {
    this.#parts = parts;
    this.#job = job;
    this.#meter = new ProgressMeter(job.account.id, parts.now, job.onProgress);
    const { account, onAdded, onCompleted } = job;
    this.#choiceStart = new ChoiceStart({
      store: parts.store,
      account: account.id,
      choice: fetchChoiceOf(account),
    });
    this.#arrivals = new Arrivals({ ...parts, account: account.id, onAdded, onCompleted });
    this.#replacements = new Replacements({ ...parts, account: account.id, onCompleted });
    this.#beginnings = new Beginnings({
      arrivals: this.#arrivals,
      aboveOctets: headsAboveOf(account),
      isDraining: () => this.#isDraining,
      onDone: () => this.#meter.done(),
    });
    const { clock, random = Math.random } = parts;
    this.#memory = new ServerMemory(parts.store, job.account, parts.now);
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
      await this.#resumption.pause(end, this.#arrivals.fetched + this.#skipped.length - this.#losses.leftOut);
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
  #visit(): Promise<SyncResult | PoplarError | null> {
    const { account, password, signal } = this.#job;
    this.#isDraining = false;
    this.#meter.enter('connecting');
    const observer = { onDraining: () => (this.#isDraining = true) };
    const job = { account, password, signal, observer, mayPipeline: this.#losses.mayPipeline };
    return visitMaildrop(this.#parts, job, (client, notes) => this.#converse(client, notes));
  }

  async #converse(client: Pop3Client, notes: VisitNotes): Promise<SyncResult | PoplarError | null> {
    const { account, password } = this.#job;
    this.#meter.enter('login');
    await client.login({ user: loginName(account), password });
    await this.#memory.learn(client, notes);
    // Before anything is stored: how long it is here counts from the time that is noted with it.
    await seeClock(this.#parts, account);
    this.#meter.enter('listing');
    const surveyed = await this.#survey(client);
    if (surveyed === null) return this.#leaveAsBefore(client);
    const { plan } = surveyed;
    const end = await this.#fetch(client, plan, await this.#replaceable(client, surveyed));
    if (end === 'hung-up') return null;
    if (end === 'all') this.#meter.enter('closing');
    const isOver = end === 'all' && (await this.#remove(client, surveyed));
    if (!isOver) await sayGoodbye(client, this.#parts.clock);
    return end === 'all'
      ? this.#finish(plan.maildropCount)
      : new PoplarError('proxy-closing', 'proxy', { retryable: true });
  }

  /** Nothing was to be fetched of what the server says, and nothing is. */
  async #leaveAsBefore(client: Pop3Client): Promise<SyncResult> {
    const { store, clock } = this.#parts;
    this.#meter.enter('closing');
    await sayGoodbye(client, clock);
    const { maildropCount } = await store.status(this.#job.account.id);
    return this.#finish(maildropCount);
  }

  /** True when that has ended the session. */
  async #remove(client: Pop3Client, surveyed: Survey): Promise<boolean> {
    const { store, now, isKept = () => Promise.resolve(false) } = this.#parts;
    const { account, signal } = this.#job;
    return removeDue({ store, now, isKept }, { account, client, survey: surveyed, signal });
  }

  async #survey(client: Pop3Client): Promise<Survey | null> {
    const { store } = this.#parts;
    const { account } = this.#job;
    const policy = { ...this.#parts.policy, headsAboveOctets: this.#beginnings.aboveOctets };
    const skipped = this.#skipped.map(({ uidl }) => uidl);
    const choiceStart = this.#choiceStart;
    const parts = { client, store, account, policy, skipped, choiceStart };
    const surveyed = await survey(parts).catch((error: unknown) => {
      if (error instanceof PoplarError && isLoss(error)) this.#losses.lostListing(client.unanswered);
      throw error;
    });
    if (surveyed === null) return null;
    const { plan, known, sizesLie, seen } = surveyed;
    this.#arrivals.follow(surveyed);
    // Where nothing ever proved LIST right, it must not keep a whole maildrop away.
    if (sizesLie || (known.size === 0 && plan.retrieve.length + plan.headsOnly.length === 0))
      this.#sizesLie = true;
    const { maildropCount, maildropOctets } = plan;
    const leftOut = { messages: plan.leftOut.length, octets: sumOctets(plan.leftOut) };
    await store.patchStatus(account.id, { maildropCount, maildropOctets, leftOut, seen });
    return surveyed;
  }

  /** Whether it ends well, with an error or by the person's wish: what was received is stored before it is over. */
  async #fetch(
    client: Pop3Client,
    { retrieve, headsOnly, tooLarge }: SyncPlan,
    again: readonly ListedMessage[],
  ): Promise<Retrieved> {
    try {
      this.#meter.expect([...headsOnly.map(asBeginning), ...retrieve, ...again]);
      this.#meter.enter('fetching');
      const refused = await this.#beginnings.fetch(client, headsOnly);
      if (refused === null) return 'draining';
      const end = await this.#retrieve(client, newestFirst([...refused, ...retrieve, ...again]));
      if (end !== 'all') return end;
      if (this.#sizesLie) return await this.#retrieve(client, tooLarge);
      for (const message of tooLarge) this.#skip(message, leftThere(message, this.#parts.policy));
      return 'all';
    } finally {
      await this.#arrivals.finish(client);
    }
  }

  /** What is damaged here and comes again by somebody's wish. */
  #replaceable(client: Pop3Client, surveyed: Survey): Promise<ListedMessage[]> {
    const skipped = this.#skipped.flatMap(({ uidl }) => uidl ?? []);
    return client.during(this.#replacements.find(surveyed, skipped));
  }

  #retrieve(client: Pop3Client, messages: readonly ListedMessage[]): Promise<Retrieved> {
    this.#meter.expect(messages);
    const parts: RetrievalParts = {
      losses: this.#losses,
      signal: this.#job.signal,
      maxOctets: this.#parts.policy.maxMessageOctets,
      onOctets: (octets) => this.#meter.arriving(octets),
      isDraining: () => this.#isDraining,
      take: (item) => this.#take(client, item),
      leaveOut: (message, error) => this.#skip(message, error),
    };
    return retrieveAll(parts, client, messages);
  }

  async #take(client: Pop3Client, item: RetrievedMessage): Promise<void> {
    if ('error' in item) this.#skip(item.listed, item.error);
    else if (this.#replacements.has(item.listed)) {
      const failure = await client.during(this.#replacements.take(item));
      if (failure !== null) this.#skip(item.listed, failure);
    } else {
      if (overstates(item.listed, item.raw.length)) this.#sizesLie = true;
      await this.#arrivals.take(client, item);
    }
    this.#meter.done();
  }

  #skip(message: ListedMessage, error: PoplarError): void {
    const { number, octets } = message;
    this.#skipped.push({ uidl: provisionalIdentity(message), number, octets, error: toErrorRecord(error) });
  }

  async #finish(onServer: number): Promise<SyncResult> {
    const account = this.#job.account.id;
    if (this.#losses.blamesPipelining) await this.#memory.bearsNoPipelining();
    const finishedAt = this.#parts.now();
    await this.#parts.store.patchStatus(account, { lastSyncAt: finishedAt });
    return {
      account,
      fetched: this.#arrivals.fetched,
      fetchedOctets: this.#arrivals.fetchedOctets,
      onServer,
      skipped: this.#skipped,
      finishedAt,
    };
  }
}

function leftThere({ octets }: ListedMessage, { maxMessageOctets }: SyncPolicy): PoplarError {
  return new PoplarError('message-too-large', 'maildrop', {
    detail: { octets, limitOctets: maxMessageOctets },
  });
}
