/**
 * Runs parses in a worker under a deadline: a parse that takes too long is ended with its worker, and the next one gets
 * a fresh worker. Must not know MIME, nor what kind of worker it is.
 */
import type { ParsedMessage } from '../message/parse.ts';
import { PoplarError } from '../errors.ts';
import type { Clock } from '../wire/clock.ts';
import type { ParseAnswer, ParseRequest, ParseWorker } from './parse-protocol.ts';

/** How long a parse may take, in milliseconds. Real mail takes 20 ms at the 99th percentile. */
export const PARSE_DEADLINE_MS = 10_000;
/** How long the worker's script may take to load, in milliseconds. */
const START_DEADLINE_MS = 30_000;

export class ParseHost {
  readonly #create: () => ParseWorker;
  readonly #clock: Clock;
  #worker: AnsweringWorker | null = null;

  constructor(create: () => ParseWorker, clock: Clock) {
    this.#create = create;
    this.#clock = clock;
  }

  /**
   * Parses one message; calls must not overlap. Throws PoplarError `parse-failed`, `parse-timeout`, or `worker-failed`
   * when the worker cannot even start.
   */
  async parse(raw: Uint8Array): Promise<ParsedMessage> {
    const worker = this.#worker ?? (await this.#start());
    // A copy of exactly these octets: they may lie in a larger buffer, and who called still needs them.
    const request: ParseRequest = { raw: new Uint8Array(raw) };
    const answer = worker.answer(PARSE_DEADLINE_MS);
    worker.post(request);
    const result = await this.#orDiscard(answer, 'parse-timeout', 'parse-failed');
    if (result.type === 'parsed') return result.parsed;
    // Whatever went wrong in there, for the person it is this one message that could not be read.
    const detail = result.type === 'failed' ? result.error.detail : {};
    throw new PoplarError('parse-failed', 'message', { detail });
  }

  async #start(): Promise<AnsweringWorker> {
    const worker = new AnsweringWorker(this.#create(), this.#clock);
    this.#worker = worker;
    await this.#orDiscard(worker.answer(START_DEADLINE_MS), 'worker-failed', 'worker-failed');
    return worker;
  }

  /** A worker that gave no answer is of no further use. */
  async #orDiscard(
    outcome: Promise<ParseAnswer | 'late' | 'crashed'>,
    late: 'parse-timeout' | 'worker-failed',
    crashed: 'parse-failed' | 'worker-failed',
  ): Promise<ParseAnswer> {
    const answer = await outcome;
    if (answer !== 'late' && answer !== 'crashed') return answer;
    this.#worker?.terminate();
    this.#worker = null;
    const code = answer === 'late' ? late : crashed;
    throw new PoplarError(code, code === 'worker-failed' ? 'page' : 'message');
  }
}

/** A worker whose next answer can be waited for. */
class AnsweringWorker {
  readonly #worker: ParseWorker;
  readonly #clock: Clock;
  #settle: (outcome: ParseAnswer | 'crashed') => void = () => undefined;

  constructor(worker: ParseWorker, clock: Clock) {
    this.#worker = worker;
    this.#clock = clock;
    worker.addEventListener('message', (event) => this.#settle(event.data as ParseAnswer));
    worker.addEventListener('messageerror', () => this.#settle('crashed'));
    worker.addEventListener('error', () => this.#settle('crashed'));
    worker.start?.();
  }

  post(request: ParseRequest): void {
    this.#worker.postMessage(request, [request.raw.buffer]);
  }

  /** The next thing that happens: an answer, a crash, or nothing for `limitMs`. */
  answer(limitMs: number): Promise<ParseAnswer | 'late' | 'crashed'> {
    return new Promise((resolve) => {
      const stop = this.#clock.after(limitMs, () => resolve('late'));
      this.#settle = (outcome) => {
        stop();
        resolve(outcome);
      };
    });
  }

  terminate(): void {
    this.#worker.terminate();
  }
}
