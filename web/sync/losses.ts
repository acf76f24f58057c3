/**
 * What a fetch does about connections that a server ends, garbles or lets hang while messages are under way. What was under way
 * is asked for again, one by one, so that it shows which message it is that the server fails at: that one is left out
 * when it fails a second time alone. A server that fails twice while it pipelines gets no more than one command at a time.
 *
 * It must not know how often a fetch may try: see Resumption.
 */
import type { ErrorCode, PoplarError } from '../errors.ts';
import type { Uidl } from '../model/ids.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { provisionalIdentity } from './plan.ts';

const LOSSES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'connection-lost',
  'connection-cut',
  'server-silent',
  'protocol-error',
]);

/** So often the server may fail while commands are pipelined. */
const MAX_PIPELINED = 2;
/** So often it may fail at a message alone. */
const MAX_ALONE = 2;

/** Whether the server, and not the way to it, made an end of what was under way. */
export function isLoss({ code, hop }: PoplarError): boolean {
  return LOSSES.has(code) && hop !== 'proxy';
}

export class Losses {
  #pipelined = 0;
  /** So many of the next messages are to be asked for one by one. */
  #suspects = 0;
  readonly #failed = new Map<Uidl, number>();
  #leftOut = 0;

  /** How many messages were left out. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** How many of the next messages are to be asked for one by one. */
  get suspects(): number {
    return this.#suspects;
  }

  /** Whether several commands may be under way at once, as far as the server offers it. */
  get mayPipeline(): boolean {
    return this.#pipelined < MAX_PIPELINED;
  }

  /** It was the pipelining that the server failed at, if the fetch has come to its end: one by one, all came. */
  get blamesPipelining(): boolean {
    return !this.mayPipeline && this.#leftOut === 0;
  }

  /** The connection was lost while the maildrop was listed, with so many commands unanswered. */
  lostListing(unanswered: number): void {
    if (unanswered > 1) this.#pipelined = MAX_PIPELINED;
  }

  /** A connection was lost at this message before. */
  hasFailed(message: ListedMessage): boolean {
    return this.#failed.has(provisionalIdentity(message));
  }

  /** A message came. */
  passed(): void {
    this.#suspects = Math.max(0, this.#suspects - 1);
  }

  /** The connection was lost at this message with so many commands unanswered. True when it is to be left out from now on. */
  lostAt(message: ListedMessage, unanswered: number): boolean {
    const identity = provisionalIdentity(message);
    const isAlone = unanswered <= 1;
    if (!isAlone) this.#pipelined += 1;
    this.#suspects = Math.max(this.#suspects, unanswered, 1);
    // In a pipeline it may have been any of them, or that there are several.
    const times = (this.#failed.get(identity) ?? 0) + (isAlone ? 1 : 0);
    this.#failed.set(identity, times);
    if (times < MAX_ALONE) return false;
    this.#leftOut += 1;
    this.passed();
    return true;
  }
}
