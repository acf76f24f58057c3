/**
 * One fetch of one maildrop: dial, log in, list, plan, retrieve, store. It reads and never deletes: there is no DELE.
 * Whatever happens on the way, what was received whole is stored first and stays. Must not know tabs, locks or
 * passwords kept; time and network are handed in.
 */
import { PoplarError, toErrorRecord } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { SyncProgress, SyncResult } from '../model/event.ts';
import type { MessageDigest, MessageSummary } from '../model/message.ts';
import { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { MailStore, NewMessage } from '../store/mail-store.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial } from '../wire/transport.ts';
import { BatchWriter, type BatchLimits } from './batch-writer.ts';
import { locate } from './locate.ts';
import { planSync, type SyncPlan, type SyncPolicy } from './plan.ts';
import { ProgressMeter } from './progress.ts';
import { sayGoodbye, withTransport } from './session.ts';

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
}

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
  readonly #skipped: SyncResult['skipped'] = [];
  #fetched = 0;
  #fetchedOctets = 0;

  constructor(parts: SyncParts, job: SyncJob) {
    this.#parts = parts;
    this.#job = job;
    this.#meter = new ProgressMeter(job.account.id, parts.now, job.onProgress);
    this.#batches = new BatchWriter((batch) => this.#commit(batch), parts.clock, BATCH_LIMITS);
  }

  async run(): Promise<SyncResult> {
    const { account, signal } = this.#job;
    const { dial, clock } = this.#parts;
    this.#meter.enter('connecting');
    return withTransport({ dial, to: account.incoming, observer: {}, signal }, async (transport) => {
      const { security } = account.incoming;
      return this.#converse(await Pop3Client.open(transport, { security, clock }));
    });
  }

  async #converse(client: Pop3Client): Promise<SyncResult> {
    const { account, password } = this.#job;
    this.#meter.enter('login');
    await client.login(account.user, password);
    this.#meter.enter('listing');
    const plan = await this.#plan(client);
    this.#meter.expect(plan.retrieve);
    this.#meter.enter('fetching');
    await this.#fetch(client, plan);
    this.#meter.enter('closing');
    await sayGoodbye(client, this.#parts.clock);
    return this.#finish(plan);
  }

  async #plan(client: Pop3Client): Promise<SyncPlan> {
    const { store, policy } = this.#parts;
    const listed = await client.list();
    const plan = planSync(listed, await store.knownUidls(this.#job.account.id), policy);
    const { maildropCount, maildropOctets } = plan;
    const { lastSyncAt } = await store.status(this.#job.account.id);
    await store.setStatus(this.#job.account.id, { lastSyncAt, maildropCount, maildropOctets });
    for (const message of plan.tooLarge) this.#skip(message, tooLarge(message, policy));
    return plan;
  }

  /** Whether it ends well, with an error or by the person's wish: what was received is stored before it is over. */
  async #fetch(client: Pop3Client, plan: SyncPlan): Promise<void> {
    try {
      await this.#retrieve(client, plan);
    } finally {
      await this.#batches.finish();
    }
  }

  async #retrieve(client: Pop3Client, plan: SyncPlan): Promise<void> {
    const received = client.retrieve(plan.retrieve, {
      signal: this.#job.signal,
      windowOctets: WINDOW_OCTETS,
      windowCommands: WINDOW_COMMANDS,
      maxOctets: this.#parts.policy.maxMessageOctets,
      onOctets: (octets) => this.#meter.arriving(octets),
    });
    for await (const item of received) {
      if ('error' in item) this.#skip(item.listed, item.error);
      else await this.#batches.add(this.#newMessage(item.listed, item.raw));
      this.#meter.done();
    }
  }

  #newMessage({ uidl }: ListedMessage, raw: Uint8Array): NewMessage {
    return { uidl, raw, digest: this.#digest(raw), receivedAt: this.#parts.now(), folder: 'inbox' };
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

  #skip({ uidl, octets }: ListedMessage, error: PoplarError): void {
    this.#skipped.push({ uidl, octets, error: toErrorRecord(error) });
  }

  async #finish({ maildropCount, maildropOctets }: SyncPlan): Promise<SyncResult> {
    const account = this.#job.account.id;
    const finishedAt = this.#parts.now();
    await this.#parts.store.setStatus(account, { lastSyncAt: finishedAt, maildropCount, maildropOctets });
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

function tooLarge({ octets }: ListedMessage, { maxMessageOctets }: SyncPolicy): PoplarError {
  return new PoplarError('message-too-large', 'maildrop', {
    detail: { octets, limitOctets: maxMessageOctets },
  });
}
