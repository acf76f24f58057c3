/**
 * Repair: all mail of this device is read back, compared with the checksum it came with, and its rows are made anew from
 * it. Batch by batch, each a whole one, so that it may be stopped or die anywhere. It deletes nothing. Must not know
 * where mail comes from.
 */
import { PoplarError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import { messageId, type MessageId } from '../model/ids.ts';
import type { MessageDigest } from '../model/message.ts';
import {
  DAMAGED_NAMED,
  type DamagedMessage,
  type Finding,
  type InspectedMessage,
  type RepairProgress,
  type RepairReport,
} from '../model/repair.ts';
import type { MailStore } from '../store/mail-store.ts';
import type { DigestMessage } from './arrivals.ts';
import { checksum } from './checksum.ts';
import { maildropName, type Exclusive } from './engine.ts';

/** A batch is read, looked through and noted before the next one: two packs of the store. */
const BATCH_OCTETS = 8 * 1024 * 1024;

export interface RepairParts {
  store: Pick<MailStore, 'accounts' | 'use' | 'inspect' | 'applyFindings' | 'mendRecords'>;
  digest: DigestMessage;
  exclusive: Exclusive;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface RepairRun {
  signal: AbortSignal;
  onProgress: (progress: RepairProgress) => void;
}

/** Goes through all accounts, each under the lock of its maildrop. Throws PoplarError, `cancelled` when it was stopped. */
export async function repair(parts: RepairParts, run: RepairRun): Promise<RepairReport> {
  return new Repair(parts, run).run();
}

class Repair {
  readonly #parts: RepairParts;
  readonly #run: RepairRun;
  readonly #report: RepairReport = {
    messages: 0,
    octets: 0,
    unproven: 0,
    mended: 0,
    rebuilt: 0,
    damagedCount: 0,
    damaged: [],
    durationMs: 0,
  };
  readonly #progress: RepairProgress;

  constructor(parts: RepairParts, run: RepairRun) {
    this.#parts = parts;
    this.#run = run;
    const nothing = { messagesDone: 0, messagesTotal: 0, octetsDone: 0, octetsTotal: 0 };
    this.#progress = { phase: 'waiting', ...nothing, startedAt: parts.now() };
  }

  async run(): Promise<RepairReport> {
    const { store, now } = this.#parts;
    // First: without right records mail would not even be found.
    this.#report.mended = await store.mendRecords();
    const accounts = await store.accounts();
    for (const { messages, octets } of await Promise.all(accounts.map(({ id }) => store.use(id)))) {
      this.#progress.messagesTotal += messages;
      this.#progress.octetsTotal += octets;
    }
    for (const account of accounts) await this.#repairAccount(account);
    this.#report.durationMs = now() - this.#progress.startedAt;
    return this.#report;
  }

  async #repairAccount(account: Account): Promise<void> {
    const { exclusive, store } = this.#parts;
    const { signal } = this.#run;
    this.#tell('waiting');
    await exclusive(maildropName(account), signal, async () => {
      this.#tell('reading');
      for (let from: MessageId | null = messageId(0); from !== null;) {
        if (signal.aborted) throw new PoplarError('cancelled', 'page');
        const { messages, next }: Awaited<ReturnType<MailStore['inspect']>> = await store.inspect(
          account.id,
          from,
          BATCH_OCTETS,
        );
        const findings = messages.flatMap((message) => this.#look(account, message) ?? []);
        if (findings.length > 0) await store.applyFindings(findings);
        this.#tell('reading');
        from = next;
      }
    });
  }

  /** Null when the message is as it was. */
  #look(account: Account, message: InspectedMessage): Finding | null {
    const report = this.#report;
    report.messages += 1;
    report.octets += message.octets;
    this.#progress.messagesDone += 1;
    this.#progress.octetsDone += message.octets;
    const damage = damageOf(message);
    const { id } = message;
    if (damage !== null) {
      report.damagedCount += 1;
      if (report.damaged.length < DAMAGED_NAMED) report.damaged.push(named(account, message, damage));
      // What its row says was right once, and is more than the damaged octets could tell.
      return message.damaged ? null : { id, digest: null, damaged: true };
    }
    // A beginning has no checksum, and is no proof of anything.
    if (message.receipt === null && !message.isCut) report.unproven += 1;
    const digest = this.#rebuild(message);
    if (digest !== null) report.rebuilt += 1;
    return digest !== null || message.damaged ? { id, digest, damaged: false } : null;
  }

  /** The row anew, or null when that makes no difference. */
  #rebuild({ raw, digest: before, isCut }: InspectedMessage): MessageDigest | null {
    if (raw === null) return null;
    try {
      const digest = this.#parts.digest(raw, isCut);
      return isSame(digest, before) ? null : digest;
    } catch {
      // Raw bytes are the truth: a message that our header pass cannot read keeps the row that it has.
      return null;
    }
  }

  #tell(phase: RepairProgress['phase']): void {
    this.#progress.phase = phase;
    this.#run.onProgress({ ...this.#progress });
  }
}

function damageOf({ raw, receipt }: InspectedMessage): DamagedMessage['damage'] | null {
  if (raw === null) return 'lost';
  return receipt === null || checksum(raw) === receipt.hash ? null : 'changed';
}

function named(
  { id: account }: Account,
  { id, octets, digest }: InspectedMessage,
  damage: DamagedMessage['damage'],
): DamagedMessage {
  const { from, subject, sentAt } = digest;
  return { id, account, subject, from: from.name || from.address, sentAt, octets, damage };
}

function isSame(a: MessageDigest, b: MessageDigest): boolean {
  return outline(a) === outline(b);
}

function outline({ from, to, subject, sentAt, preview, hasAttachment }: MessageDigest): string {
  const people = [from, ...to].flatMap(({ name, address }) => [name, address]);
  return JSON.stringify([people, subject, sentAt, preview, hasAttachment]);
}
